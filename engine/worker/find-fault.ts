/** Whether a backend computes a graph as the reference does, and if not, which node it gets wrong. */
import type { Plan } from '../analyse/plan'
import { backendWords, type Candidate } from '../backend/start'
import type { Compiled } from '../compile/compile'
import type { Path } from '../graph/document'
import { compareSoundings, firstThatThrows, soundGraph, type Fault, type Sounding } from '../train/sounding'
import { compilePlan, type Machinery } from './machinery'
import { DeviceGone, nameOf, onDevice, wordsOf } from './on-device'
import type { Trial } from './small-graph'

function titleOf(plan: Plan, path: Path): string {
  return plan.byPath.get(path)?.definition.title ?? 'unknown'
}

/** The graph sounded on the current backend, or why it cannot be; `who`: what the backend is called. */
export async function sound(
  machinery: Machinery,
  { plan, samples }: Trial,
  seed: number,
  who: string,
  gone: Promise<never>,
): Promise<Sounding | string> {
  const { tf } = machinery
  let compiled: Compiled | null = null
  try {
    const made = compilePlan(machinery, plan, seed, null)
    if ('accepted' in made) return `${who} cannot build this graph (${made.message})`
    compiled = made
    return await soundGraph({ tf, compiled, samples, seed, gone })
  } catch (error) {
    if (error instanceof DeviceGone) throw error
    const why = wordsOf(error)
    if (compiled === null) return `${who} cannot build this graph (${why})`
    const path = firstThatThrows({ tf, compiled, samples, seed })
    return path === null
      ? `${who} cannot compute this graph on the way back (${why})`
      : `${who} cannot compute this graph at the node ${path}, a ${titleOf(plan, path)} (${why})`
  } finally {
    compiled?.dispose()
  }
}

function percent(share: number): string {
  if (!Number.isFinite(share) || share > 10) return '> 1000 %'
  return `${share < 0.1 ? (100 * share).toPrecision(1) : Math.round(100 * share)} %`
}

function faultWords(who: string, { plan, reference }: Trial, { path, of, name, off }: Fault): string {
  const title = titleOf(plan, path)
  const right = backendWords[reference]
  return of === 'output'
    ? `${who} computes this graph wrongly: the output ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
    : `${who} computes this graph wrongly: the gradient of ${name} of the node ${path}, a ${title}, is off by ${percent(off)} from ${right}`
}

/** Null where this backend is right, else a sentence without its end. Throws `DeviceGone`. */
export async function findFault(
  machinery: Machinery,
  candidate: Candidate,
  trial: Trial,
  wanted: Sounding,
  seed: number,
): Promise<string | null> {
  const who = nameOf(candidate)
  try {
    return await onDevice(machinery, candidate, async ({ gone, found }) => {
      const got = await sound(machinery, trial, seed, who, gone)
      if (typeof got === 'string') return got
      const part = compareSoundings(wanted, got)
      if (found.complaint !== null)
        return `${who} reports an error with this graph (${wordsOf(found.complaint)})`
      return part === null ? null : faultWords(who, trial, part)
    })
  } catch (error) {
    if (error instanceof DeviceGone) throw error
    return `${who} would not start (${wordsOf(error)})`
  }
}
