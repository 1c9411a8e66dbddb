/** Products over the heads of an attention, whose numbers lie side by side as the projections left them, and the looks. */
import { all } from './functions'
import { product } from './product'

/**
 * C = A B for every sequence and head. Of each matrix: bytes are told in floats from sequence to sequence, from head to
 * head and from row to row; `grouped` where a head has it in common with the others of its group, which in C add up.
 */
export function headProducts(
  batch: i32,
  heads: i32,
  groups: i32,
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aBatch: i32,
  aHead: i32,
  aStep: i32,
  aTurned: i32,
  b: usize,
  bBatch: i32,
  bHead: i32,
  bGrouped: i32,
  bStep: i32,
  bTurned: i32,
  c: usize,
  cBatch: i32,
  cHead: i32,
  cGrouped: i32,
  cStep: i32,
  scratch: usize,
): void {
  const each = heads / groups
  for (let i: i32 = 0; i < batch; i++)
    for (let h: i32 = 0; h < heads; h++) {
      const g = h / each
      product(
        m, n, k,
        a + (<usize>(i * aBatch + h * aHead) << 2), aStep, aTurned,
        b + (<usize>(i * bBatch + (bGrouped ? g : h) * bHead) << 2), bStep, bTurned,
        c + (<usize>(i * cBatch + (cGrouped ? g : h) * cHead) << 2), cStep,
        cGrouped && h % each != 0 ? 1 : 0, 0, scratch,
      )
    }
}

/** x = factor x, n numbers. */
export function scaleBy(n: i32, x: usize, factor: f32): void {
  const end = x + (<usize>(n & ~3) << 2)
  const by = all(factor)
  while (x < end) {
    v128.store(x, f32x4.mul(v128.load(x), by))
    x += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(x, f32.load(x) * factor)
    x += 4
  }
}

/** Adds (wall - 1) 1e9 to scores [batch, heads, rows, width]; the wall's steps in floats are 0 where it spreads. */
export function wallOff(
  batch: i32,
  heads: i32,
  rows: i32,
  width: i32,
  scores: usize,
  wall: usize,
  wallBatch: i32,
  wallHead: i32,
  wallRow: i32,
  wallColumn: i32,
): void {
  for (let b: i32 = 0; b < batch; b++)
    for (let h: i32 = 0; h < heads; h++)
      for (let row: i32 = 0; row < rows; row++) {
        const line = wall + (<usize>(b * wallBatch + h * wallHead + row * wallRow) << 2)
        let i: i32 = 0
        if (wallColumn == 1)
          for (; i + 4 <= width; i += 4) {
            const at = scores + (<usize>i << 2)
            const cost = f32x4.mul(f32x4.sub(v128.load(line + (<usize>i << 2)), all(1)), all(1e9))
            v128.store(at, f32x4.add(v128.load(at), cost))
          }
        for (; i < width; i++) {
          const at = scores + (<usize>i << 2)
          f32.store(at, f32.load(at) + (f32.load(line + (<usize>(i * wallColumn) << 2)) - 1) * 1e9)
        }
        scores += <usize>width << 2
      }
}

/** 1 where place `from` may look at place `to`, else 0; a window of 0 is all. */
export function reach(from: i32, to: i32, causal: i32, window: i32, wall: usize): void {
  for (let row: i32 = 0; row < from; row++)
    for (let column: i32 = 0; column < to; column++) {
      const distance = row - column
      const far = (causal && distance < 0) || (window > 0 && abs(distance) >= window)
      f32.store(wall, far ? 0 : 1)
      wall += 4
    }
}
