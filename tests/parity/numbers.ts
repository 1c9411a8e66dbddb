/**
 * Fixed numbers for the comparison with PyTorch: the same for the same name, spread evenly, four decimals, so that the
 * committed files stay small and readable. Nothing of the engine's own generator is in them.
 */

/** Any array that crosses to Python. int32 for tokens and class indices. */
export interface Numbers {
  readonly dtype: 'float32' | 'int32'
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1)
}

/** U[0, 1) from a name and an index: FNV-1a over the name, then a 32-bit finaliser (murmur3's). */
function unit(name: string, index: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (index + 0x9e3779b9), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f)
  return ((hash ^ (hash >>> 15)) >>> 0) / 4294967296
}

/** centre + U(-spread, spread). */
export function reals(name: string, shape: readonly number[], spread = 1, centre = 0): Numbers {
  const values = Array.from({ length: sizeOf(shape) }, (_, index) => {
    return Number((centre + spread * (2 * unit(name, index) - 1)).toFixed(4))
  })
  return { dtype: 'float32', shape, values }
}

/** Whole numbers from 0 to below - 1. */
export function indices(name: string, shape: readonly number[], below: number): Numbers {
  const values = Array.from({ length: sizeOf(shape) }, (_, index) => Math.floor(unit(name, index) * below))
  return { dtype: 'int32', shape, values }
}

/** Rows with a single 1 on the last axis. */
export function oneHot(name: string, shape: readonly number[]): Numbers {
  const classes = shape.at(-1) ?? 1
  const hot = indices(name, shape.slice(0, -1), classes)
  const values = hot.values.flatMap((at) => Array.from({ length: classes }, (_, k) => (k === at ? 1 : 0)))
  return { dtype: 'float32', shape, values }
}

/** Weights of a sensible size for their name: scales near 1, variances positive, the rest around 0, matrices in ±spread. */
export function weightNumbers(
  path: string,
  weight: string,
  shape: readonly number[],
  spread: number,
): Numbers {
  const name = `${path}:${weight}`
  if (weight === 'gamma') return reals(name, shape, 0.4, 1)
  if (weight === 'moving_variance') return reals(name, shape, 0.5, 1)
  return reals(name, shape, shape.length > 1 ? spread : spread / 2)
}
