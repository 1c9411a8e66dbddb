/**
 * Products of matrices, C = A B, (+)= and with a bias and relu at the end. Goto & van de Geijn 2008: B is packed into
 * panels of eight columns, which stay near while tiles of six rows of A go by; six times two vectors of sums fill the
 * registers that there are. A matrix that is to be transposed is turned while it is packed.
 */
import { madd } from './lanes'

/** Depth of a block: so many rows of B are packed at a time. */
const DEPTH: i32 = 384
/** Columns of a block. */
const WIDTH: i32 = 512
/** Rows of A that are turned at a time. */
const HEIGHT: i32 = 96

/** What happens to a sum when it is stored. */
const ADD: i32 = 1
const BIAS: i32 = 2
const RELU: i32 = 4

/** Numbers of scratch that products need. */
export function productScratch(): i32 {
  return DEPTH * WIDTH + HEIGHT * DEPTH + 48 + 16
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function finish(at: usize, sum: v128, flags: i32, bias: usize): void {
  if (flags & ADD) sum = f32x4.add(sum, v128.load(at))
  if (flags & BIAS) sum = f32x4.add(sum, v128.load(bias))
  if (flags & RELU) sum = f32x4.pmax(sum, f32x4.splat(0))
  v128.store(at, sum)
}

/** Turns `rows` x `columns` numbers at `from`, `step` bytes a row, into `columns` rows of `toStep` bytes. */
function turn(from: usize, step: usize, rows: i32, columns: i32, to: usize, toStep: usize): void {
  let i: i32 = 0
  for (; i + 4 <= rows; i += 4) {
    let p = from + <usize>i * step
    let q = to + (<usize>i << 2)
    let j: i32 = 0
    for (; j + 4 <= columns; j += 4) {
      const a = v128.load(p)
      const b = v128.load(p + step)
      const c = v128.load(p + 2 * step)
      const d = v128.load(p + 3 * step)
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
      const ef = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
      const gh = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
      v128.store(q, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5))
      v128.store(q + toStep, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7))
      v128.store(q + 2 * toStep, v128.shuffle<f32>(ef, gh, 0, 1, 4, 5))
      v128.store(q + 3 * toStep, v128.shuffle<f32>(ef, gh, 2, 3, 6, 7))
      p += 16
      q += toStep << 2
    }
    for (; j < columns; j++) {
      f32.store(q, f32.load(p))
      f32.store(q + 4, f32.load(p + step))
      f32.store(q + 8, f32.load(p + 2 * step))
      f32.store(q + 12, f32.load(p + 3 * step))
      p += 4
      q += toStep
    }
  }
  for (; i < rows; i++) {
    let p = from + <usize>i * step
    let q = to + (<usize>i << 2)
    for (let j: i32 = 0; j < columns; j++) {
      f32.store(q, f32.load(p))
      p += 4
      q += toStep
    }
  }
}

/** Packs depth x width numbers of B into panels of eight columns; what is missing of the last panel is zero. */
export function packPanels(b: usize, step: usize, turned: bool, depth: i32, width: i32, to: usize): void {
  const size = <usize>depth << 5
  for (let j: i32 = 0; j < width; j += 8) {
    const here = min(8, width - j)
    if (here < 8) memory.fill(to, 0, size)
    if (turned) {
      turn(b + <usize>j * step, step, here, depth, to, 32)
    } else {
      let p = b + (<usize>j << 2)
      let q = to
      if (here == 8) {
        for (let k: i32 = 0; k < depth; k++) {
          v128.store(q, v128.load(p))
          v128.store(q, v128.load(p, 16), 16)
          p += step
          q += 32
        }
      } else {
        for (let k: i32 = 0; k < depth; k++) {
          for (let i: i32 = 0; i < here; i++) f32.store(q + (<usize>i << 2), f32.load(p + (<usize>i << 2)))
          p += step
          q += 32
        }
      }
    }
    to += size
  }
}

/** Six rows of A by a panel: 6 x 8 sums. Rows that are missing are read again from the last one. */
function tile(
  depth: i32,
  a: usize,
  step: usize,
  rows: i32,
  panel: usize,
  c: usize,
  cStep: usize,
  columns: i32,
  flags: i32,
  bias: usize,
  spare: usize,
): void {
  let p0 = a
  let p1 = a + step * <usize>min(1, rows - 1)
  let p2 = a + step * <usize>min(2, rows - 1)
  let p3 = a + step * <usize>min(3, rows - 1)
  let p4 = a + step * <usize>min(4, rows - 1)
  let p5 = a + step * <usize>min(5, rows - 1)
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  let s40 = s00
  let s41 = s00
  let s50 = s00
  let s51 = s00
  let q = panel
  const end = panel + (<usize>depth << 5)
  while (q < end) {
    const left = v128.load(q)
    const right = v128.load(q, 16)
    let x = v128.load32_splat(p0)
    s00 = madd(x, left, s00)
    s01 = madd(x, right, s01)
    x = v128.load32_splat(p1)
    s10 = madd(x, left, s10)
    s11 = madd(x, right, s11)
    x = v128.load32_splat(p2)
    s20 = madd(x, left, s20)
    s21 = madd(x, right, s21)
    x = v128.load32_splat(p3)
    s30 = madd(x, left, s30)
    s31 = madd(x, right, s31)
    x = v128.load32_splat(p4)
    s40 = madd(x, left, s40)
    s41 = madd(x, right, s41)
    x = v128.load32_splat(p5)
    s50 = madd(x, left, s50)
    s51 = madd(x, right, s51)
    p0 += 4
    p1 += 4
    p2 += 4
    p3 += 4
    p4 += 4
    p5 += 4
    q += 32
  }
  if (rows >= 6 && columns >= 8) {
    finish(c, s00, flags, bias)
    finish(c + 16, s01, flags, bias + 16)
    c += cStep
    finish(c, s10, flags, bias)
    finish(c + 16, s11, flags, bias + 16)
    c += cStep
    finish(c, s20, flags, bias)
    finish(c + 16, s21, flags, bias + 16)
    c += cStep
    finish(c, s30, flags, bias)
    finish(c + 16, s31, flags, bias + 16)
    c += cStep
    finish(c, s40, flags, bias)
    finish(c + 16, s41, flags, bias + 16)
    c += cStep
    finish(c, s50, flags, bias)
    finish(c + 16, s51, flags, bias + 16)
    return
  }
  v128.store(spare, s00)
  v128.store(spare, s01, 16)
  v128.store(spare, s10, 32)
  v128.store(spare, s11, 48)
  v128.store(spare, s20, 64)
  v128.store(spare, s21, 80)
  v128.store(spare, s30, 96)
  v128.store(spare, s31, 112)
  v128.store(spare, s40, 128)
  v128.store(spare, s41, 144)
  v128.store(spare, s50, 160)
  v128.store(spare, s51, 176)
  for (let i: i32 = 0; i < min(6, rows); i++) {
    for (let j: usize = 0; j < <usize>min(8, columns); j++) {
      let sum = f32.load(spare + (j << 2))
      const at = c + (j << 2)
      if (flags & ADD) sum += f32.load(at)
      if (flags & BIAS) sum += f32.load(bias + (j << 2))
      if (flags & RELU) sum = sum < 0 ? 0 : sum
      f32.store(at, sum)
    }
    c += cStep
    spare += 32
  }
}

/** C [m, n] = A [m, k] B, with all of B in panels; steps from row to row are in bytes. */
export function panelProduct(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aStep: usize,
  panels: usize,
  c: usize,
  cStep: usize,
  flags: i32,
  bias: usize,
  spare: usize,
): void {
  for (let j: i32 = 0; j < n; j += 8) {
    const panel = panels + <usize>j * (<usize>k << 2)
    const at = <usize>j << 2
    for (let i: i32 = 0; i < m; i += 6) {
      tile(
        k, a + <usize>i * aStep, aStep, m - i, panel, c + <usize>i * cStep + at, cStep, n - j, flags, bias + at, spare,
      )
    }
  }
}

/**
 * C [m, n] = A [m, k] B [k, n]. `aStep`, `bStep` and `cStep` are floats from row to row as the numbers lie; a matrix that
 * is `turned` lies as its transpose. Flags: 1 adds to what is there, 2 adds a bias of n numbers, 4 ends with relu.
 */
export function product(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aStep: i32,
  aTurned: i32,
  b: usize,
  bStep: i32,
  bTurned: i32,
  c: usize,
  cStep: i32,
  flags: i32,
  bias: usize,
  scratch: usize,
): void {
  const aBytes = <usize>aStep << 2
  const bBytes = <usize>bStep << 2
  const cBytes = <usize>cStep << 2
  const spare = (scratch + 15) & ~15
  const turnedA = spare + 192
  const panels = turnedA + ((HEIGHT * DEPTH) << 2)
  if (k == 0) {
    // Nothing to add up: a panel of no depth gives zeros.
    for (let i: i32 = 0; i < m; i += 6)
      for (let j: i32 = 0; j < n; j += 8)
        tile(
          0, a, 0, min(6, m - i), panels,
          c + <usize>i * cBytes + (<usize>j << 2), cBytes, min(8, n - j), flags, bias + (<usize>j << 2), spare,
        )
    return
  }
  for (let j: i32 = 0; j < n; j += WIDTH) {
    const width = min(WIDTH, n - j)
    for (let l: i32 = 0; l < k; l += DEPTH) {
      const depth = min(DEPTH, k - l)
      const first = l == 0
      const last = l + depth == k
      let now = first ? flags & (ADD | BIAS) : ADD
      if (last) now |= flags & RELU
      packPanels(
        bTurned ? b + <usize>j * bBytes + (<usize>l << 2) : b + <usize>l * bBytes + (<usize>j << 2),
        bBytes, <bool>bTurned, depth, width, panels,
      )
      for (let i: i32 = 0; i < m; i += HEIGHT) {
        const height = min(HEIGHT, m - i)
        let rows: usize
        let step: usize
        if (aTurned) {
          turn(a + <usize>l * aBytes + (<usize>i << 2), aBytes, depth, height, turnedA, <usize>depth << 2)
          rows = turnedA
          step = <usize>depth << 2
        } else {
          rows = a + <usize>i * aBytes + (<usize>l << 2)
          step = aBytes
        }
        for (let x: i32 = 0; x < width; x += 8) {
          const panel = panels + <usize>x * (<usize>depth << 2)
          const at = <usize>(j + x) << 2
          for (let y: i32 = 0; y < height; y += 6) {
            tile(
              depth, rows + <usize>y * step, step, height - y, panel,
              c + <usize>(i + y) * cBytes + at, cBytes, min(8, width - x), now, bias + at, spare,
            )
          }
        }
      }
    }
  }
}

/** As `product`, for `batch` matrices that lie so many floats apart. */
export function products(
  batch: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aApart: i32,
  aStep: i32,
  aTurned: i32,
  b: usize,
  bApart: i32,
  bStep: i32,
  bTurned: i32,
  c: usize,
  cApart: i32,
  cStep: i32,
  flags: i32,
  bias: usize,
  scratch: usize,
): void {
  for (let i: i32 = 0; i < batch; i++) {
    product(m, n, k, a, aStep, aTurned, b, bStep, bTurned, c, cStep, flags, bias, scratch)
    a += <usize>aApart << 2
    b += <usize>bApart << 2
    c += <usize>cApart << 2
  }
}
