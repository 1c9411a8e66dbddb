/**
 * First values of a weight, drawn on the CPU from (seed, path, weight name), so that every backend starts from the same
 * numbers. Arithmetic is in double precision and rounded once.
 */
import { initialiserProblem, type Initialiser, type Values } from '../../nodes/kit/initialiser'
import { stream, type Stream } from '../random/stream'

/**
 * Fan-in and fan-out as Keras counts them: rank 2 [in, out]; above that all axes before the last two are a receptive
 * field; rank 1 and 0 are their own fans.
 */
export function fans(shape: readonly number[]): { readonly fanIn: number; readonly fanOut: number } {
  const size = shape.reduce((product, n) => product * n, 1)
  const last = shape.at(-1)
  const before = shape.at(-2)
  if (last === undefined || before === undefined) return { fanIn: size, fanOut: size }
  const field = size / (last * before)
  return { fanIn: field * before, fanOut: field * last }
}

/** Deviation of a standard normal cut off at ±2. */
const truncatedDeviation = 0.87962566103423978

/** n numbers of a normal cut off at two deviations, its own deviation being `deviation` after the cut (as Keras). */
function truncatedNormals(random: Stream, n: number, deviation: number): Float32Array {
  const out = new Float32Array(n)
  const scale = deviation / truncatedDeviation
  for (let at = 0; at < n;) {
    for (const z of random.normals(n - at)) if (Math.abs(z) < 2) out[at++] = z * scale
  }
  return out
}

function uniforms(random: Stream, n: number, min: number, max: number): Float32Array {
  return random.uniforms(n).map((u) => min + (max - min) * u)
}

/** Takes from column `j` its part along the unit columns before it. */
function subtractEarlier(columns: readonly Float64Array[], j: number): void {
  const column = columns[j] ?? new Float64Array()
  for (const earlier of columns.slice(0, j)) {
    let along = 0
    for (let i = 0; i < column.length; i++) along += (column[i] ?? 0) * (earlier[i] ?? 0)
    for (let i = 0; i < column.length; i++) column[i] = (column[i] ?? 0) - along * (earlier[i] ?? 0)
  }
}

/**
 * A random matrix with orthonormal columns (or rows, where it is wide), from modified Gram-Schmidt on normals, done
 * twice for accuracy ("twice is enough", Giraud et al. 2005). The diagonal of R is positive by construction, so the
 * matrices are drawn evenly from all (Mezzadri 2007).
 */
function orthogonal(random: Stream, shape: readonly number[], gain: number): Float32Array {
  const wide = shape.at(-1) ?? 1
  const high = shape.slice(0, -1).reduce((product, n) => product * n, 1)
  const [length, count] = [Math.max(high, wide), Math.min(high, wide)]
  const columns = Array.from({ length: count }, () => Float64Array.from(random.normals(length)))
  for (const [j, column] of columns.entries()) {
    subtractEarlier(columns, j)
    subtractEarlier(columns, j)
    const norm = Math.sqrt(column.reduce((sum, x) => sum + x * x, 0))
    for (let i = 0; i < length; i++) column[i] = (column[i] ?? 0) / norm
  }
  const out = new Float32Array(high * wide)
  for (let row = 0; row < high; row++) {
    for (let column = 0; column < wide; column++) {
      const value = high >= wide ? columns[column]?.[row] : columns[row]?.[column]
      out[row * wide + column] = gain * (value ?? 0)
    }
  }
  return out
}

/** Ones for the forget gate, the second of four. */
function unitForgetBias(length: number): Float32Array {
  const units = length / 4
  return new Float32Array(length).map((_, i) => (i >= units && i < 2 * units ? 1 : 0))
}

function flat(values: Values): number[] {
  return typeof values === 'number' ? [values] : values.flatMap(flat)
}

/**
 * Row-major values of a weight.
 *
 * @param name `path:weight`, the name of the stream
 * @throws where the initialiser cannot fill the shape; analyse refuses such a document before
 */
export function drawInitial(
  initialiser: Initialiser,
  shape: readonly number[],
  seed: number,
  name: string,
): Float32Array {
  const problem = initialiserProblem(name, shape, initialiser)
  if (problem !== null) throw new Error(problem)
  const n = shape.reduce((product, size) => product * size, 1)
  const random = stream(seed, name, 0)
  const { fanIn, fanOut } = fans(shape)
  const within = (limit: number) => uniforms(random, n, -limit, limit)
  switch (initialiser.kind) {
    case 'zeros':
      return new Float32Array(n)
    case 'ones':
      return new Float32Array(n).fill(1)
    case 'constant':
      return new Float32Array(n).fill(initialiser.value)
    case 'normal':
      return random.normals(n).map((z) => initialiser.mean + initialiser.stddev * z)
    case 'uniform':
      return uniforms(random, n, initialiser.min, initialiser.max)
    case 'glorotUniform':
      return within(Math.sqrt(6 / (fanIn + fanOut)))
    case 'glorotNormal':
      return truncatedNormals(random, n, Math.sqrt(2 / (fanIn + fanOut)))
    case 'heUniform':
      return within(Math.sqrt(6 / fanIn))
    case 'heNormal':
      return truncatedNormals(random, n, Math.sqrt(2 / fanIn))
    case 'lecunUniform':
      return within(Math.sqrt(3 / fanIn))
    case 'lecunNormal':
      return truncatedNormals(random, n, Math.sqrt(1 / fanIn))
    case 'orthogonal':
      return orthogonal(random, shape, initialiser.gain)
    case 'unitForgetBias':
      return unitForgetBias(n)
    case 'values':
      return Float32Array.from(flat(initialiser.values))
  }
}
