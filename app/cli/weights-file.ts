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
