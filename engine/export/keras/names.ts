/** Names of layers in Keras: letters, digits and underscores, each once in a model. */
import type { Path } from '../../graph/document'

/** Keras's own rule for the name of a class in the weight store: `MultiHeadAttention` -> `multi_head_attention`. */
export function snakeCase(name: string): string {
  return name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
}

export interface LayerNames {
  /** A name for one more layer of this node, never given before: `encoder_0_attention`, then with `_2`. */
  take(path: Path, more?: string): string
}

export function layerNames(): LayerNames {
  const taken = new Set<string>()
  return {
    take(path, more) {
      const wanted = [path.replaceAll('/', '_'), ...(more === undefined ? [] : [more])].join('_')
      let name = wanted
      for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`
      taken.add(name)
      return name
    },
  }
}
