/**
 * How the first values of a weight are drawn. Every weight names its initialiser in full: tfjs, Keras and PyTorch
 * disagree on defaults, so none is left to a framework. The values themselves are drawn by the engine from
 * (seed, path, weight name), the same on every backend.
 */
import * as z from 'zod'

/** A literal array, nested like the weight's shape. */
export type Values = number | readonly Values[]

const valuesSchema: z.ZodType<Values> = z.lazy(() => z.union([z.number(), z.array(valuesSchema).max(4096)]))

export const initialiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('zeros') }),
  z.strictObject({ kind: z.literal('ones') }),
  z.strictObject({ kind: z.literal('constant'), value: z.number() }),
  /** Normal with the given mean and standard deviation. */
  z.strictObject({ kind: z.literal('normal'), mean: z.number(), stddev: z.number().min(0) }),
  z.strictObject({ kind: z.literal('uniform'), min: z.number(), max: z.number() }),
  /** U(±sqrt(6 / (fanIn + fanOut))), Glorot & Bengio 2010. */
  z.strictObject({ kind: z.literal('glorotUniform') }),
  /** Normal truncated at two deviations, variance 2 / (fanIn + fanOut) (as Keras). */
  z.strictObject({ kind: z.literal('glorotNormal') }),
  /** U(±sqrt(6 / fanIn)), He et al. 2015. */
  z.strictObject({ kind: z.literal('heUniform') }),
  /** Truncated normal, variance 2 / fanIn. */
  z.strictObject({ kind: z.literal('heNormal') }),
  /** U(±sqrt(3 / fanIn)), LeCun 1998. */
  z.strictObject({ kind: z.literal('lecunUniform') }),
  /** Truncated normal, variance 1 / fanIn. */
  z.strictObject({ kind: z.literal('lecunNormal') }),
  /** Orthogonal rows or columns of the weight flattened to [-1, last axis], times gain (Saxe et al. 2013). */
  z.strictObject({ kind: z.literal('orthogonal'), gain: z.number() }),
  /** LSTM bias [4H] in gate order i f c o: zeros, but ones for the forget gate (Jozefowicz et al. 2015). */
  z.strictObject({ kind: z.literal('unitForgetBias') }),
  /** These very numbers; the shape is checked against the weight's. */
  z.strictObject({ kind: z.literal('values'), values: valuesSchema }),
])

export type Initialiser = z.infer<typeof initialiserSchema>
export type InitialiserKind = Initialiser['kind']

/** Shape of a nested literal, or null where it is ragged or empty. */
export function shapeOfValues(values: Values): number[] | null {
  if (typeof values === 'number') return []
  const first = values[0]
  if (first === undefined) return null
  const inner = shapeOfValues(first)
  if (inner === null) return null
  for (const item of values) {
    const shape = shapeOfValues(item)
    if (shape === null || shape.length !== inner.length || shape.some((n, i) => n !== inner[i])) return null
  }
  return [values.length, ...inner]
}

/** Why an initialiser cannot fill a weight of this shape, as a sentence; null where it can. */
export function initialiserProblem(
  weight: string,
  shape: readonly number[],
  initialiser: Initialiser,
): string | null {
  const written = (sizes: readonly number[]) => sizes.join(' × ') || 'a single number'
  const size = written(shape)
  if (initialiser.kind === 'values') {
    const given = shapeOfValues(initialiser.values)
    if (given === null)
      return `The values for ${weight} are ragged or empty; write numbers that form ${size}.`
    if (given.length === shape.length && given.every((n, axis) => n === shape[axis])) return null
    return `The values for ${weight} form ${written(given)}, but the weight is ${size}; write as many.`
  }
  if (initialiser.kind === 'unitForgetBias' && (shape.length !== 1 || (shape[0] ?? 0) % 4 !== 0)) {
    return `unitForgetBias fills the bias of an LSTM (four gates in a row), but ${weight} is ${size}. Use zeros.`
  }
  if (initialiser.kind === 'orthogonal' && shape.length < 2) {
    return `orthogonal needs a weight with rows and columns, but ${weight} is ${size}. Use zeros or normal.`
  }
  return null
}
