/**
 * Records one training step on the WebAssembly backend. tfjs runs the step as ever, but nothing is computed: what its
 * kernels would do becomes a list over fixed places in the heap, so that a step that cannot be recorded leaves no trace.
 * What makes a replay the very same step is written in ../record.ts; it holds here too.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { RecordableBackend } from '../../../backend/wasm/recordable'
import { stepWords, type StepInputs } from '../../../compile/step-inputs'
import { createDigest } from '../digest'
import { NotCapturable } from '../intercept'
import type { Cell } from '../record'
import { intercept, type Interception } from './intercept'
import { createPlaces } from './places'
import type { Recorded, WrittenInput } from './program'
import { createTape, type Tape } from './tape'

export interface Recording extends Recorded {
  /** Equal for recordings that do the same on different inputs. */
  readonly digest: string
  /** Lets go of what it holds from outside. */
  dispose(): void
}

export interface RecordOptions {
  readonly tf: typeof Tf
  readonly backend: RecordableBackend
  readonly cells: readonly Cell[]
  /** Of the first tensor that comes to be in the step. */
  readonly firstId: number
}

/** Records what `body` does for `step`; it gives the numbers of the step. Throws NotCapturable, or what `body` throws. */
export function record(
  { tf, backend, cells, firstId }: RecordOptions,
  step: number,
  body: (inputs: StepInputs) => Tf.Tensor1D,
): Recording {
  const places = createPlaces(firstId)
  const tape = createTape(places)
  const inputs: WrittenInput[] = []
  const homes = cells.map((cell) => tf.keep(cell.get().clone()))
  let recorded = false
  const interception = intercept(backend, places, tape)
  const keepers = watchKept(tf)
  const tensor: StepInputs['tensor'] = (shape, dtype, values) => {
    const dataId = backend.write(null, shape, dtype)
    const place = interception.placeOf(dataId)
    if (place === null) throw new Error('A tensor was made outside of the recording.')
    place.kind = 'input'
    inputs.push({ place, type: dtype, values })
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }) as never
  }
  try {
    const result = tf.tidy(() => body({ tf, step, tensor, counter: tensor([2], 'int32', stepWords) }))
    const output = interception.stretchOf(result)
    result.dispose()
    bringHome(interception, tape, cells, homes)
    interception.throwRefusal()
    if (interception.left > 0)
      throw new NotCapturable('A node keeps numbers of its own from one step to the next.')
    const digest = createDigest()
    tape.digest(digest)
    for (const { kind, bytes, contents } of places.all) {
      digest.word(kind.length)
      digest.word(bytes)
      if (contents !== null) digest.numbers(contents)
    }
    recorded = true
    return {
      places,
      commands: tape.commands,
      inputs,
      output,
      outside: interception.outside,
      digest: digest.value(),
      dispose: interception.letGo,
    }
  } finally {
    keepers.leave()
    if (!recorded) {
      putBack(cells, homes)
      // A step that stops half way leaves what tfjs has saved for the way back.
      tf.dispose(keepers.kept.filter((one) => !one.isDisposed))
    }
    interception.leave()
    if (!recorded) interception.letGo()
    tf.dispose(homes)
  }
}

/** Tensors that are kept from now on, until `leave`. */
function watchKept(tf: typeof Tf): { readonly kept: readonly Tf.Tensor[]; leave(): void } {
  const engine = tf.engine()
  const keep = engine.keep.bind(engine)
  const kept: Tf.Tensor[] = []
  engine.keep = (tensor) => {
    kept.push(tensor)
    return keep(tensor)
  }
  return { kept, leave: () => void Reflect.deleteProperty(engine, 'keep') }
}

/** Copies what the step put into cells to where it was before, and puts that back. */
function bringHome(
  { stretchOf, placeOf }: Interception,
  tape: Tape,
  cells: readonly Cell[],
  homes: readonly Tf.Tensor[],
): void {
  for (const [index, cell] of cells.entries()) {
    const home = homes[index] as Tf.Tensor
    const now = cell.get()
    if (now.dataId === home.dataId) continue
    if (placeOf(now.dataId) === null)
      throw new NotCapturable('A weight takes the place of another in the middle of a step.')
    if (now.size !== home.size || now.dtype !== home.dtype)
      throw new NotCapturable('A weight changes its size in the middle of a step.')
    const to = stretchOf(home)
    tape.copy(to.address, stretchOf(now).address, to.length * (to.type === 'bool' ? 1 : 4))
    cell.set(home)
  }
}

/** After a step that could not be recorded everything is as before it. */
function putBack(cells: readonly Cell[], homes: readonly Tf.Tensor[]): void {
  for (const [index, cell] of cells.entries()) {
    const home = homes[index] as Tf.Tensor
    if (cell.get().dataId !== home.dataId) cell.set(home)
  }
}
