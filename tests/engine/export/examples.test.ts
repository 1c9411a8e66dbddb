/** Every weight of every example has a place in PyTorch's names, and comes back from there unchanged. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Plan } from '../../../engine/analyse/plan'
import { fromTorch, toTorch } from '../../../engine/export/torch-names'
import type { Weights } from '../../../engine/export/run-weights'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { isRefusal } from '../../../nodes/kit/spec'

const folder = new URL('../../../examples/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.wiregrad'))

function planOf(name: string): Plan {
  const read = readDocument(readFileSync(new URL(name, folder), 'utf8'))
  if (!read.ok) throw new Error(read.message)
  return analyse(read.document, catalogue).plan
}

/** Weights that differ everywhere, so that no two can be mistaken for one another. */
function countedWeights(plan: Plan): Weights {
  let next = 0
  const owners = plan.steps.filter((step) => step.sharesWeightsOf === null)
  return Object.fromEntries(
    owners.flatMap((step) =>
      Object.entries(step.weights).map(([name, { shape }]) => {
        const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next++)
        return [`${step.path}:${name}`, { shape, values }]
      }),
    ),
  )
}

function written(name: string) {
  const plan = planOf(name)
  const weights = countedWeights(plan)
  const result = toTorch(plan, weights)
  if (isRefusal(result)) throw new Error(result.refused)
  return { plan, weights, ...result }
}

describe('examples in PyTorch’s names', () => {
  it.each(names)('%s goes out whole and comes back', (name) => {
    const { plan, weights, tensors, names: map } = written(name)
    expect(Object.keys(map).sort()).toEqual(Object.keys(weights).sort())
    expect(fromTorch(plan, tensors)).toEqual(weights)
  })

  it('names and lays out what PyTorch has modules for', () => {
    const shapes = (name: string) =>
      Object.fromEntries([...written(name).tensors].map(([key, tensor]) => [key, tensor.shape]))
    expect(shapes('digits-cnn.wiregrad')).toEqual({
      'conv1.weight': [16, 1, 3, 3],
      'conv1.bias': [16],
      'conv2.weight': [32, 16, 3, 3],
      'conv2.bias': [32],
      'scores.weight': [10, 512],
      'scores.bias': [10],
    })
    expect(shapes('sequence-lstm.wiregrad')).toMatchObject({
      'memory.weight_ih_l0': [128, 8],
      'memory.weight_hh_l0': [128, 32],
      'memory.bias_ih_l0': [128],
      'memory.bias_hh_l0': [128],
    })
    expect(shapes('tiny-transformer.wiregrad')).toMatchObject({
      'embedding.weight': [10, 32],
      'encoder.0.attention.in_proj_weight': [96, 32],
      'encoder.1.attention.in_proj_bias': [96],
      'encoder.1.attention.out_proj.weight': [32, 32],
      'encoder.1.norm1.weight': [32],
    })
    expect(shapes('deep-residual.wiregrad')).toMatchObject({
      'residual01.norm1.running_mean': [32],
      'residual01.norm1.num_batches_tracked': [],
    })
    expect(Object.keys(shapes('ring-gan.wiregrad')).filter((key) => key.startsWith('d_fake'))).toEqual([])
  })
})
