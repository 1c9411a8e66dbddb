/**
 * Attention written out once for every node that attends. Each function names nothing outside itself: its text ships
 * beside exported models (`ComputedDefinition` in define.ts).
 */
import type * as Tf from '@tensorflow/tfjs'

/** x [..., D] by a kernel [D, ...], whose other axes are joined to N, plus a bias of N numbers: [..., N]. */
export const project = (
  tf: typeof Tf,
  x: Tf.Tensor,
  kernel: Tf.Tensor | undefined,
  bias: Tf.Tensor | undefined,
): Tf.Tensor => {
  if (kernel === undefined) throw new Error('A projection needs its kernel.')
  const width = kernel.shape[0] ?? 1
  const size = kernel.size / width
  const flat = tf.matMul(tf.reshape(x, [-1, width]), tf.reshape(kernel, [width, size]))
  const shifted = bias === undefined ? flat : tf.add(flat, tf.reshape(bias, [size]))
  return tf.reshape(shifted, [...x.shape.slice(0, -1), size])
}

/**
 * Where each of `from` places may look among `to` places, by position alone: [from, to] of ones and zeros, or null for
 * everywhere. `window` is how many places are in reach, the place itself included; 0 is all of them.
 */
export const reach = (
  tf: typeof Tf,
  from: number,
  to: number,
  causal: boolean,
  window: number,
): Tf.Tensor | null => {
  if (!causal && window === 0) return null
  const rows = tf.reshape(tf.range(0, from), [from, 1])
  const distance = tf.sub(rows, tf.reshape(tf.range(0, to), [1, to])) // (from, to)
  const behind = causal ? tf.cast(tf.greaterEqual(distance, 0), 'float32') : null
  if (window === 0) return behind
  const near = tf.cast(tf.less(tf.abs(distance), window), 'float32')
  return behind === null ? near : tf.mul(behind, near)
}

/** ALiBi (Press et al. 2022): what a look costs, by distance and with a slope for each head; [1, heads, from, to]. */
export const alibi = (tf: typeof Tf, from: number, to: number, slopes: readonly number[]): Tf.Tensor => {
  const rows = tf.reshape(tf.range(0, from), [from, 1])
  const distance = tf.abs(tf.sub(rows, tf.reshape(tf.range(0, to), [1, to])))
  const costs = slopes.map((slope) => -slope)
  return tf.mul(tf.reshape(distance, [1, 1, from, to]), tf.tensor(costs, [1, slopes.length, 1, 1]))
}

/**
 * softmax(Q Kᵀ / √size) V with `heads` query heads and `groups` key and value heads, each shared by heads / groups of the
 * query's in a row. query [B, T, heads · size], key [B, S, groups · size], value [B, S, groups · width]. Every wall holds
 * 1 where a place may look and 0 where not, of a shape that spreads over [B, 1, T, S]; `cost` is added to the scores.
 *
 * Gives the mix [B, T, heads · width] and who looked where [B, heads, T, S].
 */
export const attend = (
  tf: typeof Tf,
  query: Tf.Tensor,
  key: Tf.Tensor,
  value: Tf.Tensor,
  o: {
    readonly heads: number
    readonly groups: number
    readonly walls: readonly (Tf.Tensor | null)[]
    readonly cost: Tf.Tensor | null
    readonly drop: (attention: Tf.Tensor) => Tf.Tensor
  },
): { readonly mixed: Tf.Tensor; readonly attention: Tf.Tensor } => {
  const { heads, groups } = o
  const [batch = 1, from = 1, width = 1] = query.shape
  const to = key.shape[1] ?? 1
  const rows = (heads / groups) * from
  const split = (x: Tf.Tensor, parts: number) =>
    tf.transpose(tf.reshape(x, [batch, x.shape[1] ?? 1, parts, -1]), [0, 2, 1, 3])
  const scaled = tf.mul(split(query, heads), 1 / Math.sqrt(width / heads))
  // The query heads of one group stand below each other, so that both sides have the same batch.
  const grouped = tf.reshape(scaled, [batch, groups, rows, width / heads])
  const products = tf.matMul(grouped, split(key, groups), false, true) // (B, groups, rows, S)
  let scores = tf.reshape(products, [batch, heads, from, to])
  if (o.cost !== null) scores = tf.add(scores, o.cost)
  for (const wall of o.walls) {
    if (wall === null) continue
    const wide = wall.rank === 3 ? tf.expandDims(wall, 1) : wall
    scores = tf.add(scores, tf.mul(tf.sub(wide, 1), 1e9))
  }
  const attention = tf.softmax(scores) // (B, heads, T, S)
  const weights = tf.reshape(o.drop(attention), [batch, groups, rows, to])
  const mixed = tf.matMul(weights, split(value, groups)) // (B, groups, rows, width)
  const apart = tf.transpose(tf.reshape(mixed, [batch, heads, from, -1]), [0, 2, 1, 3])
  return { mixed: tf.reshape(apart, [batch, from, -1]), attention }
}

/**
 * Rotary positions (Su et al. 2021) on x [B, T, heads · size]: at place t, the i-th pair of numbers of a head turns by
 * t · base^(-2i / size). A pair is two neighbours (`interleaved`) or i and i + size / 2 (`half`). The table is computed in
 * JavaScript: sine and cosine differ between devices.
 */
export const rotate = (
  tf: typeof Tf,
  x: Tf.Tensor,
  o: { readonly heads: number; readonly base: number; readonly layout: 'half' | 'interleaved' },
): Tf.Tensor => {
  const [batch = 1, time = 1, width = 1] = x.shape
  const half = width / o.heads / 2
  const table = (f: (angle: number) => number) => {
    const values = Float32Array.from({ length: time * half }, (_, at) =>
      f(Math.floor(at / half) * o.base ** (-(at % half) / half)),
    )
    return tf.tensor(values, [1, time, 1, half])
  }
  const [cosine, sine] = [table(Math.cos), table(Math.sin)]
  const turned = (a: Tf.Tensor, b: Tf.Tensor) => [
    tf.sub(tf.mul(a, cosine), tf.mul(b, sine)),
    tf.add(tf.mul(b, cosine), tf.mul(a, sine)),
  ]
  if (o.layout === 'half') {
    const apart = tf.reshape(x, [batch, time, o.heads, 2 * half])
    const [a, b] = [0, half].map((start) => tf.slice(apart, [0, 0, 0, start], [batch, time, o.heads, half]))
    return tf.reshape(tf.concat(turned(a as Tf.Tensor, b as Tf.Tensor), 3), [batch, time, width])
  }
  const pairs = tf.reshape(x, [batch, time, width / 2, 2])
  const [a, b] = [0, 1].map((start) =>
    tf.reshape(tf.slice(pairs, [0, 0, 0, start], [batch, time, width / 2, 1]), [batch, time, o.heads, half]),
  )
  const columns = turned(a as Tf.Tensor, b as Tf.Tensor).map((one) =>
    tf.reshape(one, [batch, time, width / 2, 1]),
  )
  return tf.reshape(tf.concat(columns, 3), [batch, time, width])
}
