/** Names of fields and of their options as English words. */

/** `kernelInitialiser` and `glorotUniform` as people read them; words of one piece (`relu`) stay as they are. */
export function fieldWords(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
    .replaceAll('-', ' ')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
