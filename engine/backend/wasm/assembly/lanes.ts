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
