/** Room for tensors that are not all needed at the same time: those whose times do not meet may share it. */

export interface Lifetime {
  readonly bytes: number
  /** The first and the last command that has to do with it. */
  readonly first: number
  readonly last: number
}

interface Gap {
  at: number
  bytes: number
}

/** Puts a stretch back among the gaps, which stay in order and never touch. */
function giveBack(gaps: Gap[], at: number, bytes: number): void {
  const index = gaps.findIndex((gap) => gap.at > at)
  const next = index < 0 ? gaps.length : index
  const before = gaps[next - 1]
  const after = gaps[next]
  const meetsBefore = before !== undefined && before.at + before.bytes === at
  const meetsAfter = after !== undefined && at + bytes === after.at
  if (meetsBefore && meetsAfter) {
    before.bytes += bytes + after.bytes
    gaps.splice(next, 1)
  } else if (meetsBefore) before.bytes += bytes
  else if (meetsAfter) {
    after.at = at
    after.bytes += bytes
  } else gaps.splice(next, 0, { at, bytes })
}

/** Where each begins, and how many bytes there must be: the tightest gap that will do, else at the end. */
export function layOut(lives: readonly Lifetime[]): {
  readonly at: readonly number[]
  readonly bytes: number
} {
  const order = lives.map((_, index) => index)
  const life = (index: number) => lives[index] as Lifetime
  const coming = order.toSorted((a, b) => life(a).first - life(b).first)
  const going = order.toSorted((a, b) => life(a).last - life(b).last)
  const at = lives.map(() => 0)
  const gaps: Gap[] = []
  let end = 0
  let gone = 0
  for (const index of coming) {
    const { bytes, first } = life(index)
    for (; gone < going.length && life(going[gone] as number).last < first; gone++) {
      const old = going[gone] as number
      giveBack(gaps, at[old] as number, life(old).bytes)
    }
    let best: Gap | null = null
    for (const gap of gaps) if (gap.bytes >= bytes && (best === null || gap.bytes < best.bytes)) best = gap
    if (best !== null) {
      at[index] = best.at
      best.at += bytes
      best.bytes -= bytes
      if (best.bytes === 0) gaps.splice(gaps.indexOf(best), 1)
      continue
    }
    // A gap at the very end is made longer.
    const last = gaps.at(-1)
    const open = last !== undefined && last.at + last.bytes === end ? gaps.pop() : undefined
    const begin = open?.at ?? end
    at[index] = begin
    end = begin + bytes
  }
  return { at, bytes: end }
}
