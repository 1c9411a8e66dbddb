/** What of jax-js is used. The package is fetched when it is wanted, so its own types are not at hand. */

/** Owned by whoever holds it: an operation uses its operands up, `ref` keeps one for later. */
export interface JaxArray {
  readonly ref: JaxArray
  readonly shape: readonly number[]
  add(other: JaxArray | number): JaxArray
  sub(other: JaxArray | number): JaxArray
  mul(other: JaxArray | number): JaxArray
  div(other: JaxArray | number): JaxArray
  sum(): JaxArray
  mean(axes?: readonly number[], options?: { readonly keepdims: boolean }): JaxArray
  max(axes: readonly number[]): JaxArray
  reshape(shape: readonly number[]): JaxArray
  transpose(axes: readonly number[]): JaxArray
  /** For each dimension all of it, from one place to another, or one place. */
  slice(...places: readonly (number | readonly [] | readonly [number, number])[]): JaxArray
  data(): Promise<Float32Array>
  dispose(): void
}

export type Tree = JaxArray | readonly Tree[]

export interface Jax {
  init(device: string): Promise<readonly string[]>
  defaultDevice(device: string): void
  jit<F extends (...given: never[]) => Tree>(step: F): F
  /** Gradients of the first argument; `aux` is what the loss gives besides. */
  valueAndGrad(
    loss: (weights: readonly JaxArray[]) => readonly [JaxArray, readonly JaxArray[]],
    options: { readonly hasAux: true },
  ): (
    weights: readonly JaxArray[],
  ) => readonly [readonly [JaxArray, readonly JaxArray[]], readonly JaxArray[]]
  readonly lax: {
    /** x [N, C, H, W], kernel [O, C, h, w]. */
    conv(x: JaxArray, kernel: JaxArray, strides: readonly number[], padding: 'SAME' | 'VALID'): JaxArray
  }
  readonly nn: {
    relu(x: JaxArray): JaxArray
    sigmoid(x: JaxArray): JaxArray
    gelu(x: JaxArray, options: { readonly approximate: boolean }): JaxArray
    logSoftmax(x: JaxArray): JaxArray
    oneHot(x: JaxArray, classes: number): JaxArray
    standardize(
      x: JaxArray,
      axes?: number | readonly number[],
      options?: { readonly mean?: JaxArray; readonly variance?: JaxArray; readonly epsilon?: number },
    ): JaxArray
    /** q, k, v [B, T, heads, size]. */
    dotProductAttention(
      q: JaxArray,
      k: JaxArray,
      v: JaxArray,
      options: { readonly isCausal: boolean },
    ): JaxArray
  }
  readonly numpy: {
    array(values: Float32Array | Int32Array | number): JaxArray
    zeros(shape: readonly number[]): JaxArray
    full(shape: readonly number[], value: number): JaxArray
    matmul(a: JaxArray, b: JaxArray): JaxArray
    square(x: JaxArray): JaxArray
    sqrt(x: JaxArray): JaxArray
    tanh(x: JaxArray): JaxArray
    subtract(a: number, b: JaxArray): JaxArray
    where(condition: JaxArray, a: JaxArray | number, b: JaxArray | number): JaxArray
    concatenate(all: readonly JaxArray[], axis: number): JaxArray
    split(x: JaxArray, parts: number, axis: number): readonly JaxArray[]
    take(x: JaxArray, places: JaxArray, axis: number): JaxArray
  }
  readonly random: {
    key(seed: number): JaxArray
    split(key: JaxArray): JaxArray
    bernoulli(key: JaxArray, share: number, shape: readonly number[]): JaxArray
  }
}
