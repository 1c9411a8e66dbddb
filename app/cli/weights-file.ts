/**
 * `--weights DIR|FILE`: the weights of a run, from its folder or from the file itself, or a safetensors file of another
 * program.
 */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import type { Plan } from '../../engine/analyse/plan'
import { readRunWeights } from '../../engine/export/run-weights'
import { readSafetensors } from '../../engine/export/safetensors'
import { matchSafetensors, type MatchedBy } from '../../engine/import/safetensors'
import type { WeightSet } from '../../engine/session/protocol'
import { isRefusal, type Refusal } from '../../nodes/kit/spec'
import { recoverSet } from '../files/atomic-save'
import { fail, sentenceOf } from './failure'
import { note } from './print'

async function fileOf(given: string): Promise<string> {
  try {
    if (!(await fs.stat(given)).isDirectory()) return given
    await recoverSet(given)
    return path.join(given, 'weights.safetensors')
  } catch (error) {
    return fail('usage', `The weights ${given} cannot be read: ${sentenceOf(error)}.`)
  }
}

function listed(names: readonly string[]): string {
  const more = names.length - 3
  return `${names.slice(0, 3).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Somebody else's tensors: by name, by a similar name, by shape where no other has it. Null: no tensor file, or ours. */
function fromOthers(bytes: Uint8Array, plan: Plan, file: string): WeightSet | null {
  const read = readSafetensors(bytes)
  if (isRefusal(read) || [...read.tensors.keys()].some((name) => name.includes(':'))) return null
  const { weights, matched, open, problems } = matchSafetensors(plan, read)
  for (const problem of problems) note(problem)
  if (matched.length === 0) {
    return fail(
      'problems',
      `No tensor of ${file} fits this graph by name or by shape: it holds ${listed([...read.tensors.keys()])}, the graph wants ${listed(open.ours.map(({ name }) => name))}.`,
    )
  }
  const by = (way: MatchedBy) => matched.filter((one) => one.by === way).length
  const guessed = by('similar name') + by('shape')
  note(
    `${matched.length} tensors of ${file} fit this graph${guessed > 0 ? `, ${by('similar name')} of them by a similar name and ${by('shape')} by their shape alone` : ''}.`,
  )
  if (open.ours.length > 0) note(`It has nothing for ${listed(open.ours.map(({ name }) => name))}.`)
  if (open.theirs.length > 0)
    note(`The graph has no place for ${listed(open.theirs.map(({ name }) => name))}.`)
  return weights
}

/**
 * The weights of a run, or those that fit of a safetensors file in PyTorch's names and layouts; what was matched and what
 * not is said on stderr.
 */
export async function readWeights(given: string, plan: Plan): Promise<WeightSet> {
  const file = await fileOf(given)
  let bytes: Buffer
  try {
    bytes = await fs.readFile(file)
  } catch (error) {
    return fail('usage', `The weights ${file} cannot be read: ${sentenceOf(error)}.`)
  }
  const weights: WeightSet | Refusal = fromOthers(bytes, plan, file) ?? readRunWeights(bytes)
  return isRefusal(weights) ? fail('problems', `${file}: ${weights.refused}`) : weights
}

/** Weights to begin with: those of at least one node must fit, or training would begin from nothing. */
export function checkAnyFit(weights: WeightSet, plan: Plan, given: string): WeightSet {
  const own = plan.steps.filter((step) => step.sharesWeightsOf === null)
  const wanted = own.flatMap((step) => [
    Object.entries(step.weights).map(([name, { shape }]) => ({ key: `${step.path}:${name}`, shape })),
  ])
  const nodes = wanted.filter((ones) => ones.length > 0)
  const fits = nodes.some((ones) =>
    ones.every(({ key, shape }) => weights[key]?.shape.join() === shape.join()),
  )
  const missed = nodes.flat().find(({ key, shape }) => weights[key]?.shape.join() !== shape.join())
  if (fits || missed === undefined) return weights
  const found = weights[missed.key]
  const [other] = Object.entries(weights)
  const held =
    found !== undefined
      ? `has it with [${found.shape.join(', ')}]`
      : other === undefined
        ? 'holds no weights at all'
        : `holds, for example, ${other[0]} of shape [${other[1].shape.join(', ')}]`
  return fail(
    'problems',
    `No node of this graph finds its weights in ${given}: it looks, for example, for ${missed.key} of shape [${missed.shape.join(', ')}], but ${given} ${held}. Leave --weights out to begin anew.`,
  )
}

/** The weights of a run of this very graph: none missing, none of another shape. */
export function checkWeights(weights: WeightSet, plan: Plan, given: string): WeightSet {
  for (const step of plan.steps) {
    if (step.sharesWeightsOf !== null) continue
    for (const [name, { shape }] of Object.entries(step.weights)) {
      const key = `${step.path}:${name}`
      const found = weights[key]
      const came = found === undefined ? 'holds none' : `has [${found.shape.join(', ')}]`
      if (found?.shape.join() === shape.join()) continue
      fail(
        'problems',
        `This graph needs a weight ${key} of shape [${shape.join(', ')}], but ${given} ${came}. Give the weights of a run of this very graph, or a safetensors file that has all of them.`,
      )
    }
  }
  return weights
}
