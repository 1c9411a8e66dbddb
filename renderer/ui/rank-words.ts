/** Which names a few typed letters mean, better fits first: at the start, at the start of a word, inside, or scattered. */
export function rankWords<T>(items: readonly T[], query: string, nameOf: (item: T) => string): readonly T[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return items
  return items
    .map((item) => ({ item, points: points(wanted, nameOf(item).toLowerCase()) }))
    .filter((one) => one.points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ item }) => item)
}

function points(wanted: string, name: string): number {
  if (name.startsWith(wanted)) return 4
  if (name.split(/[\s-]+/).some((word) => word.startsWith(wanted))) return 3
  if (name.includes(wanted)) return 2
  let at = -1
  for (const letter of wanted) {
    at = name.indexOf(letter, at + 1)
    if (at < 0) return 0
  }
  return 1
}
