/**
 * Fair timing on a machine that does other things too: processor time of this process instead of the clock on the wall
 * (all that is measured runs on one thread), the variants in turns, the median block of each. Ratios are taken within
 * a round, so that what slows the whole machine slows both sides.
 */
export interface Variant {
  readonly name: string
  /** Does the work `times` times, and waits for the device. */
  readonly work: (times: number) => Promise<void>
}

export interface Timing {
  readonly name: string
  /** Median milliseconds of one time. */
  readonly milliseconds: number
  /** Median of the rounds' ratios to the first variant. */
  readonly ratio: number
}

/** Milliseconds of processor time so far. */
function spent(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** How many times fill about `milliseconds`; warms up on the way. */
async function timesFor(variant: Variant, milliseconds: number): Promise<number> {
  await variant.work(1)
  const start = spent()
  await variant.work(2)
  const one = (spent() - start) / 2
  return Math.max(1, Math.round(milliseconds / Math.max(one, 0.001)))
}

/** Blocks of about `block` milliseconds, `rounds` of them for each variant, in turns. */
export async function compareTimes(
  variants: readonly Variant[],
  { rounds = 7, block = 120 }: { readonly rounds?: number; readonly block?: number } = {},
): Promise<readonly Timing[]> {
  const times: number[] = []
  for (const variant of variants) times.push(await timesFor(variant, block))
  const measured: number[][] = variants.map(() => [])
  // Round 0 is for warming up.
  for (let round = 0; round <= rounds; round += 1) {
    // Another one begins each time, so that none always comes after the same other.
    for (let turn = 0; turn < variants.length; turn += 1) {
      const index = (turn + round) % variants.length
      const variant = variants[index] as Variant
      const count = times[index] ?? 1
      const start = spent()
      await variant.work(count)
      const each = (spent() - start) / count
      if (round > 0) measured[index]?.push(each)
    }
  }
  const [first = []] = measured
  return variants.map(({ name }, index) => {
    const own = measured[index] ?? []
    return {
      name,
      milliseconds: median(own),
      ratio: median(own.map((value, round) => value / (first[round] ?? NaN))),
    }
  })
}

/** Prints what was measured. */
export function report(title: string, timings: readonly Timing[], more: readonly string[] = []): void {
  const width = Math.max(...timings.map(({ name }) => name.length))
  const [first] = timings
  const lines = timings.map(({ name, milliseconds, ratio }) => {
    const against = name === first?.name ? '' : `   ${ratio.toFixed(2)} x ${first?.name}`
    return `  ${name.padEnd(width)}  ${milliseconds.toFixed(3).padStart(9)} ms${against}`
  })
  console.log([`\n${title} (processor time)`, ...lines, ...more.map((line) => `  ${line}`)].join('\n'))
}
