/**
 * Four floats at once. Where the host has relaxed SIMD a product and a sum are one instruction that rounds once, so the
 * two builds differ in last bits; on one machine the same build always runs.
 */

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function madd(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b))
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function maxOf(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  )
}

/** The first two of four floats as doubles. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function low(v: v128): v128 {
  return f64x2.promote_low_f32x4(v)
}

/** The last two. */
// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function high(v: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(v, v, 2, 3, 2, 3))
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function madd2(a: v128, b: v128, sum: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f64x2.relaxed_madd(a, b, sum) : f64x2.add(sum, f64x2.mul(a, b))
}

// @ts-ignore: AssemblyScript has decorators on functions, TypeScript has none.
@inline
export function sumOf2(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
}

export function sumOfCounts(v: v128): f64 {
  return <f64>(
    (i32x4.extract_lane(v, 0) +
      i32x4.extract_lane(v, 1) +
      (i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3)))
  )
}

/** The first one to three numbers at an address, then zeros; nothing is read past them. */
export function someOf(at: usize, lanes: i32): v128 {
  let v = v128.load32_zero(at)
  if (lanes > 1) v = v128.load_lane<f32>(at + 4, v, 1)
  if (lanes > 2) v = v128.load_lane<f32>(at + 8, v, 2)
  return v
}
