/**
 * Names as people type them: "max pool" and "batch-norm" mean MaxPool2D and BatchNorm, and "2d conv" means Conv2D.
 * Both lists of node types ask this where the letters as typed are found at no word's start.
 */

/** Whether the name begins so, apart from what people put between words, or leave out; that alone begins no name. */
export function beginsWith(wanted: string, name: string): boolean {
  const letters = squashed(wanted)
  return letters !== '' && squashed(name).startsWith(letters)
}

function squashed(text: string): string {
  return text.toLowerCase().replace(/[\s_-]+/g, '')
}

/** Whether every typed word stands in the name, in whatever order; one word alone is no such question. */
export function holdsAllWords(wanted: string, name: string): boolean {
  const words = wanted
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter((word) => word !== '')
  const text = name.toLowerCase()
  return words.length > 1 && words.every((word) => text.includes(word))
}
