/**
 * The weights of a graph for NumPy: one array each in our layouts. `numpy.load` reads names with any character, but
 * people write them as keyword arguments and unpack the archive into files, so they are made of letters, digits and `_`:
 * `encoder/0/attention:query_kernel` becomes `encoder_0_attention__query_kernel`.
 */
import { writeNpz, type NpyArray } from '../formats/npy'
import type { Exported, ExportSource } from './exported'

/** Names for these weights, each once. */
export function npzNames(weights: readonly string[]): Readonly<Record<string, string>> {
  const taken = new Set<string>()
  return Object.fromEntries(
    weights.map((weight) => {
      const wanted = weight.replace(':', '__').replaceAll('/', '_')
      let name = wanted
      for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`
      taken.add(name)
      return [weight, name]
    }),
  )
}

export function exportNpz({ weights }: ExportSource): Exported {
  const names = npzNames(Object.keys(weights))
  const arrays = new Map(
    Object.entries(weights).map(([weight, { shape, values }]): [string, NpyArray] => [
      names[weight] ?? weight,
      { dtype: 'float32', shape, values },
    ]),
  )
  return {
    files: [{ name: 'weights.npz', bytes: writeNpz(arrays) }],
    parameters: Object.values(weights).reduce((sum, { values }) => sum + values.length, 0),
    names,
  }
}
