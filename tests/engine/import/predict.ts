/** Predictions of a plan with given weights, and of what an importer made of its export. */
import { expect } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Plan } from '../../../engine/analyse/plan'
import { compile, type Feeds, type Pass } from '../../../engine/compile/compile'
import type { Weights } from '../../../engine/export/run-weights'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import type { Imported } from '../../../engine/import/imported'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import type { Numbers } from '../../parity/numbers'
import { tf } from '../support'

/** A pass in evaluation. Nothing is random but noise at the entrance, which draws what was fed there. */
function passOf(feeds: Feeds): Pass {
  const random = (path: string) => {
    const draw = () => {
      const [given] = Object.values(feeds.get(path) ?? {})
      if (given === undefined) throw new Error('In evaluation nothing is random.')
      return tf.clone(given)
    }
    return { uniform: draw, normal: draw }
  }
  return { training: false, updateStatistics: () => false, batchSize: 2, random }
}

/** What the model of a plan gives for these numbers, one array an output. */
export async function predict(
  plan: Plan,
  weights: Weights,
  given: readonly Numbers[],
): Promise<Float32Array[]> {
  const compiled = compile(plan, {
    tf,
    own: (path) => createOwnLayers(tf, { seed: 9, path }),
    weights,
  })
  if (isRefusal(compiled)) throw new Error(compiled.refused)
  const missing = [...compiled.variables.keys()].filter((name) => weights[name] === undefined)
  expect(missing, 'weights that were not there').toEqual([])
  const feeds: Feeds = new Map(
    plan.model.inputs.map(({ path, port }, at) => {
      const { values, shape, dtype } = given[at] as Numbers
      return [path, { [port]: tf.tensor([...values], [...shape], dtype) }]
    }),
  )
  const tensors = tf.tidy(() => {
    const results = compiled.run(
      [...new Set(plan.model.outputs.map(({ path }) => path))],
      feeds,
      passOf(feeds),
    )
    return plan.model.outputs.map(({ path, port }) => tf.clone(results.get(path)![port]!))
  })
  const values = await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
  tf.dispose(tensors)
  for (const ports of feeds.values()) tf.dispose(Object.values(ports))
  compiled.dispose()
  return values
}

/** The plan of an imported document, after it was written to a file and read again. */
export function importedPlan(imported: Imported | Refusal): { plan: Plan; weights: Weights } {
  if (isRefusal(imported)) throw new Error(imported.refused)
  expect(imported.locked).toEqual([])
  const read = readDocument(writeDocument(imported.document))
  if (!read.ok) throw new Error(read.message)
  const { plan, problems, ok } = analyse(read.document, catalogue)
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(ok).toBe(true)
  return { plan, weights: imported.weights ?? {} }
}

/** Largest difference, relative above 1. */
export function apart(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  expect(b.map(({ length }) => length)).toEqual(a.map(({ length }) => length))
  return Math.max(
    0,
    ...a.flatMap((one, at) =>
      Array.from(one, (x, index) => Math.abs(x - (b[at]?.[index] ?? NaN)) / Math.max(1, Math.abs(x))),
    ),
  )
}
