/** Sizes of shapes. */
export function product(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1)
}
