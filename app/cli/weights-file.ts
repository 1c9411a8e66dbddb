/** `--weights DIR|FILE`: the weights of a run, from its folder or from the file itself. */
import * as fs from 'node:fs/promises'
import path from 'node:path'
import type { Plan } from '../../engine/analyse/plan'
import { readRunWeights } from '../../engine/export/run-weights'
import type { WeightSet } from '../../engine/session/protocol'
import { isRefusal, type Refusal } from '../../nodes/kit/spec'
import { recoverSet } from '../files/atomic-save'
import { fail, sentenceOf } from './failure'

async function fileOf(given: string): Promise<string> {
  try {
    if (!(await fs.stat(given)).isDirectory()) return given
    await recoverSet(given)
    return path.join(given, 'weights.safetensors')
  } catch (error) {
    return fail('usage', `The weights ${given} cannot be read: ${sentenceOf(error)}.`)
  }
}

export async function readWeights(given: string): Promise<WeightSet> {
  const file = await fileOf(given)
  let bytes: Buffer
  try {
    bytes = await fs.readFile(file)
  } catch (error) {
    return fail('usage', `The weights ${file} cannot be read: ${sentenceOf(error)}.`)
  }
  const weights: WeightSet | Refusal = readRunWeights(bytes)
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
        `This graph needs a weight ${key} of shape [${shape.join(', ')}], but ${given} ${came}. Give the weights of a run of this very graph.`,
      )
    }
  }
  return weights
}
