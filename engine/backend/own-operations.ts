/**
 * Operations of our own, each a kernel with a gradient, in tfjs's registry under names that no other backend has. As
 * kernels (and not as `customGrad`) only the gradients that somebody asks for are computed.
 */
import type * as Tf from '@tensorflow/tfjs'

type Info = Tf.TensorInfo
type Attributes = Readonly<Record<string, number | boolean | string>>

/** `Inside` is what the kernels of a backend are given of it. */
export interface Operation<Inside, I extends string, A extends Attributes> {
  readonly name: string
  /** Which inputs the gradient needs. */
  readonly savesInputs: readonly I[]
  /** Which outputs it needs, by their places. */
  readonly savesOutputs: readonly boolean[]
  run(a: {
    readonly tf: typeof Tf
    readonly inside: Inside
    readonly inputs: Readonly<Record<I, Info>>
    readonly attributes: A
  }): Info | Info[]
  /**
   * Gradients by input, from the gradients of the outputs and what was saved: inputs, then outputs. Whatever is shared
   * by several is computed at once.
   */
  gradient(a: {
    readonly tf: typeof Tf
    readonly inside: Inside
    readonly dy: readonly Tf.Tensor[]
    readonly saved: readonly Tf.Tensor[]
    readonly attributes: A
  }): { readonly [K in I]?: () => Tf.Tensor }
}

/** How operations are made and called on one backend; `insideOf` gives null where another is the current one. */
export function ownOperations<Inside>(backendName: string, insideOf: (tf: typeof Tf) => Inside | null) {
  const registered = new WeakMap<object, Set<string>>()

  function here(tf: typeof Tf): Inside {
    const inside = insideOf(tf)
    if (inside === null)
      throw new Error(`An operation of the backend ${backendName} was called on ${tf.getBackend()}.`)
    return inside
  }

  function register<I extends string, A extends Attributes>(
    tf: typeof Tf,
    made: Operation<Inside, I, A>,
  ): void {
    const names = registered.get(tf.engine()) ?? new Set()
    registered.set(tf.engine(), names)
    if (names.has(made.name)) return
    names.add(made.name)
    tf.registerKernel({
      kernelName: made.name,
      backendName,
      kernelFunc: ({ inputs, attrs }) =>
        made.run({ tf, inside: here(tf), inputs: inputs as never, attributes: attrs as unknown as A }),
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

  return {
    /** For the types of an operation: `operation<'x' | 'y', { heads: number }>({ … })`. */
    operation: <I extends string, A extends Attributes>(made: Operation<Inside, I, A>) => made,

    /** Runs an operation on the tape. Inputs that are undefined are left out. */
    call<I extends string, A extends Attributes>(
      tf: typeof Tf,
      made: Operation<Inside, I, A>,
      inputs: { readonly [K in I]: Tf.Tensor | undefined },
      attributes: A,
    ): Tf.Tensor[] {
      register(tf, made)
      const there = Object.entries(inputs).filter(([, value]) => value !== undefined)
      const found = tf.engine().runKernel(made.name, Object.fromEntries(there) as never, attributes)
      return Array.isArray(found) ? found : [found]
    },
  }
}
