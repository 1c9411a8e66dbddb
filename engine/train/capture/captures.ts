/**
 * Which steps of a run are replayed. Steps are alike that have the same batch size, the same training steps at work, and
 * are both probed or not; the first of a kind is recorded, and all of them are replayed. When a step cannot be recorded,
 * or two recordings for different steps disagree, the run goes on without, and says why. A recording shows how much
 * memory the step will need before anything of it is there: where that is more than the device has, nothing begins.
 */
import type * as Tf from '@tensorflow/tfjs'
import { dropSpareBuffers, webgpuInside, type WebGpuInside } from '../../backend/webgpu/inside'
import type { StepInputs } from '../../compile/step-inputs'
import { createArena } from './arena'
import { allocates, DoesNotFit, withinLimits } from './fit'
import { bind } from './place'
import { isThere } from './intercept'
import { createReadback, type Readback, type Slot } from './readback'
import { record, type Cell, type Recording } from './record'
import { replay, type Replayable } from './replay'

/** What a kind of steps does: `Kept` is whatever its caller has to know to read the numbers. */
export interface Body<Kept> {
  /** On the first `rows` samples of the batch, where it has more. */
  readonly run: (inputs: StepInputs, rows?: number) => { readonly numbers: Tf.Tensor1D; readonly kept: Kept }
  /** Samples of the batch. */
  readonly rows: number
}

export interface Replayed<Kept> {
  readonly slot: Slot
  readonly kept: Kept
}

export interface CaptureReport {
  readonly captured: boolean
  /** A sentence. */
  readonly message: string
}

export interface Captures<Kept> {
  readonly readback: Readback
  /**
   * Replays the step; null where the caller must run it. `likeness` names its kind, `alike` is another step of it.
   * Answers at once where nothing is recorded.
   */
  take(
    step: number,
    likeness: string,
    alike: number,
    body: Body<Kept>,
  ): Replayed<Kept> | null | Promise<Replayed<Kept> | null>
  /** Bytes that replays hold on the device beside tensors; null where steps are not replayed. */
  bytes(): number | null
  /** Gives the device back what tfjs keeps to use again: of an evaluation, between two steps. */
  trim(): void
  /** Forgets every recording: what they were made of has changed. */
  forget(): void
  dispose(): void
}

export interface CapturesOptions {
  readonly tf: typeof Tf
  readonly cells: () => readonly Cell[]
  /** All that a step reads and writes in place, beside the cells. */
  readonly remembered: () => readonly Tf.Tensor[]
  readonly report: (report: CaptureReport) => void
}

interface Kind<Kept> {
  readonly recording: Recording
  readonly kept: Kept
  /** The data that the recording reads and writes. */
  readonly state: readonly object[]
  /** On the arena's buffers, as long as these are of this version. */
  bound: Replayable
  version: number
}

const replayedMessage = 'Steps are recorded once and replayed, each in one submission.'
const mismatch =
  'Two recordings of the step differ: a number that changes from step to step would stand still in a replay.'

/** Captures on the current backend, or null where it has no commands to record. */
export function createCaptures<Kept>(options: CapturesOptions): Captures<Kept> | null {
  const inside = webgpuInside(options.tf)
  return inside === null ? null : capturesOn(inside, options)
}

function capturesOn<Kept>(inside: WebGpuInside, options: CapturesOptions): Captures<Kept> {
  const { tf, report } = options
  const { device } = inside
  const arena = createArena(device)
  const readback = createReadback(device)
  const kinds = new Map<string, Kind<Kept>>()
  let refused = false
  let announced = false

  const state = (): object[] =>
    [...options.cells().map((cell) => cell.get()), ...options.remembered()].map(({ dataId }) => dataId)
  const stands = (kind: Kind<Kept>): boolean => {
    const now = state()
    return now.length === kind.state.length && now.every((id, index) => id === kind.state[index])
  }
  const forget = (): void => {
    for (const { recording } of kinds.values()) recording.dispose()
    kinds.clear()
  }
  const refuse = (reason: string): null => {
    refused = true
    forget()
    arena.empty()
    report({ captured: false, message: `Every step is run anew. ${reason}` })
    return null
  }

  /** The recording of a step, proved by one of another step. */
  function recordKind(step: number, alike: number, body: Body<Kept>): Kind<Kept> {
    // What an optimiser remembers comes to be outside of the recording.
    for (const { dataId } of options.remembered()) inside.uploadToGPU(dataId)
    const [proof] = once(alike, body)
    proof.dispose()
    const [recording, kept] = once(step, body)
    try {
      if (recording.digest !== proof.digest) throw new Error(mismatch)
      withinLimits(device, recording.placed)
      return { recording, kept, state: state(), ...onArena(recording) }
    } catch (error) {
      recording.dispose()
      throw error
    }
  }

  function once(step: number, body: Body<Kept>, rows = body.rows): readonly [Recording, Kept] {
    let kept: Kept | null = null
    const recording = record({ tf, inside, arena, cells: options.cells }, step, (inputs) => {
      const result = body.run(inputs, rows)
      kept = result.kept
      return result.numbers
    })
    return [recording, kept as Kept]
  }

  const onArena = (recording: Recording): Pick<Kind<Kept>, 'bound' | 'version'> => {
    const { commands, output, placed, inputs, outputSize } = recording
    const { buffers, version } = arena.slabs(placed.plan.slabs)
    return { bound: { ...bind(device, commands, output, placed, buffers), inputs, outputSize }, version }
  }

  const replayOf = (kind: Kind<Kept>, step: number): Replayed<Kept> => {
    // Another kind may have wanted more of the arena since.
    if (kind.version !== arena.version) Object.assign(kind, onArena(kind.recording))
    const slot = readback.claim(kind.recording.outputSize)
    replay(inside, kind.bound, step, slot)
    return { slot, kept: kind.kept }
  }

  /** The largest batch of half, a quarter, … the rows that there is memory for; 0 where there is none. */
  async function rowsThatFit(step: number, body: Body<Kept>): Promise<number> {
    arena.empty()
    for (let rows = body.rows >> 1; rows >= 1; rows >>= 1) {
      const [recording] = once(step, body, rows)
      recording.dispose()
      try {
        withinLimits(device, recording.placed)
        if (await allocates(device, recording.placed.plan.slabs)) return rows
      } catch (error) {
        if (!(error instanceof DoesNotFit)) throw error
      }
    }
    return 0
  }

  /** Records a kind and replays its first step, whose commands the device has not seen yet. */
  async function begin(
    step: number,
    likeness: string,
    alike: number,
    body: Body<Kept>,
  ): Promise<Replayed<Kept> | null> {
    // What steps needed that were run: the recording has memory of its own.
    dropSpareBuffers(inside)
    const filters = ['validation', 'out-of-memory', 'internal'] as const
    for (const filter of filters) device.pushErrorScope(filter)
    let kind: Kind<Kept> | null = null
    let replayed: Replayed<Kept> | null = null
    let failure: string | null = null
    let tooLarge: DoesNotFit | null = null
    try {
      kind = recordKind(step, alike, body)
      replayed = replayOf(kind, step)
    } catch (error) {
      if (error instanceof DoesNotFit) tooLarge = error
      failure = error instanceof Error ? error.message : String(error)
    }
    // The scopes are left in the other order.
    const [internal, memory, validation] = await Promise.all(filters.map(() => device.popErrorScope()))
    // A submission with an error in it is not begun, so the step can still be run as ever.
    if (isThere(memory) && kind !== null) tooLarge = new DoesNotFit(kind.recording.placed.plan.bytes)
    if (tooLarge !== null) {
      kind?.recording.dispose()
      forget()
      // A smaller batch may be no step that can be recorded; that is not what is wrong here.
      throw tooLarge.withBatch(body.rows, await rowsThatFit(step, body).catch(() => null))
    }
    failure ??= (validation ?? internal)?.message ?? null
    if (failure !== null || kind === null || replayed === null) {
      kind?.recording.dispose()
      return refuse(failure ?? '')
    }
    kinds.set(likeness, kind)
    if (!announced) report({ captured: true, message: replayedMessage })
    announced = true
    return replayed
  }

  return {
    readback,
    take(step, likeness, alike, body) {
      if (refused) return null
      const kind = kinds.get(likeness)
      if (kind !== undefined) {
        if (stands(kind)) return replayOf(kind, step)
        forget()
      }
      return begin(step, likeness, alike, body)
    },
    bytes() {
      if (kinds.size === 0) return null
      const pinned = [...kinds.values()].map(({ recording }) => recording.pinnedBytes)
      return pinned.reduce((sum, bytes) => sum + bytes, arena.bytes)
    },
    trim: () => dropSpareBuffers(inside),
    forget,
    dispose() {
      forget()
      readback.dispose()
      arena.dispose()
    },
  }
}
