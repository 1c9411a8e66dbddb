/**
 * What a probe makes of a tensor. Sums are taken in doubles, which hold 1e-30 and 1e30 squared; to travel as floats a sum
 * of squares is said as two, [r, Σ (x / r)²], where r is the root mean square.
 */
import { all } from './functions'
import { low, high, madd2, maxOf, someOf, sumOf2, sumOfCounts } from './lanes'

/** Keeps a division by the largest of zeros from giving no number. */
const TINY: f64 = 1e-37

/** Columns whose sums are kept in `room`, two doubles each. */
const SLAB: i32 = 8192

/** Rows that stay in the processor's cache while all columns go through them. */
const CHUNK: i32 = 32

function say(squares: f64, count: f64, y: usize): void {
  const finite = squares - squares == 0
  f32.store(y, finite ? <f32>sqrt(squares / count) : f32.NaN)
  f32.store(y, finite ? (squares > 0 ? <f32>count : 0) : f32.NaN, 4)
}

/**
 * Σ x², or where `mean` is 1 their mean, of `rows` rows of `width` numbers, `stride` numbers from one row to the next, the
 * first one `skip` numbers past x.
 */
export function measureNorm(
  rows: i32,
  width: i32,
  stride: i32,
  skip: i32,
  mean: i32,
  x: usize,
  y: usize,
): void {
  let sum: f64 = 0
  const eight = width & ~7
  x += <usize>skip << 2
  for (let row: i32 = 0; row < rows; row++) {
    let a = f64x2.splat(0)
    let b = a
    let c = a
    let d = a
    for (let i: i32 = 0; i < eight; i += 8) {
      const at = x + (<usize>i << 2)
      const v = v128.load(at)
      const w = v128.load(at, 16)
      a = madd2(low(v), low(v), a)
      b = madd2(high(v), high(v), b)
      c = madd2(low(w), low(w), c)
      d = madd2(high(w), high(w), d)
    }
    sum += sumOf2(f64x2.add(f64x2.add(a, b), f64x2.add(c, d)))
    for (let i = eight; i < width; i++) {
      const value = <f64>f32.load(x + (<usize>i << 2))
      sum += value * value
    }
    x += <usize>stride << 2
  }
  const count = <f64>rows * <f64>width
  if (mean) say(sum / count, 1, y)
  else say(sum, count, y)
}

/** Σ (after − before)² of n numbers. */
export function measureChange(n: i32, before: usize, after: usize, y: usize): void {
  let a = f64x2.splat(0)
  let b = a
  const four = n & ~3
  for (let i: i32 = 0; i < four; i += 4) {
    const at = <usize>i << 2
    const v = f32x4.sub(v128.load(after + at), v128.load(before + at))
    a = madd2(low(v), low(v), a)
    b = madd2(high(v), high(v), b)
  }
  let sum = sumOf2(f64x2.add(a, b))
  for (let i = four; i < n; i++) {
    const at = <usize>i << 2
    const value = <f64>(f32.load(after + at) - f32.load(before + at))
    sum += value * value
  }
  say(sum, <f64>n, y)
}

function notFinite(n: i32, x: usize): f64 {
  let count: i32 = 0
  for (let i: i32 = 0; i < n; i++) {
    const value = f32.load(x + (<usize>i << 2))
    if (value - value != 0) count++
  }
  return count
}

/** [mean, deviations as `say` says them, share of zeros, share of what is not finite]. */
function sayMoments(n: i32, x: usize, mean: f64, deviations: f64, zeros: f64, y: usize): void {
  const finite = deviations - deviations == 0
  f32.store(y, finite ? <f32>mean : f32.NaN)
  say(deviations, n, y + 4)
  f32.store(y, <f32>(zeros / n), 12)
  f32.store(y, finite ? 0 : <f32>(notFinite(n, x) / n), 16)
}

/**
 * Moments of n numbers. Sums go relative to the first one, which lies among them, so that little is lost where they
 * hardly differ.
 */
export function measureMoments(n: i32, x: usize, y: usize): void {
  const first = <f64>f32.load(x)
  const level = f64x2.splat(first)
  let s0 = f64x2.splat(0)
  let s1 = s0
  let q0 = s0
  let q1 = s0
  let zeros = i32x4.splat(0)
  const four = n & ~3
  for (let i: i32 = 0; i < four; i += 4) {
    const v = v128.load(x + (<usize>i << 2))
    zeros = i32x4.sub(zeros, f32x4.eq(v, all(0)))
    const a = f64x2.sub(low(v), level)
    const b = f64x2.sub(high(v), level)
    s0 = f64x2.add(s0, a)
    s1 = f64x2.add(s1, b)
    q0 = madd2(a, a, q0)
    q1 = madd2(b, b, q1)
  }
  let sum = sumOf2(f64x2.add(s0, s1))
  let squares = sumOf2(f64x2.add(q0, q1))
  let none = sumOfCounts(zeros)
  for (let i = four; i < n; i++) {
    const value = f32.load(x + (<usize>i << 2))
    const past = <f64>value - first
    sum += past
    squares += past * past
    if (value == 0) none++
  }
  const count = <f64>n
  sayMoments(n, x, first + sum / count, max<f64>(0, squares - (sum * sum) / count), none, y)
}

let middle: f32 = 0
let beyond: f32 = 0
let zeros: f64 = 0
let saturated: f64 = 0
let largest: f32 = 0

/** Adds `count` rows of up to four columns to their sums in `room`, and to what all columns share. */
function addRows(count: i32, step: usize, lanes: i32, x: usize, first: usize, room: usize): void {
  const begin = lanes == 4 ? v128.load(first) : someOf(first, lanes)
  const f0 = low(begin)
  const f1 = high(begin)
  let s0 = v128.load(room)
  let s1 = v128.load(room, 16)
  let q0 = v128.load(room, 32)
  let q1 = v128.load(room, 48)
  let none = i32x4.splat(0)
  let flat = i32x4.splat(0)
  let most = all(0)
  const center = all(middle)
  const edge = all(beyond)
  for (let row: i32 = 0; row < count; row++) {
    const v = lanes == 4 ? v128.load(x) : someOf(x, lanes)
    none = i32x4.sub(none, f32x4.eq(v, all(0)))
    flat = i32x4.sub(flat, f32x4.gt(f32x4.abs(f32x4.sub(v, center)), edge))
    most = f32x4.pmax(most, f32x4.abs(v))
    const a = f64x2.sub(low(v), f0)
    const b = f64x2.sub(high(v), f1)
    s0 = f64x2.add(s0, a)
    s1 = f64x2.add(s1, b)
    q0 = madd2(a, a, q0)
    q1 = madd2(b, b, q1)
    x += step
  }
  v128.store(room, s0)
  v128.store(room, s1, 16)
  v128.store(room, q0, 32)
  v128.store(room, q1, 48)
  // Lanes without a column are zeros.
  const idle = <f64>(count * (4 - lanes))
  zeros += sumOfCounts(none) - idle
  saturated += sumOfCounts(flat) - (abs(middle) > beyond ? idle : 0)
  largest = max(largest, maxOf(most))
}

/**
 * Moments of rows x units numbers, then [largest |x|, share of dead units, share of saturated numbers, mean standard
 * deviation of a unit over largest |x|]. Saturated is what lies further than `reach` from `center`. `room`: 128 KiB.
 */
export function measureOutput(
  rows: i32,
  units: i32,
  center: f32,
  reach: f32,
  x: usize,
  room: usize,
  y: usize,
): void {
  middle = center
  beyond = reach
  zeros = 0
  saturated = 0
  largest = 0
  const step = <usize>units << 2
  const each = <f64>rows
  let spread: f64 = 0
  let dead: f64 = 0
  let mean: f64 = 0
  let deviations: f64 = 0
  for (let from: i32 = 0; from < units; from += SLAB) {
    const to = min(units, from + SLAB)
    memory.fill(room, 0, <usize>((to - from + 3) & ~3) << 4)
    for (let row: i32 = 0; row < rows; row += CHUNK)
      for (let j = from; j < to; j += 4) {
        const column = x + (<usize>j << 2)
        const count = min(CHUNK, rows - row)
        addRows(count, step, min(4, to - j), column + <usize>row * step, column, room + (<usize>(j - from) << 4))
      }
    // Each column's mean and deviations, and with them those of all columns so far (Chan, Golub and LeVeque, 1979).
    for (let j = from; j < to; j++) {
      const four = room + (<usize>((j - from) & ~3) << 4)
      const lane = <usize>((j - from) & 3) << 3
      const first = <f64>f32.load(x + (<usize>j << 2))
      const sum = f64.load(four + lane)
      const squares = f64.load(four + lane, 32)
      const own = max<f64>(0, squares - (sum * sum) / each)
      spread += sqrt(own / each)
      if (first == 0 && squares == 0) dead++
      const apart = first + sum / each - mean
      mean += apart / (<f64>j + 1)
      deviations += own + (apart * apart * each * <f64>j) / (<f64>j + 1)
    }
  }
  const n = rows * units
  sayMoments(n, x, mean, deviations, zeros, y)
  f32.store(y, spread - spread == 0 ? largest : f32.NaN, 20)
  f32.store(y, <f32>(dead / units), 24)
  f32.store(y, <f32>(saturated / n), 28)
  f32.store(y, <f32>(spread / units / (<f64>largest + TINY)), 32)
}

/** y = x, n numbers. */
export function copyNumbers(n: i32, x: usize, y: usize): void {
  memory.copy(y, x, <usize>n << 2)
}
