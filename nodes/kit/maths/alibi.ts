/** The slopes of ALiBi (Press et al. 2022): those of a power of two, then every other one of the next. */
export const alibiSlopes = (heads: number): readonly number[] => {
  const power = 2 ** Math.floor(Math.log2(heads))
  return Array.from({ length: heads }, (_, head) =>
    head < power ? 2 ** ((-8 * (head + 1)) / power) : 2 ** ((-4 * (2 * (head - power) + 1)) / power),
  )
}
