/** Functions of four floats: e^x and what is made of it, good to the last digit or two, and the activations by number. */
import { madd } from './lanes'

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function all(x: f32): v128 {
  return f32x4.splat(x)
}

/** Cephes' expf; 0 and infinity where they are the nearest, and not a number stays none. */
export function exp4(x: v128): v128 {
  const here = f32x4.pmax(f32x4.pmin(x, all(89)), all(-104))
  const n = f32x4.nearest(f32x4.mul(here, all(1.44269504)))
  let r = madd(n, all(-0.693359375), here)
  r = madd(n, all(2.12194440e-4), r)
  let p = madd(all(1.9875691500e-4), r, all(1.3981999507e-3))
  p = madd(p, r, all(8.3334519073e-3))
  p = madd(p, r, all(4.1665795894e-2))
  p = madd(p, r, all(1.6666665459e-1))
  p = madd(p, r, all(5.0000001201e-1))
  const y = f32x4.add(madd(p, f32x4.mul(r, r), r), all(1))
  // Two halves of the power, so that neither leaves what an exponent can say.
  const power = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(power, 1)
  const one = i32x4.shl(i32x4.add(half, i32x4.splat(127)), 23)
  const other = i32x4.shl(i32x4.add(i32x4.sub(power, half), i32x4.splat(127)), 23)
  return f32x4.mul(f32x4.mul(y, one), other)
}

/** Cephes' logf, for positive numbers that are not denormal. */
export function log4(x: v128): v128 {
  let e = f32x4.convert_i32x4_s(i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126)))
  let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000))
  const low = f32x4.lt(m, all(0.707106781))
  e = f32x4.sub(e, v128.and(low, all(1)))
  m = f32x4.sub(f32x4.add(m, v128.and(low, m)), all(1))
  const z = f32x4.mul(m, m)
  let p = madd(all(7.0376836292e-2), m, all(-1.1514610310e-1))
  p = madd(p, m, all(1.1676998740e-1))
  p = madd(p, m, all(-1.2420140846e-1))
  p = madd(p, m, all(1.4249322787e-1))
  p = madd(p, m, all(-1.6668057665e-1))
  p = madd(p, m, all(2.0000714765e-1))
  p = madd(p, m, all(-2.4999993993e-1))
  p = madd(p, m, all(3.3333331174e-1))
  let y = f32x4.mul(f32x4.mul(p, m), z)
  y = madd(e, all(-2.12194440e-4), y)
  y = madd(z, all(-0.5), y)
  return madd(e, all(0.693359375), f32x4.add(m, y))
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function sigmoid4(x: v128): v128 {
  return f32x4.div(all(1), f32x4.add(all(1), exp4(f32x4.neg(x))))
}

/** Cephes' tanhf. */
export function tanh4(x: v128): v128 {
  const z = f32x4.mul(x, x)
  let p = madd(all(-5.70498872745e-3), z, all(2.06390887954e-2))
  p = madd(p, z, all(-5.37397155531e-2))
  p = madd(p, z, all(1.33314422036e-1))
  p = madd(p, z, all(-3.33332819422e-1))
  const near = madd(f32x4.mul(p, z), x, x)
  const size = f32x4.abs(x)
  const far = f32x4.sub(all(1), f32x4.div(all(2), f32x4.add(exp4(f32x4.add(size, size)), all(1))))
  const signed = v128.or(far, v128.and(x, i32x4.splat(<i32>0x80000000)))
  return v128.bitselect(near, signed, f32x4.lt(size, all(0.625)))
}

/** e^x - 1, where a difference of two numbers near one would lose its digits, too. */
function lessOne4(x: v128): v128 {
  let p = madd(all(0.008333334), x, all(0.041666668))
  p = madd(p, x, all(0.16666667))
  p = madd(p, x, all(0.5))
  const near = madd(f32x4.mul(p, x), x, x)
  return v128.bitselect(near, f32x4.sub(exp4(x), all(1)), f32x4.lt(f32x4.abs(x), all(0.05)))
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
function above4(x: v128): v128 {
  return f32x4.pmax(x, all(0))
}

function softplus4(x: v128): v128 {
  const e = exp4(f32x4.neg(f32x4.abs(x)))
  let p = madd(all(0.25), e, all(-0.33333334))
  p = madd(p, e, all(0.5))
  const near = f32x4.mul(e, f32x4.sub(all(1), f32x4.mul(e, p)))
  const rest = v128.bitselect(near, log4(f32x4.add(all(1), e)), f32x4.lt(e, all(0.01)))
  return f32x4.add(above4(x), rest)
}

/** The rational approximation that Eigen and XLA have. */
export function erf4(given: v128): v128 {
  const x = f32x4.pmax(f32x4.pmin(given, all(4)), all(-4))
  const z = f32x4.mul(x, x)
  let p = madd(all(-2.72614225801306e-10), z, all(2.77068142495902e-8))
  p = madd(p, z, all(-2.10102402082508e-6))
  p = madd(p, z, all(-5.69250639462346e-5))
  p = madd(p, z, all(-7.34990630326855e-4))
  p = madd(p, z, all(-2.95459980854025e-3))
  p = madd(p, z, all(-1.60960333262415e-2))
  let q = madd(all(-1.45660718464996e-5), z, all(-2.13374055278905e-4))
  q = madd(q, z, all(-1.68282697438203e-3))
  q = madd(q, z, all(-7.37332916720468e-3))
  q = madd(q, z, all(-1.42647390514189e-2))
  return f32x4.div(f32x4.mul(x, p), q)
}

const RELU: i32 = 1
const ELU: i32 = 2
const SELU: i32 = 3
const SIGMOID: i32 = 4
const HARD_SIGMOID: i32 = 5
const TANH: i32 = 6
const SOFTPLUS: i32 = 7
const SOFTSIGN: i32 = 8
const SWISH: i32 = 9
const GELU: i32 = 10

/** f(x) of an activation by its number; 0 is x itself. */
export function bend4(name: i32, x: v128): v128 {
  switch (name) {
    case RELU:
      return above4(x)
    case ELU:
      return v128.bitselect(x, lessOne4(x), f32x4.gt(x, all(0)))
    case SELU:
      return f32x4.mul(
        all(1.0507009873554805),
        v128.bitselect(x, f32x4.mul(all(1.6732632423543772), lessOne4(x)), f32x4.gt(x, all(0))),
      )
    case SIGMOID:
      return sigmoid4(x)
    case HARD_SIGMOID:
      return f32x4.pmin(f32x4.pmax(madd(x, all(0.16666667), all(0.5)), all(0)), all(1))
    case TANH:
      return tanh4(x)
    case SOFTPLUS:
      return softplus4(x)
    case SOFTSIGN:
      return f32x4.div(x, f32x4.add(all(1), f32x4.abs(x)))
    case SWISH:
      return f32x4.mul(x, sigmoid4(x))
    case GELU:
      return f32x4.mul(f32x4.mul(all(0.5), x), f32x4.add(all(1), erf4(f32x4.mul(x, all(0.70710678)))))
    default:
      return x
  }
}

/** f'(x). */
export function slope4(name: i32, x: v128): v128 {
  switch (name) {
    case RELU:
      return v128.and(all(1), f32x4.gt(x, all(0)))
    case ELU:
      return v128.bitselect(all(1), exp4(x), f32x4.gt(x, all(0)))
    case SELU:
      return f32x4.mul(
        all(1.0507009873554805),
        v128.bitselect(all(1), f32x4.mul(all(1.6732632423543772), exp4(x)), f32x4.gt(x, all(0))),
      )
    case SIGMOID: {
      const y = sigmoid4(x)
      return f32x4.mul(y, f32x4.sub(all(1), y))
    }
    case HARD_SIGMOID:
      return v128.and(all(0.16666667), v128.and(f32x4.gt(x, all(-3)), f32x4.lt(x, all(3))))
    case TANH: {
      const y = tanh4(x)
      return f32x4.sub(all(1), f32x4.mul(y, y))
    }
    case SOFTPLUS:
      return sigmoid4(x)
    case SOFTSIGN: {
      const d = f32x4.add(all(1), f32x4.abs(x))
      return f32x4.div(all(1), f32x4.mul(d, d))
    }
    case SWISH: {
      const s = sigmoid4(x)
      return f32x4.mul(s, madd(x, f32x4.sub(all(1), s), all(1)))
    }
    case GELU: {
      const inside = f32x4.mul(all(0.5), f32x4.add(all(1), erf4(f32x4.mul(x, all(0.70710678)))))
      const density = f32x4.mul(all(0.39894228), exp4(f32x4.mul(all(-0.5), f32x4.mul(x, x))))
      return madd(x, density, inside)
    }
    default:
      return all(1)
  }
}

/** Whether a slope can be told from f(x) alone. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function tellsSlope(name: i32): bool {
  return name < SWISH
}

/** f'(x) from y = f(x), for those that tell it. */
export function slopeAt4(name: i32, y: v128): v128 {
  switch (name) {
    case RELU:
      return v128.and(all(1), f32x4.gt(y, all(0)))
    case ELU:
      return v128.bitselect(all(1), f32x4.add(y, all(1)), f32x4.gt(y, all(0)))
    case SELU:
      return v128.bitselect(
        all(1.0507009873554805),
        f32x4.add(y, all(1.7580993408473766)),
        f32x4.gt(y, all(0)),
      )
    case SIGMOID:
      return f32x4.mul(y, f32x4.sub(all(1), y))
    case HARD_SIGMOID:
      return v128.and(all(0.16666667), v128.and(f32x4.gt(y, all(0)), f32x4.lt(y, all(1))))
    case TANH:
      return f32x4.sub(all(1), f32x4.mul(y, y))
    case SOFTPLUS:
      return f32x4.sub(all(1), exp4(f32x4.neg(y)))
    case SOFTSIGN: {
      const d = f32x4.sub(all(1), f32x4.abs(y))
      return f32x4.mul(d, d)
    }
    default:
      return all(1)
  }
}

/** y = f(x), n numbers. */
export function bend(name: i32, n: i32, x: usize, y: usize): void {
  const end = x + (<usize>(n & ~3) << 2)
  while (x < end) {
    v128.store(y, bend4(name, v128.load(x)))
    x += 16
    y += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(y, f32x4.extract_lane(bend4(name, v128.load32_splat(x)), 0))
    x += 4
    y += 4
  }
}

/** dx = dy f'(x), n numbers. For relu, x may be what it gave. */
export function bendBack(name: i32, n: i32, dy: usize, x: usize, dx: usize): void {
  const end = x + (<usize>(n & ~3) << 2)
  while (x < end) {
    v128.store(dx, f32x4.mul(v128.load(dy), slope4(name, v128.load(x))))
    x += 16
    dy += 16
    dx += 16
  }
  for (let i: i32 = 0; i < (n & 3); i++) {
    f32.store(dx, f32.load(dy) * f32x4.extract_lane(slope4(name, v128.load32_splat(x)), 0))
    x += 4
    dy += 4
    dx += 4
  }
}
