/** Whole runs through the host: known numbers, repeatability, what may and may not move, and what is left behind. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import type { Document } from '../../../engine/graph/document'
import { graph, line, linear, sgd, step } from '../documents'
import { printed } from '../printed'
import { train } from '../running'

async function example(name: string): Promise<Document> {
  return JSON.parse(
    await readFile(new URL(`../../../examples/${name}.wiregrad`, import.meta.url), 'utf8'),
  ) as Document
}

const values = (rows: unknown) => ({ kind: 'values', values: rows })

/** The worked example of Mazur 2015: 2-2-2 sigmoid units, one sample. */
function backpropByHand(steps: number): Document {
  return graph(
    {
      data: ['data', { dataset: { kind: 'inline', x: [[0.05, 0.1]], y: [[0.01, 0.99]] } }],
      hidden: [
        'dense',
        {
          units: 2,
          activation: 'sigmoid',
          kernelInitialiser: values([
            [0.15, 0.25],
            [0.2, 0.3],
          ]),
          biasInitialiser: values([0.35, 0.35]),
        },
      ],
      answer: [
        'dense',
        {
          units: 2,
          activation: 'sigmoid',
          kernelInitialiser: values([
            [0.4, 0.5],
            [0.45, 0.55],
          ]),
          biasInitialiser: values([0.6, 0.6]),
        },
      ],
      loss: ['mean-squared-error'],
    },
    ['data.x -> hidden.x', 'hidden.y -> answer.x', 'answer.y -> loss.prediction', 'data.y -> loss.target'],
    { batchSize: 1, length: { steps }, steps: [step(sgd(0.5))] },
  )
}

describe('backprop by hand', () => {
  it.each(['cpu', 'wasm'] as const)('gives the published numbers on %s', async (backend) => {
    const { losses, weights, probes, leak } = await train(backpropByHand(1), { backend })
    expect(losses).toEqual([expect.closeTo(0.298371, 6)])
    const after = (key: string) => [...weights[key]!.values].map((value) => Number(value.toFixed(6)))
    // w1 w3 / w2 w4 and w5 w7 / w6 w8.
    expect(after('answer:kernel')).toEqual([0.358916, 0.511301, 0.408666, 0.56137])
    expect(after('hidden:kernel')).toEqual([0.149781, 0.249751, 0.199561, 0.299502])
    // dE/dw5 .. w8 = 0.082167, 0.082668, -0.022603, -0.022740; biases 0.138499, -0.038098.
    expect(probes[0]!.gradNorm[1]).toBeCloseTo(
      Math.hypot(0.082167, 0.0826676, 0.0226025, 0.0227402, 0.1384986, 0.0380982),
      5,
    )
    expect(leak).toBe(0)
  })
})

describe('two runs with one seed', () => {
  it.each(['cpu', 'wasm'] as const)(
    'say the same on %s, dropout, shuffling and noise included; another seed does not',
    async (backend) => {
      const document = (seed: number) =>
        graph(
          {
            data: [
              'data',
              { dataset: { kind: 'recall', samples: 50, length: 3, symbols: 4 }, validation: 0.2, test: 0.1 },
            ],
            flat: ['flatten'],
            a: ['dense', { units: 8, activation: 'relu' }],
            drop: ['dropout', { rate: 0.4 }],
            noise: ['noise', { shape: [8] }],
            add: ['add'],
            b: ['dense', { units: 4 }],
            loss: ['sparse-categorical-crossentropy'],
            right: ['accuracy'],
          },
          [
            'data.x -> flat.x',
            'flat.y -> a.x',
            'a.y -> drop.x',
            'drop.y -> add.xs.a',
            'noise.y -> add.xs.b',
            'add.y -> b.x',
            'b.y -> loss.prediction',
            'data.y -> loss.target',
            'b.y -> right.prediction',
            'data.y -> right.target',
          ],
          {
            batchSize: 8,
            length: { epochs: 4 },
            seed,
            steps: [step({ kind: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })],
          },
        )
      const first = await train(document(1), { backend })
      const second = await train(document(1), { backend })
      const other = await train(document(2), { backend })
      const lines = printed(first.events)
      // 35 samples to train on: 5 batches an epoch, the last one smaller.
      expect(first.started).toMatchObject({
        samples: { train: 35, validation: 10, test: 5 },
        stepsPerEpoch: 5,
        totalSteps: 20,
      })
      expect(
        lines
          .filter((words) => words.startsWith('tick'))
          .map((words) => words.split(' ').slice(1, 3).join('.')),
      ).toEqual(Array.from({ length: 20 }, (_, at) => `${at + 1}.${Math.floor(at / 5) + 1}`))
      expect(printed(second.events)).toEqual(lines)
      expect(printed(other.events)).not.toEqual(lines)
      expect([first.leak, second.leak, other.leak]).toEqual([0, 0, 0])
    },
  )

  it('see other batches in every epoch', async () => {
    // Learning rate as good as none: the loss of a batch tells which samples are in it.
    const { losses } = await train(linear({ batchSize: 2, length: { epochs: 3 }, steps: [step(sgd(1e-12))] }))
    const epochs = [losses.slice(0, 3), losses.slice(3, 6), losses.slice(6, 9)].map((three) =>
      three.map((loss) => loss.toFixed(5)).join(' '),
    )
    expect(new Set(epochs).size).toBe(3)
    const sums = [losses.slice(0, 3), losses.slice(3, 6)].map((three) => three.reduce((a, b) => a + b))
    expect(sums[0]).toBeCloseTo(sums[1]!, 4)
  })

  it('keep the order of the file where shuffling is off', async () => {
    const { losses } = await train(
      linear({ batchSize: 2, length: { epochs: 2 }, steps: [step(sgd(1e-12))] }, { shuffle: false }),
    )
    expect(losses.slice(3)).toEqual(losses.slice(0, 3).map((loss) => expect.closeTo(loss, 5) as number))
  })
})

describe('a run', () => {
  it('learns, scores its splits, and reports epochs', async () => {
    const { ended, events, losses } = await train(await example('iris'))
    expect(losses.at(-1)!).toBeLessThan(losses[0]! / 2)
    expect(ended.why).toBe('finished')
    const lastEpoch = events.filter((event) => event.kind === 'epoch').at(-1)
    expect(lastEpoch?.validation).toEqual(ended.validation)
    expect(ended.train!.samples + ended.validation!.samples + ended.test!.samples).toBe(150)
    expect(Object.values(ended.test!.metrics)[0]).toBeGreaterThan(0.85)
  })

  it('takes over weights that fit by path, name and shape, and says whose', async () => {
    const first = await train(linear({ length: { steps: 30 }, steps: [step(sgd(0.1))] }))
    const document = linear({ length: { steps: 1 }, steps: [step(sgd(0.1))] })
    const went = await train(document, { weights: first.weights })
    expect(went.started.carried).toEqual(['net'])
    expect(went.losses[0]!).toBeLessThan(first.losses[0]! / 2)
    const wider = { ...first.weights, 'net:kernel': { shape: [2, 2], values: new Float32Array(4) } }
    const anew = await train(document, { weights: wider })
    expect(anew.started.carried).toEqual([])
  })

  it('stops at a step whose loss is not finite, names the node, and keeps sound weights', async () => {
    const { ended, losses, weights, leak } = await train(
      linear({ batchSize: 6, length: { steps: 500 }, steps: [step(sgd(1e4))] }),
    )
    expect(ended.why).toBe('diverged')
    expect(ended.step).toBe(losses.length)
    expect(Number.isFinite(losses.at(-1))).toBe(false)
    expect(losses.slice(0, -1).every(Number.isFinite)).toBe(true)
    expect(ended.message).toMatch(
      /at step \d+ the loss became (Infinity|NaN)\. The first node with such numbers is (Dense|Mean squared error)/,
    )
    expect(Object.values(weights).every((weight) => weight.values.every(Number.isFinite))).toBe(true)
    expect(ended.train).toBeNull()
    expect(leak).toBe(0)
  })

  it('blames weights only where they were ruined before the step', async () => {
    // 1e30 times the inputs is a number still, its square is not; the update then ruins the weights as well.
    const sound = linear({ batchSize: 6, length: { steps: 3 }, steps: [step(sgd(1e20))] })
    const large = await train(sound, {
      weights: {
        'net:kernel': { shape: [2, 1], values: Float32Array.of(1e30, 1e30) },
        'net:bias': { shape: [1], values: Float32Array.of(0) },
      },
    })
    expect(large.ended.message).toContain('at step 1 the loss became Infinity. The first node')
    expect(large.ended.message).toContain(' is Mean squared error. ')
    // Weights that grow over some steps, until the square of what they give is no number any more.
    const grown = await train(linear({ batchSize: 6, length: { steps: 500 }, steps: [step(sgd(1e4))] }))
    expect(grown.ended.step).toBeGreaterThan(2)
    expect(grown.ended.message).toContain(' is Mean squared error. ')
    const ruined = await train(linear({ batchSize: 6, length: { steps: 3 }, steps: [step(sgd(1e39))] }))
    expect(ruined.ended).toMatchObject({ why: 'diverged', step: 2 })
    expect(ruined.ended.message).toContain(' is Dense (its weights already are). ')
    expect([large.leak, grown.leak, ruined.leak]).toEqual([0, 0, 0])
  })

  it.each([1e20, 1e39])(
    'has diverged where its very last update ruined the weights (rate %d)',
    async (rate) => {
      const { ended, losses, leak } = await train(
        linear({ batchSize: 6, length: { steps: 1 }, steps: [step(sgd(rate))] }),
      )
      expect(losses.every(Number.isFinite)).toBe(true)
      expect(ended).toMatchObject({ why: 'diverged', step: 1, train: null, validation: null, test: null })
      expect(ended.message).toContain('after step 1 the weights give no finite loss')
      expect(leak).toBe(0)
    },
  )

  it('clips by the norm of all gradients together, and shows them unclipped', async () => {
    const document = linear(
      { batchSize: 6, length: { steps: 1 }, steps: [step(sgd(1), { clip: { norm: 0.001 } })] },
      { shuffle: false },
    )
    const free = await train(
      linear({ batchSize: 6, length: { steps: 1 }, steps: [step(sgd(1e-12))] }, { shuffle: false }),
    )
    const clipped = await train(document)
    expect(clipped.probes[0]!.gradNorm[0]).toBeCloseTo(free.probes[0]!.gradNorm[0]!, 5)
    const moved = Math.hypot(
      ...Object.keys(free.weights).flatMap((key) =>
        [...clipped.weights[key]!.values].map((value, at) => value - free.weights[key]!.values[at]!),
      ),
    )
    expect(moved).toBeCloseTo(0.001, 5)
  })

  it('leaves frozen nodes and those that a stop-gradient cuts off as they were', async () => {
    const document = graph(
      {
        data: ['data', { dataset: line }],
        cold: ['dense', { units: 3 }, { frozen: true }],
        behind: ['dense', { units: 3 }],
        cut: ['stop-gradient'],
        net: ['dense', { units: 1 }],
        loss: ['mean-squared-error'],
      },
      [
        'data.x -> cold.x',
        'cold.y -> behind.x',
        'behind.y -> cut.x',
        'cut.y -> net.x',
        'net.y -> loss.prediction',
        'data.y -> loss.target',
      ],
      { length: { steps: 5 }, steps: [step(sgd(0.1))] },
    )
    const fresh = await train({ ...document, training: { ...document.training, steps: [step(sgd(1e-30))] } })
    const { weights, probes, started } = await train(document)
    for (const path of ['cold', 'behind'])
      expect(weights[`${path}:kernel`]).toEqual(fresh.weights[`${path}:kernel`])
    expect(weights['net:kernel']).not.toEqual(fresh.weights['net:kernel'])
    const at = started.layout.layers.indexOf('net')
    expect([...probes[0]!.gradNorm].map((norm) => norm >= 0)).toEqual(
      started.layout.layers.map((_, index) => index === at),
    )
  })
})

describe('several training steps', () => {
  /** A net that tells made from real, and one that makes: each has its own step. */
  function gan(steps: number, every = 1): Document {
    return graph(
      {
        data: ['data', { dataset: { kind: 'ring', samples: 64, modes: 8, radius: 1, deviation: 0.05 } }],
        noise: ['noise', { shape: [2] }],
        maker: ['dense', { units: 2 }],
        held: ['stop-gradient'],
        judge_real: ['dense', { units: 1 }],
        judge_made: ['dense', { units: 1 }, { weightsOf: 'judge_real' }],
        judge_own: ['dense', { units: 1 }, { weightsOf: 'judge_real' }],
        real_loss: ['binary-crossentropy', { constantTarget: 1 }],
        made_loss: ['binary-crossentropy', { constantTarget: 0 }],
        own_loss: ['binary-crossentropy', { constantTarget: 1 }],
      },
      [
        'noise.y -> maker.x',
        'maker.y -> held.x',
        'data.x -> judge_real.x',
        'held.y -> judge_made.x',
        'maker.y -> judge_own.x',
        'judge_real.y -> real_loss.prediction',
        'judge_made.y -> made_loss.prediction',
        'judge_own.y -> own_loss.prediction',
      ],
      {
        batchSize: 16,
        length: { steps },
        steps: [
          step(sgd(0.1), { losses: ['real_loss', 'made_loss'], trains: ['judge_real'] }),
          step(sgd(0.1), { losses: ['own_loss'], trains: ['maker'], every }),
        ],
      },
    )
  }

  it('each move only what they train, on the batches that are theirs', async () => {
    const { probes, started, losses, leak } = await train(gan(6, 3))
    const { layers } = started.layout
    expect(layers).toEqual(expect.arrayContaining(['maker', 'judge_real']))
    const moved = probes.map((probe) => [
      probe.step,
      probe.trainingStep,
      ...layers.filter((_, index) => probe.updateRatio[index]! > 0),
    ])
    expect(moved).toEqual([
      [1, 0, 'judge_real'],
      [1, 1, 'maker'],
      [2, 0, 'judge_real'],
      [3, 0, 'judge_real'],
      [4, 0, 'judge_real'],
      [4, 1, 'maker'],
      [5, 0, 'judge_real'],
      [6, 0, 'judge_real'],
    ])
    expect(started.names).toEqual(['real_loss', 'made_loss', 'own_loss'])
    expect(losses.length).toBe(6)
    expect(leak).toBe(0)
  })

  it('move running statistics only in the step that trains their node', async () => {
    const document = (trains: string[]) =>
      graph(
        {
          data: ['data', { dataset: line }],
          norm: ['batch-norm', { momentum: 0.5 }],
          net: ['dense', { units: 1 }],
          loss: ['mean-squared-error'],
        },
        ['data.x -> norm.x', 'norm.y -> net.x', 'net.y -> loss.prediction', 'data.y -> loss.target'],
        { batchSize: 6, length: { steps: 1 }, steps: [step(sgd(0.1), { trains })] },
      )
    const mean = async (trains: string[]) => [
      ...(await train(document(trains))).weights['norm:moving_mean']!.values,
    ]
    expect(await mean(['net'])).toEqual([0, 0])
    // Half of the batch's mean, 5/6 and 4/6... by columns of `line`: 5/6 and 5/6.
    expect(await mean(['net', 'norm'])).toEqual([expect.closeTo(5 / 12, 5), expect.closeTo(5 / 12, 5)])
  })
})

it('trains a variational autoencoder: codes are drawn anew in every step, and not in validation', async () => {
  const document = graph(
    {
      data: [
        'data',
        { dataset: { kind: 'ring', samples: 64, modes: 4, radius: 1, deviation: 0.05 }, validation: 0.25 },
      ],
      look: ['dense', { units: 8, activation: 'tanh' }],
      mean: ['dense', { units: 2 }],
      variance: ['dense', { units: 2 }],
      code: ['sampling'],
      rebuild: ['dense', { units: 2 }],
      loss: ['vae', { reconstruction: 'squares', beta: 0.1 }],
    },
    [
      'data.x -> look.x',
      'look.y -> mean.x',
      'look.y -> variance.x',
      'mean.y -> code.mean',
      'variance.y -> code.log_variance',
      'code.y -> rebuild.x',
      'rebuild.y -> loss.prediction',
      'data.x -> loss.target',
      'mean.y -> loss.mean',
      'variance.y -> loss.log_variance',
    ],
    {
      batchSize: 48,
      length: { epochs: 60 },
      steps: [step({ kind: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 })],
    },
  )
  const { losses, leak } = await train(document)
  const again = await train(document)
  expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] ?? 0))
  expect(again.losses).toEqual(losses)
  expect([leak, again.leak]).toEqual([0, 0])
})
