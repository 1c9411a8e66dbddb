/** Names in an ONNX file, each given once. */
export interface Names {
  /** These words, or with a number behind them where they are taken. */
  unique(words: string): string
}

export function createNames(): Names {
  const taken = new Set<string>()
  const next = new Map<string, number>()
  return {
    unique(words) {
      let name = words
      for (let number = next.get(words) ?? 2; taken.has(name); number += 1) {
        name = `${words}_${number}`
        next.set(words, number + 1)
      }
      taken.add(name)
      return name
    },
  }
}

/** Other programs make variables of the names of inputs, outputs and weights. */
export function plainName(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9_]/g, '_')
}
