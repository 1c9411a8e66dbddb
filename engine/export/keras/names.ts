/** Names of layers in Keras: letters, digits and underscores, each once in a model. */
import type { Path } from '../../graph/document'

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
