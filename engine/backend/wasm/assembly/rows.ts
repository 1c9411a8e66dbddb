/** What is worked out row by row: softmax, cross-entropy, norms, and sums of columns. */
import { all, exp4, log4 } from './functions'
import { madd, maxOf, sumOf } from './lanes'

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function exp1(x: f32): f32 {
  return f32x4.extract_lane(exp4(all(x)), 0)
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function log1(x: f32): f32 {
  // The logarithm reads bits, which of a NaN are those of a large number.
  return x != x ? x : f32x4.extract_lane(log4(all(x)), 0)
}

/** The largest of n numbers, n > 0. */
function largest(n: i32, x: usize): f32 {
  let most = f32.load(x)
  const four = n & ~3
  if (four > 0) {
    let m = v128.load(x)
    for (let i: i32 = 4; i < four; i += 4) m = f32x4.pmax(m, v128.load(x + (<usize>i << 2)))
    most = maxOf(m)
  }
  for (let i = four; i < n; i++) most = max(most, f32.load(x + (<usize>i << 2)))
  return most
}

/** y = e^(x - level), and their sum. */
function expSum(n: i32, x: usize, level: f32, y: usize): f32 {
  let sums = all(0)
  const four = n & ~3
  const from = all(level)
  for (let i: i32 = 0; i < four; i += 4) {
    const e = exp4(f32x4.sub(v128.load(x + (<usize>i << 2)), from))
    v128.store(y + (<usize>i << 2), e)
    sums = f32x4.add(sums, e)
  }
  let sum = sumOf(sums)
  for (let i = four; i < n; i++) {
    const e = exp1(f32.load(x + (<usize>i << 2)) - level)
    f32.store(y + (<usize>i << 2), e)
    sum += e
  }
  return sum
}

function scale(n: i32, y: usize, by: f32): void {
  const four = n & ~3
  const factor = all(by)
  for (let i: i32 = 0; i < four; i += 4) {
    const at = y + (<usize>i << 2)
    v128.store(at, f32x4.mul(v128.load(at), factor))
  }
  for (let i = four; i < n; i++) {
    const at = y + (<usize>i << 2)
    f32.store(at, f32.load(at) * by)
  }
}

/** y = softmax(x), row by row; y may be x. */
export function softmax(rows: i32, width: i32, x: usize, y: usize): void {
  const step = <usize>width << 2
  for (let row: i32 = 0; row < rows; row++) {
    const sum = expSum(width, x, largest(width, x), y)
    scale(width, y, 1 / sum)
    x += step
    y += step
  }
}

/** dx = factor y (dy - Σ y dy), row by row; dx may be dy. */
export function softmaxBack(rows: i32, width: i32, dy: usize, y: usize, dx: usize, factor: f32): void {
  const step = <usize>width << 2
  const four = width & ~3
  for (let row: i32 = 0; row < rows; row++) {
    let sums = all(0)
    for (let i: i32 = 0; i < four; i += 4)
      sums = madd(v128.load(y + (<usize>i << 2)), v128.load(dy + (<usize>i << 2)), sums)
    let sum = sumOf(sums)
    for (let i = four; i < width; i++) sum += f32.load(y + (<usize>i << 2)) * f32.load(dy + (<usize>i << 2))
    const level = all(sum)
    const by = all(factor)
    for (let i: i32 = 0; i < four; i += 4) {
      const at = <usize>i << 2
      v128.store(
        dx + at,
        f32x4.mul(f32x4.mul(by, v128.load(y + at)), f32x4.sub(v128.load(dy + at), level)),
      )
    }
    for (let i = four; i < width; i++) {
      const at = <usize>i << 2
      f32.store(dx + at, factor * f32.load(y + at) * (f32.load(dy + at) - sum))
    }
    dy += step
    y += step
    dx += step
  }
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function wantedShare(wanted: usize, sparse: bool, row: i32, k: i32, width: i32, smoothing: f32): f32 {
  const share: f32 = sparse
    ? i32.load(wanted + (<usize>row << 2)) == k
      ? 1
      : 0
    : f32.load(wanted + (<usize>(row * width + k) << 2))
  return smoothing == 0 ? share : share * (1 - smoothing) + smoothing / <f32>width
}

/** -Σ y'_k log softmax(scores)_k by row; y' = (1 - smoothing) y + smoothing / width. `room` has a row's numbers. */
export function entropy(
  rows: i32,
  width: i32,
  sparse: i32,
  smoothing: f32,
  scores: usize,
  wanted: usize,
  costs: usize,
  room: usize,
): void {
  for (let row: i32 = 0; row < rows; row++) {
    const most = largest(width, scores)
    const level = most + log1(expSum(width, scores, most, room))
    let cost: f32 = 0
    if (sparse && smoothing == 0) {
      const k = i32.load(wanted + (<usize>row << 2))
      if (k >= 0 && k < width) cost = level - f32.load(scores + (<usize>k << 2))
    } else {
      for (let k: i32 = 0; k < width; k++) {
        const share = wantedShare(wanted, <bool>sparse, row, k, width, smoothing)
        // What nobody wants costs nothing, however far off it is.
        if (share != 0) cost += share * (level - f32.load(scores + (<usize>k << 2)))
      }
    }
    f32.store(costs + (<usize>row << 2), cost)
    scores += <usize>width << 2
  }
}

/** dL/dscores of `entropy`. */
export function entropyBack(
  rows: i32,
  width: i32,
  sparse: i32,
  smoothing: f32,
  scores: usize,
  wanted: usize,
  dy: usize,
  slopes: usize,
): void {
  for (let row: i32 = 0; row < rows; row++) {
    const sum = expSum(width, scores, largest(width, scores), slopes)
    const back = f32.load(dy + (<usize>row << 2))
    if (sparse && smoothing == 0) {
      const k = i32.load(wanted + (<usize>row << 2))
      const there = k >= 0 && k < width
      scale(width, slopes, there ? back / sum : 0)
      if (there) {
        const at = slopes + (<usize>k << 2)
        f32.store(at, f32.load(at) - back)
      }
    } else {
      let whole: f32 = 0
      for (let k: i32 = 0; k < width; k++)
        whole += wantedShare(wanted, <bool>sparse, row, k, width, smoothing)
      const factor = whole / sum
      for (let k: i32 = 0; k < width; k++) {
        const at = slopes + (<usize>k << 2)
        const share = wantedShare(wanted, <bool>sparse, row, k, width, smoothing)
        f32.store(at, back * (f32.load(at) * factor - share))
      }
    }
    scores += <usize>width << 2
    slopes += <usize>width << 2
  }
}

/** The mean of n numbers, n > 0. */
export function mean(n: i32, x: usize, y: usize): void {
  let sum: f64 = 0
  for (let i: i32 = 0; i < n; i++) sum += <f64>f32.load(x + (<usize>i << 2))
  f32.store(y, <f32>(sum / <f64>n))
}

/** n numbers that are each an nth of dy. */
export function meanBack(n: i32, dy: usize, dx: usize): void {
  const share = f32.load(dy) / <f32>n
  for (let i: i32 = 0; i < n; i++) f32.store(dx + (<usize>i << 2), share)
}

/** Layer norm (`centred`) or RMS norm by row; facts are (mean, 1 / deviation) of each. Gain and shift may be 0: none. */
export function normalise(
  rows: i32,
  width: i32,
  centred: i32,
  epsilon: f32,
  x: usize,
  gain: usize,
  shift: usize,
  y: usize,
  facts: usize,
): void {
  const step = <usize>width << 2
  const four = width & ~3
  for (let row: i32 = 0; row < rows; row++) {
    let level: f32 = 0
    if (centred) {
      let sums = all(0)
      for (let i: i32 = 0; i < four; i += 4) sums = f32x4.add(sums, v128.load(x + (<usize>i << 2)))
      level = sumOf(sums)
      for (let i = four; i < width; i++) level += f32.load(x + (<usize>i << 2))
      level /= <f32>width
    }
    let squares = all(0)
    const levels = all(level)
    for (let i: i32 = 0; i < four; i += 4) {
      const d = f32x4.sub(v128.load(x + (<usize>i << 2)), levels)
      squares = madd(d, d, squares)
    }
    let spread = sumOf(squares)
    for (let i = four; i < width; i++) {
      const d = f32.load(x + (<usize>i << 2)) - level
      spread += d * d
    }
    const factor: f32 = 1 / sqrt<f32>(spread / <f32>width + epsilon)
    f32.store(facts, level)
    f32.store(facts, factor, 4)
    const factors = all(factor)
    for (let i: i32 = 0; i < four; i += 4) {
      const at = <usize>i << 2
      let v = f32x4.mul(f32x4.sub(v128.load(x + at), levels), factors)
      if (gain) v = f32x4.mul(v, v128.load(gain + at))
      if (shift) v = f32x4.add(v, v128.load(shift + at))
      v128.store(y + at, v)
    }
    for (let i = four; i < width; i++) {
      const at = <usize>i << 2
      let v = (f32.load(x + at) - level) * factor
      if (gain) v *= f32.load(gain + at)
      if (shift) v += f32.load(shift + at)
      f32.store(y + at, v)
    }
    x += step
    y += step
    facts += 8
  }
}

/** dL/dx of `normalise`. */
export function normaliseBack(
  rows: i32,
  width: i32,
  centred: i32,
  dy: usize,
  x: usize,
  facts: usize,
  gain: usize,
  dx: usize,
): void {
  const step = <usize>width << 2
  const four = width & ~3
  for (let row: i32 = 0; row < rows; row++) {
    const level = f32.load(facts)
    const factor = f32.load(facts, 4)
    const levels = all(level)
    const factors = all(factor)
    let owns = all(0)
    let alongs = all(0)
    for (let i: i32 = 0; i < four; i += 4) {
      const at = <usize>i << 2
      let back = v128.load(dy + at)
      if (gain) back = f32x4.mul(back, v128.load(gain + at))
      owns = f32x4.add(owns, back)
      alongs = madd(back, f32x4.mul(f32x4.sub(v128.load(x + at), levels), factors), alongs)
    }
    let own = sumOf(owns)
    let along = sumOf(alongs)
    for (let i = four; i < width; i++) {
      const at = <usize>i << 2
      let back = f32.load(dy + at)
      if (gain) back *= f32.load(gain + at)
      own += back
      along += back * (f32.load(x + at) - level) * factor
    }
    own = centred ? own / <f32>width : 0
    along /= <f32>width
    const ownAll = all(own)
    const alongAll = all(along)
    for (let i: i32 = 0; i < four; i += 4) {
      const at = <usize>i << 2
      let back = v128.load(dy + at)
      if (gain) back = f32x4.mul(back, v128.load(gain + at))
      const normal = f32x4.mul(f32x4.sub(v128.load(x + at), levels), factors)
      v128.store(
        dx + at,
        f32x4.mul(factors, f32x4.sub(f32x4.sub(back, ownAll), f32x4.mul(normal, alongAll))),
      )
    }
    for (let i = four; i < width; i++) {
      const at = <usize>i << 2
      let back = f32.load(dy + at)
      if (gain) back *= f32.load(gain + at)
      const normal = (f32.load(x + at) - level) * factor
      f32.store(dx + at, factor * (back - own - normal * along))
    }
    dy += step
    x += step
    dx += step
    facts += 8
  }
}

/** dgain = Σ dy · normal and dshift = Σ dy over the rows. */
export function normaliseWeights(
  rows: i32,
  width: i32,
  dy: usize,
  x: usize,
  facts: usize,
  dgain: usize,
  dshift: usize,
): void {
  const step = <usize>width << 2
  let j: i32 = 0
  for (; j + 8 <= width; j += 8) {
    let g0 = all(0)
    let g1 = all(0)
    let s0 = all(0)
    let s1 = all(0)
    let p = x + (<usize>j << 2)
    let q = dy + (<usize>j << 2)
    let f = facts
    for (let row: i32 = 0; row < rows; row++) {
      const level = v128.load32_splat(f)
      const factor = v128.load32_splat(f, 4)
      const d0 = v128.load(q)
      const d1 = v128.load(q, 16)
      g0 = madd(d0, f32x4.mul(f32x4.sub(v128.load(p), level), factor), g0)
      g1 = madd(d1, f32x4.mul(f32x4.sub(v128.load(p, 16), level), factor), g1)
      s0 = f32x4.add(s0, d0)
      s1 = f32x4.add(s1, d1)
      p += step
      q += step
      f += 8
    }
    v128.store(dgain + (<usize>j << 2), g0)
    v128.store(dgain + (<usize>j << 2), g1, 16)
    v128.store(dshift + (<usize>j << 2), s0)
    v128.store(dshift + (<usize>j << 2), s1, 16)
  }
  for (; j < width; j++) {
    const at = <usize>j << 2
    let g: f32 = 0
    let s: f32 = 0
    for (let row: i32 = 0; row < rows; row++) {
      const d = f32.load(dy + at + <usize>row * step)
      const fact = facts + (<usize>row << 3)
      g += d * (f32.load(x + at + <usize>row * step) - f32.load(fact)) * f32.load(fact, 4)
      s += d
    }
    f32.store(dgain + at, g)
    f32.store(dshift + at, s)
  }
}

/** Sums of `width` columns of rows that lie `apart` floats from each other. */
export function columnSums(rows: i32, width: i32, apart: i32, x: usize, y: usize): void {
  const step = <usize>apart << 2
  let j: i32 = 0
  for (; j + 16 <= width; j += 16) {
    let a = all(0)
    let b = all(0)
    let c = all(0)
    let d = all(0)
    let p = x + (<usize>j << 2)
    for (let row: i32 = 0; row < rows; row++) {
      a = f32x4.add(a, v128.load(p))
      b = f32x4.add(b, v128.load(p, 16))
      c = f32x4.add(c, v128.load(p, 32))
      d = f32x4.add(d, v128.load(p, 48))
      p += step
    }
    const at = y + (<usize>j << 2)
    v128.store(at, a)
    v128.store(at, b, 16)
    v128.store(at, c, 32)
    v128.store(at, d, 48)
  }
  for (; j < width; j++) {
    let sum: f32 = 0
    for (let row: i32 = 0; row < rows; row++) sum += f32.load(x + (<usize>j << 2) + <usize>row * step)
    f32.store(y + (<usize>j << 2), sum)
  }
}

/** Sums of the rows of rows x width numbers. */
export function rowSums(rows: i32, width: i32, x: usize, y: usize): void {
  const four = width & ~3
  for (let row: i32 = 0; row < rows; row++) {
    let sums = all(0)
    for (let i: i32 = 0; i < four; i += 4) sums = f32x4.add(sums, v128.load(x + (<usize>i << 2)))
    let sum = sumOf(sums)
    for (let i = four; i < width; i++) sum += f32.load(x + (<usize>i << 2))
    f32.store(y, sum)
    x += <usize>width << 2
    y += 4
  }
}

/** y = x + bias, row by row, bent by relu where that is wanted. */
export function shift(rows: i32, width: i32, relu: i32, x: usize, bias: usize, y: usize): void {
  const four = width & ~3
  for (let row: i32 = 0; row < rows; row++) {
    for (let i: i32 = 0; i < four; i += 4) {
      const at = <usize>i << 2
      let v = f32x4.add(v128.load(x + at), v128.load(bias + at))
      if (relu) v = f32x4.pmax(v, all(0))
      v128.store(y + at, v)
    }
    for (let i = four; i < width; i++) {
      const at = <usize>i << 2
      const v = f32.load(x + at) + f32.load(bias + at)
      f32.store(y + at, relu && v < 0 ? 0 : v)
    }
    x += <usize>width << 2
    y += <usize>width << 2
  }
}
