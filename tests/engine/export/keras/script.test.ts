/** The Python script: what it says about a model and its training. That it parses is seen by `npm run parity`. */
import { expect, it } from 'vitest'
import { analyse } from '../../../../engine/analyse/analyse'
import { exportKerasScript } from '../../../../engine/export/keras/script'
import type { Document } from '../../../../engine/graph/document'
import { catalogue } from '../../../../nodes/catalogue'
import { isRefusal } from '../../../../nodes/kit/spec'
import { weightsOf } from '../../../parity/case'
import { weightSet } from '../../../parity/ours'
import { graph, line, linear, step } from '../../documents'

async function script(document: Document): Promise<readonly string[]> {
  const { plan } = analyse(document, catalogue)
  const exported = await exportKerasScript({ document, plan, weights: weightSet(weightsOf(plan, 0.5)) })
  if (isRefusal(exported)) throw new Error(exported.refused)
  expect(exported.files.map(({ name }) => name)).toEqual(['model.py', 'model.keras'])
  return new TextDecoder().decode(exported.files[0]!.bytes).split('\n')
}

it('says every layer in a line, with all that it is made with and its shape', async () => {
  expect(await script(linear({}))).toEqual(
    expect.arrayContaining([
      '    data = keras.Input(batch_shape=(None, 2), dtype="float32", name="data")  # data: B × 2',
      '    net = layers.Dense(units=1, activation="linear", use_bias=True, trainable=True, dtype="float32", name="net")(data)  # net: B × 1',
      '    return keras.Model(inputs=[data], outputs=[net], name="test")',
    ]),
  )
})

it('compiles with the loss, the optimiser, the clipping and the schedule of the graph', async () => {
  const adamw = {
    kind: 'adamw',
    learningRate: 0.01,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-7,
    weightDecay: 0.1,
  } as const
  const lines = await script(
    linear({
      batchSize: 7,
      length: { steps: 90 },
      steps: [
        step(adamw, { clip: { norm: 2 }, schedule: { kind: 'step', warmup: 3, every: 5, factor: 0.5 } }),
      ],
    }),
  )
  expect(lines).toEqual(
    expect.arrayContaining([
      '    epochs = epochs or math.ceil(90 / steps)',
      '    rate = Schedule(0.01, total)',
      '    optimizer = keras.optimizers.AdamW(learning_rate=rate, weight_decay=0.1, beta_1=0.9, beta_2=0.99, epsilon=1e-7, amsgrad=False, global_clipnorm=2)',
      '    model.compile(optimizer=optimizer, loss=[keras.losses.MeanSquaredError()])',
      '        curve = 0.5 ** keras.ops.floor((step - warmup) / 5)',
    ]),
  )
})

it('says why it does not train what Keras cannot', async () => {
  const two = linear({
    steps: [step({ kind: 'sgd', learningRate: 1 }), step({ kind: 'sgd', learningRate: 1 })],
  })
  const lines = await script(two)
  expect(lines.find((text) => text.includes('raise SystemExit'))).toContain(
    'The graph trains in 2 steps a batch, and model.fit of Keras in one.',
  )
})

it('gives words of Python another name, and makes a shared layer once', async () => {
  const lines = await script(
    graph(
      {
        lambda: ['data', { dataset: line }],
        print: ['dense', { units: 1 }],
        twin: ['dense', { units: 1 }, { weightsOf: 'print' }],
        sum: ['add'],
        answer: ['output'],
      },
      [
        'lambda.x -> print.x',
        'lambda.x -> twin.x',
        'print.y -> sum.xs.a',
        'twin.y -> sum.xs.b',
        'sum.y -> answer.x',
      ],
    ),
  )
  const made = lines.slice(
    lines.indexOf('def build():') + 2,
    lines.findIndex((text) => text.includes('return keras.Model')),
  )
  expect(
    made.map((text) => text.trim().replaceAll(/(Input|Dense|Add)\([^)]*\)?[^)]*name="(\w+)"\)/g, '$1 $2')),
  ).toEqual([
    'lambda_ = keras.Input lambda  # lambda: B × 2',
    'print_layer = layers.Dense print',
    'print_ = print_layer(lambda_)  # print: B × 1',
    'print_2 = print_layer(lambda_)  # twin: B × 1',
    'sum = layers.Add sum([print_, print_2])  # sum: B × 1',
  ])
})
