/** The update rules of optimisers, in place; `r` is where the numbers of the step lie. See engine/train/optimiser.ts. */
import { all } from './functions'
import { madd } from './lanes'

const SGD: i32 = 0
const MOMENTUM: i32 = 1
const NESTEROV: i32 = 2
const RMSPROP: i32 = 3
const ADAM: i32 = 4

/**
 * Moves n weights w by their gradients g times the number at `scale` (0: by them as they are). `m` and `v` are what the
 * rule remembers. Adam's `r` are the step and the scale of the deviation, then what a weight that decays is multiplied by.
 */
export function optimise(
  rule: i32,
  n: i32,
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  r: usize,
  scale: usize,
  one: f32,
  oneLess: f32,
  two: f32,
  twoLess: f32,
  epsilon: f32,
  decayed: i32,
): void {
  const by = scale ? f32.load(scale) : 1
  const four = <usize>(n & ~3) << 2
  const bytes = <usize>n << 2
  let i: usize = 0
  while (i < four) {
    const next = moved(
      rule, v128.load(w + i), f32x4.mul(v128.load(g + i), all(by)), m + i, v + i, r, one, oneLess, two, twoLess,
      epsilon, decayed,
    )
    v128.store(w + i, next)
    i += 16
  }
  while (i < bytes) {
    movedOne(rule, w + i, f32.load(g + i) * by, m + i, v + i, r, one, oneLess, two, twoLess, epsilon, decayed)
    i += 4
  }
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function average(slot: usize, decay: f32, less: f32, value: v128): v128 {
  const next = madd(v128.load(slot), all(decay), f32x4.mul(value, all(less)))
  v128.store(slot, next)
  return next
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function moved(
  rule: i32,
  w: v128,
  g: v128,
  m: usize,
  v: usize,
  r: usize,
  one: f32,
  oneLess: f32,
  two: f32,
  twoLess: f32,
  epsilon: f32,
  decayed: i32,
): v128 {
  const rate = v128.load32_splat(r)
  switch (rule) {
    case SGD:
      return f32x4.sub(w, f32x4.mul(g, rate))
    case MOMENTUM:
    case NESTEROV: {
      const next = madd(v128.load(v), all(one), g)
      v128.store(v, next)
      return f32x4.sub(w, f32x4.mul(rule == NESTEROV ? madd(next, all(one), g) : next, rate))
    }
    case RMSPROP: {
      const next = average(v, one, oneLess, f32x4.mul(g, g))
      return f32x4.sub(w, f32x4.div(f32x4.mul(g, rate), f32x4.add(f32x4.sqrt(next), all(epsilon))))
    }
    default: {
      if (decayed) w = f32x4.mul(w, v128.load32_splat(r, 8))
      const first = average(m, one, oneLess, g)
      const second = average(v, two, twoLess, f32x4.mul(g, g))
      const below = madd(f32x4.sqrt(second), v128.load32_splat(r, 4), all(epsilon))
      return f32x4.sub(w, f32x4.div(f32x4.mul(first, rate), below))
    }
  }
}

function movedOne(
  rule: i32,
  at: usize,
  g: f32,
  m: usize,
  v: usize,
  r: usize,
  one: f32,
  oneLess: f32,
  two: f32,
  twoLess: f32,
  epsilon: f32,
  decayed: i32,
): void {
  let w = f32.load(at)
  const rate = f32.load(r)
  switch (rule) {
    case SGD:
      w -= g * rate
      break
    case MOMENTUM:
    case NESTEROV: {
      const next = f32.load(v) * one + g
      f32.store(v, next)
      w -= (rule == NESTEROV ? g + next * one : next) * rate
      break
    }
    case RMSPROP: {
      const next = f32.load(v) * one + g * g * oneLess
      f32.store(v, next)
      w -= (g * rate) / (sqrt<f32>(next) + epsilon)
      break
    }
    default: {
      if (decayed) w *= f32.load(r, 8)
      const first = f32.load(m) * one + g * oneLess
      const second = f32.load(v) * two + g * g * twoLess
      f32.store(m, first)
      f32.store(v, second)
      w -= (first * rate) / (sqrt<f32>(second) * f32.load(r, 4) + epsilon)
    }
  }
  f32.store(at, w)
}

/** The sum of the squares of n numbers. */
export function squares(n: i32, x: usize, y: usize): void {
  let sum: f64 = 0
  for (let i: i32 = 0; i < n; i++) {
    const value = <f64>f32.load(x + (<usize>i << 2))
    sum += value * value
  }
  f32.store(y, <f32>sum)
}

/** PyTorch's clip_grad_norm_: min(1, norm / (total + 1e-6)) of `count` sums of squares; what is no number stays none. */
export function clipScale(count: i32, norm: f32, sums: usize, scale: usize): void {
  let sum: f64 = 0
  for (let i: i32 = 0; i < count; i++) sum += <f64>f32.load(sums + (<usize>i << 2))
  const by = norm / (<f32>Math.sqrt(sum) + 1e-6)
  f32.store(scale, by > 1 ? 1 : by)
}
