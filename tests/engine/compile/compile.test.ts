/** The compiler: it audits what it builds, walks only what is asked for, and frees what it made. */
import { beforeAll, describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Plan } from '../../../engine/analyse/plan'
import { compile, type Pass } from '../../../engine/compile/compile'
import { deviceRandom } from '../../../engine/compile/device-random'
import { inputsOf } from '../../../engine/compile/step-inputs'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { catalogue } from '../../../nodes/catalogue'
import type { Definition } from '../../../nodes/kit/define'
import { graph, line } from '../documents'
import { backends, tf } from '../support'

beforeAll(() => backends.start('cpu'))

const document = graph(
  {
    data: ['data', { dataset: line }],
    first: ['dense', { units: 3 }],
    twin: ['dense', { units: 3 }, { weightsOf: 'first' }],
    both: ['add'],
    net: ['dense', { units: 1 }],
    loss: ['mean-squared-error'],
    aside: ['dense', { units: 5 }],
    other_loss: ['mean-squared-error'],
  },
  [
    'data.x -> first.x',
    'data.x -> twin.x',
    'first.y -> both.xs.a',
    'twin.y -> both.xs.b',
    'both.y -> net.x',
    'net.y -> loss.prediction',
    'data.y -> loss.target',
    'data.x -> aside.x',
    'aside.y -> other_loss.prediction',
    'aside.y -> other_loss.target',
  ],
)
const plan: Plan = analyse(document, catalogue).plan
const own = (path: string) => createOwnLayers(tf, { seed: 1, path })

/** The plan with another definition behind one node: what an upgrade of tfjs, or a mistake in a node file, would do. */
function withDefinition(path: string, change: (definition: Definition) => Partial<Definition>): Plan {
  const steps = plan.steps.map((step) =>
    step.path === path
      ? { ...step, definition: { ...step.definition, ...change(step.definition) } as Definition }
      : step,
  )
  return { ...plan, steps, byPath: new Map(steps.map((step) => [step.path, step])) }
}

describe('the audit', () => {
  it.each<[string, (units: number) => object, string]>([
    ['a shape', () => ({ units: 2 }), 'output y was planned as B × 1 and the layer gives B × 2'],
    [
      'a missing weight',
      () => ({ units: 1, useBias: false }),
      'the planned weight bias is missing; it has kernel',
    ],
  ])(
    'refuses %s that differs from the plan, naming the node, and leaves nothing behind',
    (_, config, sentence) => {
      const before = tf.memory().numTensors
      const wrong = withDefinition(
        'net',
        () => ({ build: () => tf.layers.dense(config(1) as { units: number }) }) as Partial<Definition>,
      )
      expect(compile(wrong, { tf, own, weights: null })).toEqual({
        refused: expect.stringMatching(
          new RegExp(`node net does not come out as planned: ${sentence}`),
        ) as string,
      })
      expect(tf.memory().numTensors).toBe(before)
    },
  )

  it('refuses a weight that nobody planned', () => {
    const wrong: Plan = {
      ...plan,
      steps: plan.steps.map((step) =>
        step.path === 'net' ? { ...step, weights: { kernel: step.weights['kernel']! } } : step,
      ),
    }
    expect(compile(wrong, { tf, own, weights: null })).toEqual({
      refused: expect.stringContaining('the weight bias was not planned') as string,
    })
  })
})

describe('a compiled plan', () => {
  it('visits only what its targets need, shares a layer between twins, and keeps their weights once', () => {
    const before = tf.memory().numTensors
    const compiled = compile(plan, { tf, own, weights: null })
    if ('refused' in compiled) throw new Error(compiled.refused)
    expect(
      compiled
        .needs(['loss'])
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['both', 'data', 'first', 'loss', 'net', 'twin'])
    expect(compiled.layers.get('twin')).toBe(compiled.layers.get('first'))
    expect([...compiled.variables.keys()].sort()).toEqual([
      'aside:bias',
      'aside:kernel',
      'first:bias',
      'first:kernel',
      'net:bias',
      'net:kernel',
    ])
    compiled.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('draws weights by seed, path and name: the same again, and not those of a neighbour', async () => {
    const read = async (seed: number) => {
      const compiled = compile(plan, {
        tf,
        weights: null,
        own: (path) => createOwnLayers(tf, { seed, path }),
      })
      if ('refused' in compiled) throw new Error(compiled.refused)
      const weights = await compiled.weights()
      compiled.dispose()
      return weights
    }
    const [first, again, other] = [await read(1), await read(1), await read(2)]
    expect(again).toEqual(first)
    expect(other['first:kernel']).not.toEqual(first['first:kernel'])
    expect([...first['first:kernel']!.values.subarray(0, 3)]).not.toEqual([
      ...first['aside:kernel']!.values.subarray(0, 3),
    ])
  })

  it('says which node nobody feeds', () => {
    const compiled = compile(plan, { tf, own, weights: null })
    if ('refused' in compiled) throw new Error(compiled.refused)
    const pass: Pass = {
      training: false,
      updateStatistics: () => false,
      batchSize: 1,
      random: (path) => deviceRandom(inputsOf(tf, 1), 1, path),
    }
    expect(() => compiled.run(['loss'], new Map(), pass)).toThrow('The data node data was given no samples.')
    compiled.dispose()
  })
})
