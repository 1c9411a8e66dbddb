/** Several sides take turns, so that what slows the whole machine slows all of them. */
import { median } from '../clock'
import type { ModelName } from './models'
import type { Block, StepRunner } from './runner'

/** `tfjs`: the best loop by hand; `tfjs-fit`: its own. */
/** jax-js traces it for minutes; whether it then trains has not been waited for. */
export const tooLongForJax: readonly ModelName[] = ['resnet18', 'resnet18-of-4']

export type Peer = 'tfjs' | 'tfjs-fit' | 'jax-js' | 'pytorch'

/** Whether stock tfjs has the net's layers, so that `fit` can train it. */
export function hasLayers(model: ModelName): boolean {
  return !model.endsWith('gpt')
}

export interface Turns {
  readonly ours: number
  readonly peer: number
  /** Median of the ratios within a round. */
  readonly ratio: number
}

/** Blocks of each side in turns, the first of them ours; for each of the others the medians. */
export async function inTurns(
  sides: readonly StepRunner[],
  what: keyof Block,
  rounds: number,
  lengths: readonly number[],
): Promise<readonly Turns[]> {
  const times: number[][] = sides.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < sides.length; turn++) {
      // None always comes after the same other.
      const at = (turn + round) % sides.length
      const block = await sides[at]?.run(lengths[at] ?? 1)
      times[at]?.push(block?.[what] ?? NaN)
    }
  const [ours = [], ...peers] = times
  return peers.map((theirs) => ({
    ours: median(ours),
    peer: median(theirs),
    ratio: median(theirs.map((value, round) => value / (ours[round] ?? NaN))),
  }))
}

/** So many steps as take about so long, in multiples of `of`. */
export async function lengthOf(
  runner: StepRunner,
  what: keyof Block,
  milliseconds: number,
  of: number,
): Promise<number> {
  const one = await runner.run(of)
  return of * Math.max(1, Math.min(20, Math.round(milliseconds / Math.max(0.01, of * one[what]))))
}
