/**
 * Operations of our own on WebAssembly, each a kernel with a gradient in tfjs's registry, under names that no other
 * backend has. As kernels (and not as `customGrad`) only the gradients that somebody asks for are computed.
 */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside, type Info, type WasmInside } from '../inside'

type Attributes = Readonly<Record<string, number | boolean | string>>

export interface Operation<I extends string, A extends Attributes> {
  readonly name: string
  /** Which inputs the gradient needs. */
  readonly savesInputs: readonly I[]
  /** Which outputs it needs, by their places. */
  readonly savesOutputs: readonly boolean[]
  run(a: {
    readonly inside: WasmInside
    readonly inputs: Readonly<Record<I, Info>>
    readonly attributes: A
  }): Info | Info[]
  /** Gradients by input, from the gradients of the outputs and what was saved: inputs, then outputs. */
  gradient(a: {
    readonly tf: typeof Tf
    readonly inside: WasmInside
    readonly dy: readonly Tf.Tensor[]
    readonly saved: readonly Tf.Tensor[]
    readonly attributes: A
  }): { readonly [K in I]?: () => Tf.Tensor }
}

/** For the types of an operation: `operation<'x' | 'y', { heads: number }>({ … })`. */
export function operation<I extends string, A extends Attributes>(made: Operation<I, A>): Operation<I, A> {
  return made
}

const registered = new WeakMap<object, Set<string>>()

function here(tf: typeof Tf): WasmInside {
  const inside = wasmInside(tf)
  if (inside === null) throw new Error('An operation of WebAssembly was called on another backend.')
  return inside
}

function register<I extends string, A extends Attributes>(tf: typeof Tf, made: Operation<I, A>): void {
  const names = registered.get(tf.engine()) ?? new Set()
  registered.set(tf.engine(), names)
  if (names.has(made.name)) return
  names.add(made.name)
  tf.registerKernel({
    kernelName: made.name,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs }) =>
      made.run({ inside: here(tf), inputs: inputs as never, attributes: attrs as unknown as A }),
  })
  tf.registerGradient({
    kernelName: made.name,
    inputsToSave: [...made.savesInputs],
    outputsToSave: [...made.savesOutputs],
    gradFunc: (dy, saved, attrs) =>
      made.gradient({
        tf,
        inside: here(tf),
        dy: Array.isArray(dy) ? dy : [dy],
        saved,
        attributes: attrs as unknown as A,
      }) as never,
  })
}

/** Runs an operation on the tape. Inputs that are undefined are left out. */
export function call<I extends string, A extends Attributes>(
  tf: typeof Tf,
  made: Operation<I, A>,
  inputs: { readonly [K in I]: Tf.Tensor | undefined },
  attributes: A,
): Tf.Tensor[] {
  register(tf, made)
  const there = Object.entries(inputs).filter(([, value]) => value !== undefined)
  const found = tf.engine().runKernel(made.name, Object.fromEntries(there) as never, attributes)
  return Array.isArray(found) ? found : [found]
}

/** A tensor of the caller's scope whose numbers are yet to be written. */
export function newTensor(tf: typeof Tf, inside: WasmInside, shape: readonly number[]): Tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(inside.output(shape))
}
