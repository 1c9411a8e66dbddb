/**
 * Which steps of a run are replayed. Steps are alike that have the same batch size, the same training steps at work, and
 * are both probed or not; the first of a kind runs as ever, the second is recorded, all later ones are replayed. When a
 * step cannot be recorded, or two recordings for different steps disagree, the run goes on without, and says why.
 */
import type * as Tf from '@tensorflow/tfjs'
import { dropSpareBuffers, webgpuInside, type WebGpuInside } from '../../backend/webgpu/inside'
import type { StepInputs } from '../../compile/step-inputs'
import { createArena } from './arena'
import { createReadback, type Readback, type Slot } from './readback'
import { record, type Cell, type Recording } from './record'
import { replay } from './replay'

/** What a kind of steps does: `Kept` is whatever its caller has to know to read the numbers. */
export interface Body<Kept> {
  readonly run: (inputs: StepInputs) => { readonly numbers: Tf.Tensor1D; readonly kept: Kept }
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
  const seen = new Set<string>()
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
    report({ captured: false, message: `Every step is run anew. ${reason}` })
    return null
  }

  /** The recording of a step, proved by one of another step. */
  function recordKind(step: number, alike: number, body: Body<Kept>): Kind<Kept> {
    let kept: Kept | null = null
    const once = (at: number): Recording =>
      record({ tf, inside, arena, cells: options.cells() }, at, (inputs) => {
        const result = body.run(inputs)
        kept = result.kept
        return result.numbers
      })
    const proof = once(alike)
    proof.dispose()
    const recording = once(step)
    if (recording.digest !== proof.digest) {
      recording.dispose()
      throw new Error(mismatch)
    }
    return { recording, kept: kept as Kept, state: state() }
  }

  const replayOf = ({ recording, kept }: Kind<Kept>, step: number): Replayed<Kept> => {
    const slot = readback.claim(recording.outputSize)
    replay(inside, recording, step, slot)
    return { slot, kept }
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
    try {
      kind = recordKind(step, alike, body)
      replayed = replayOf(kind, step)
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
    }
    const errors = await Promise.all(filters.map(() => device.popErrorScope()))
    // A submission with an error in it is not begun, so the step can still be run as ever.
    failure ??= errors.find((error) => error !== null)?.message ?? null
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
      if (seen.has(likeness)) return begin(step, likeness, alike, body)
      seen.add(likeness)
      return null
    },
    forget,
    dispose() {
      forget()
      readback.dispose()
      arena.dispose()
    },
  }
}
