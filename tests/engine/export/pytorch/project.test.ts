/** The text of PyTorch projects. That they run, and give our numbers, is seen by `npm run parity`. */
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../../engine/analyse/analyse'
import type { Plan } from '../../../../engine/analyse/plan'
import type { Exported } from '../../../../engine/export/exported'
import { exportPytorch, type ExportSamples } from '../../../../engine/export/pytorch/export-pytorch'
import { readSafetensors } from '../../../../engine/export/safetensors'
import type { Document } from '../../../../engine/graph/document'
import { catalogue } from '../../../../nodes/catalogue'
import { isRefusal, type Refusal } from '../../../../nodes/kit/spec'
import { definitionCases } from '../../../parity/definition-cases'
import { examples } from '../../../parity/model-pass'
import { sketch, xor } from '../../../support/graph'

function planOf(document: Document): Plan {
  const { ok, plan, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(problems.map(({ message }) => message).join('\n'))
  return plan
}

function zeroWeights(plan: Plan) {
  const owners = plan.steps.filter((step) => step.sharesWeightsOf === null)
  return Object.fromEntries(
    owners.flatMap((step) =>
      Object.entries(step.weights).map(([name, { shape }]) => [
        `${step.path}:${name}`,
        { shape, values: new Float32Array(shape.reduce((size, n) => size * n, 1)) },
      ]),
    ),
  )
}

function exported(document: Document, samples: ExportSamples | null = null): Exported {
  const plan = planOf(document)
  const made = exportPytorch({ document, plan, weights: zeroWeights(plan) }, samples)
  if (isRefusal(made)) throw new Error(made.refused)
  return made
}

function text({ files }: Exported, name: string): string {
  const file = files.find((one) => one.name === name)
  if (file === undefined) throw new Error(`There is no ${name}.`)
  return new TextDecoder().decode(file.bytes)
}

/** Statements of `forward` of a class. */
function forward(source: string, name: string): readonly string[] {
  const inside = source.slice(source.indexOf(`class ${name}(`))
  const [, after = ''] = inside.split(/def forward\(.*\):\n/)
  return after
    .split(/\n(?! {8})/)[0]
    ?.split('\n')
    .map((line) => line.trim()) as readonly string[]
}

describe('every case of every node', () => {
  it.each([...definitionCases()])('%s can be written, and calls only what is there', (_, cases) => {
    for (const { document } of cases) {
      const { plan } = analyse(document, catalogue)
      const made = exportPytorch({ document, plan, weights: zeroWeights(plan) })
      // A metric alone is no model.
      if (isRefusal(made)) {
        expect(made.refused).toContain('nothing that a model could answer')
        continue
      }
      const model = text(made, 'model.py')
      const called = [...model.matchAll(/\bwiregrad\.(\w+)/g)].map(([, name]) => name)
      const helpers = called.length === 0 ? '' : text(made, 'wiregrad.py')
      for (const name of called) expect(helpers).toMatch(new RegExp(`^(def|class) ${name}\\b`, 'm'))
    }
  })
})

describe('every example', () => {
  it.each(examples())('%s has a line for each of its nodes, and all its weights', (_, document) => {
    const plan = planOf(document)
    const made = exported(document)
    const source = ['model.py', 'train.py'].map((name) => text(made, name)).join('\n')
    for (const { path, definition, inputs } of plan.steps) {
      if (['data', 'input', 'output', 'metric'].includes(definition.role)) continue
      if (Object.keys(inputs).length === 0 && definition.role === 'layer') continue
      expect(source, path).toMatch(new RegExp(`^ {8}${path.replaceAll('/', '_')}(, \\w+)* = .*$`, 'm'))
    }
    const weights = made.files.find(({ name }) => name === 'weights.safetensors')
    const read = readSafetensors(weights?.bytes ?? new Uint8Array())
    if (isRefusal(read)) throw new Error(read.refused)
    expect([...new Set(Object.values(made.names))].every((name) => read.tensors.has(name))).toBe(true)
    expect(made.parameters).toBe(plan.parameters)
    expect(Object.keys(made.names).sort()).toEqual(Object.keys(zeroWeights(plan)).sort())
  })
})

it('writes a small network as people would', () => {
  const made = exported({ ...xor(), name: 'Exclusive or' })
  expect(made.files.map(({ name }) => name)).toEqual([
    'README.md',
    'model.py',
    'wiregrad.py',
    'weights.py',
    'train.py',
    'data.py',
    'requirements.txt',
    'weights.safetensors',
  ])
  expect(text(made, 'model.py'))
    .toBe(`"""The network, written by Wiregrad. Values lie channels-last: batch, height, width, channels."""
import torch
import torch.nn as nn


class Model(nn.Module):
    """Exclusive or.

    From input B × 2
    to logits B × 1.
    """

    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(in_features=2, out_features=4, bias=True)
        self.logits = nn.Linear(in_features=4, out_features=1, bias=True)

    def forward(self, x):
        hidden = torch.tanh(self.hidden(x))  # B × 4
        logits = self.logits(hidden)  # B × 1
        return logits
`)
  expect(forward(text(made, 'train.py'), 'Objective')).toEqual([
    'model = self.model',
    'logits = model(data_x)  # B × 1',
    'loss = wiregrad.binary_cross_entropy(logits, data_y, constant_target=None, class_weights=None, label_smoothing=0)  # scalar',
    'return {"loss": loss}',
  ])
})

const image = { type: 'input', params: { shape: [4, 4, 1] } }

it('turns channels round only where a neighbour does not turn them back', () => {
  const made = exported(
    sketch({
      nodes: {
        image,
        conv: { type: 'conv2d', params: { filters: 2, activation: 'relu' } },
        bend: { type: 'activation', params: { function: 'gelu' } },
        pool: { type: 'max-pool2d' },
        scale: { type: 'activation', params: { function: 'softmax' } },
      },
      wires: ['image.y -> conv.x', 'conv.y -> bend.x', 'bend.y -> pool.x', 'pool.y -> scale.x'],
    }),
  )
  expect(forward(text(made, 'model.py'), 'Model')).toEqual([
    'conv = F.relu(self.conv(x.movedim(-1, 1)))  # B × 2 × 4 × 4, channels first',
    'bend = F.gelu(conv, approximate="none")  # B × 2 × 4 × 4, channels first',
    'pool = self.pool(bend).movedim(1, -1)  # B × 2 × 2 × 2',
    'scale = F.softmax(pool, dim=-1)  # B × 2 × 2 × 2',
    'return scale',
  ])
})

it('keeps a value channels-last where anything else looks at it', () => {
  const made = exported(
    sketch({
      nodes: {
        image,
        conv: { type: 'conv2d', params: { filters: 2 } },
        next: { type: 'conv2d', params: { filters: 2 } },
        sum: { type: 'add' },
      },
      wires: ['image.y -> conv.x', 'conv.y -> next.x', 'next.y -> sum.xs', 'conv.y -> sum.xs'],
    }),
  )
  expect(forward(text(made, 'model.py'), 'Model').slice(0, 2)).toEqual([
    'conv = self.conv(x.movedim(-1, 1)).movedim(1, -1)  # B × 4 × 4 × 2',
    'next = self.next(conv.movedim(-1, 1)).movedim(1, -1)  # B × 4 × 4 × 2',
  ])
})

describe('names and structure', () => {
  const rows = { type: 'input', params: { shape: [3] } }
  const dense = (more = {}) => ({ type: 'dense', params: { units: 3 }, ...more })

  it('gets around words that Python or nn.Module has for itself', () => {
    const model = text(
      exported(
        sketch({
          nodes: { rows, lambda: dense(), double: dense(), x: dense() },
          wires: ['rows.y -> lambda.x', 'lambda.y -> double.x', 'double.y -> x.x'],
        }),
      ),
      'model.py',
    )
    expect(model).toContain('self._modules["lambda"] = nn.Linear(')
    expect(forward(model, 'Model')).toEqual([
      'lambda_ = self._modules["lambda"](x)  # B × 3',
      'double = self._modules["double"](lambda_)  # B × 3',
      'x_2 = self.x(double)  # B × 3',
      'return x_2',
    ])
  })

  it('lists the copies of a block, and uses shared weights once', () => {
    const block = {
      nodes: { wide: dense(), drop: { type: 'dropout' } },
      wires: ['wide.y -> drop.x'],
      inputs: { x: 'wide.x' },
      outputs: { x: 'drop.y' },
    }
    const stack = (tie: boolean) =>
      text(
        exported(
          sketch({
            nodes: {
              rows,
              stack: { type: 'block', params: { block: 'layer', repeat: 2, tie } },
              end: dense(),
            },
            wires: ['rows.y -> stack.x', 'stack.x -> end.x'],
            blocks: { layer: block },
          }),
        ),
        'model.py',
      )
    expect(stack(false)).toContain(`        self.stack = nn.ModuleList([
            Block(wide=nn.Linear(in_features=3, out_features=3, bias=True), drop=nn.Dropout(p=0.5))
            for _ in range(2)
        ])`)
    expect(forward(stack(false), 'Model')).toContain(
      'stack_1_wide = self.stack[1].wide(stack_0_drop)  # B × 3',
    )
    expect(forward(stack(true), 'Model')).toContain(
      'stack_1_wide = self.stack[0].wide(stack_0_drop)  # B × 3',
    )
  })

  it('keeps frozen nodes and PyTorch’s second bias still', () => {
    const model = text(
      exported(
        sketch({
          nodes: {
            rows: { type: 'input', params: { shape: [4, 3] } },
            memory: { type: 'lstm', params: { units: 2 } },
            end: dense({ frozen: true }),
          },
          wires: ['rows.y -> memory.x', 'memory.y -> end.x'],
        }),
      ),
      'model.py',
    )
    expect(model).toContain('self.memory.bias_hh_l0.requires_grad_(False)  # stays zero\n')
    expect(model).toContain('self.end.requires_grad_(False)  # frozen\n')
  })

  it('lets no name of a document out of its quotes', () => {
    const made = exported({ ...xor(), name: 'a"""\nimport os\\' })
    expect(text(made, 'model.py')).toContain(`"""a''' import os'.\n`)
    expect(text(made, 'README.md')).toMatch(/^# a''' import os'\n/)
  })
})

describe('training', () => {
  it('writes settings, turns and decay as the graph has them', () => {
    const document = xor()
    const base = { losses: [], every: 1, clip: null }
    const made = exported({
      ...document,
      training: {
        ...document.training,
        length: { epochs: 7 },
        steps: [
          {
            ...base,
            trains: ['hidden'],
            clip: { norm: 0.5 },
            schedule: { kind: 'cosine', warmup: 3, final: 0.1 },
            optimiser: {
              kind: 'adamw',
              learningRate: 0.01,
              beta1: 0.9,
              beta2: 0.99,
              epsilon: 1e-7,
              weightDecay: 0.1,
            },
          },
          {
            ...base,
            trains: ['logits'],
            every: 2,
            schedule: { kind: 'constant', warmup: 0 },
            optimiser: { kind: 'momentum', learningRate: 0.1, momentum: 0.9, nesterov: true },
          },
        ],
      },
    })
    const train = text(made, 'train.py')
    expect(train).toContain('EPOCHS, STEPS, BATCH_SIZE, SEED = 7, None, ')
    expect(train).toContain(`        TrainingStep(
            model,
            Objective1(model),
            optimiser=lambda parameters: torch.optim.AdamW(
                decay_groups(parameters, 0.1, ["hidden.weight"]),
                lr=0.01,
                betas=(0.9, 0.99),
                eps=1e-7,
            ),
            trains=["hidden"],
            schedule=warm_up(3, cosine(warmup=3, final=0.1)),
            clip=0.5,
            steps=steps,
        ),
        TrainingStep(
            model,
            Objective2(model),
            optimiser=lambda parameters: torch.optim.SGD(parameters.values(), lr=0.1, momentum=0.9, nesterov=True),
            trains=["logits"],
            every=2,
            steps=steps,
        ),
`)
    expect(train).toContain('def cosine(warmup, final):')
    expect(train).not.toContain('def step(every, factor):')
  })

  it('puts the samples beside it where there are any, and says what is missing where not', () => {
    const samples: ExportSamples = {
      nodes: [
        {
          path: 'data',
          x: { shape: [2], values: Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1) },
          y: { shape: [1], values: Float32Array.of(0, 1, 1, 0) },
        },
      ],
      samples: 4,
      rows: { train: Int32Array.of(0, 1, 2), validation: Int32Array.of(3), test: new Int32Array() },
    }
    const made = exported(xor(), samples)
    expect(made.files.map(({ name }) => name)).toContain('data.npz')
    expect(text(made, 'README.md')).toContain('`data.npz` holds the samples')
    expect(text(exported(xor()), 'README.md')).toContain('The samples are not among the files.')
    const plan = planOf(xor())
    const wrong = { ...samples, nodes: [] }
    expect(exportPytorch({ document: xor(), plan, weights: zeroWeights(plan) }, wrong)).toEqual({
      refused: expect.stringContaining('hold no data:x') as string,
    })
  })

  it('leaves the training out where there is none', () => {
    const made = exported(
      sketch({
        nodes: { rows: { type: 'input', params: { shape: [3] } }, end: { type: 'dense' } },
        wires: ['rows.y -> end.x'],
      }),
    )
    expect(made.files.map(({ name }) => name)).not.toContain('train.py')
    expect(text(made, 'README.md')).not.toContain('## Train')
  })
})

it('refuses a graph without its weights, and one that answers nothing', () => {
  const answer = (document: Document): Refusal | Exported =>
    exportPytorch({ document, plan: analyse(document, catalogue).plan, weights: {} })
  expect(answer(xor())).toEqual({ refused: expect.stringContaining('no hidden:kernel') as string })
  expect(answer(sketch({ nodes: { data: { type: 'data' } } }))).toEqual({
    refused: expect.stringContaining('nothing that a model could answer') as string,
  })
})

describe('mixed precision', () => {
  const mixed = { ...xor(), training: { ...xor().training, precision: 'mixed' as const } }

  it('is autocast with a GradScaler that begins and grows as ours does, and what differs is said', () => {
    const source = text(exported(mixed), 'train.py')
    expect(source).toContain('with torch.autocast("cuda", torch.float16, enabled=MIXED):')
    expect(source).toContain('{"init_scale": 2.0**15, "growth_interval": 2000, "enabled": MIXED}')
    expect(source.indexOf('self.scaler.unscale_(self.optimiser)')).toBeLessThan(
      source.indexOf('clip_grad_norm_'),
    )
    expect(source).toContain('autocast also hands on in float16')
  })

  it('leaves no trace where it is not asked for', () => {
    expect(text(exported(xor()), 'train.py')).not.toMatch(/autocast|scaler|MIXED/)
  })
})
