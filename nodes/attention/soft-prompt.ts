/** Learned rows before a sequence that steer a frozen model (Lester et al. 2021). */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { initialiser, int } from '../kit/fields'
import { onnxPrepend } from '../kit/onnx-attention'
import { fixedLength } from '../kit/sequence-shape'
import { refuse, tensor } from '../kit/spec'

const helper = `class SoftPrompt(nn.Module):
    """Puts learned rows before every sequence (Lester et al. 2021)."""

    def __init__(self, length, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(length, features))

    def forward(self, x):
        return torch.cat([self.weight.expand(x.shape[0], -1, -1), x], dim=1)
`

export const softPrompt = defineNode({
  role: 'layer',
  type: 'soft-prompt',
  version: 1,
  title: 'Soft prompt',
  family: 'attention',
  doc: 'Puts a few learned rows before a sequence. Freeze the rest of the model, and they alone learn to steer it.',
  synonyms: ['prompt tuning', 'prefix', 'registers', 'virtual tokens', 'fine-tuning'],
  fields: {
    length: int({ initial: 8, min: 1, max: 100_000, doc: 'How many rows come before the sequence.' }),
    initialiser: initialiser({
      initial: { kind: 'uniform', min: -0.5, max: 0.5 },
      doc: 'How the first rows are drawn.',
    }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: { y: { doc: 'The learned rows, then x.' } },
  summary: (p) => `${p.length} rows`,
  infer: ({ x }, p) => {
    const time = fixedLength('Soft prompt', 'x', x)
    return typeof time === 'number' ? { y: tensor([x.shape[0] ?? null, time + p.length, lastSize(x)]) } : time
  },
  weights: ({ x }, p) => ({
    prompt: { shape: [p.length, lastSize(x)], initialiser: p.initialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, weights }) => {
    const rows = tf.mul(tf.ones([x.shape[0] ?? 1, 1, 1]), weights['prompt']!) // (B, length, D)
    return { y: tf.concat([rows, x], 1) }
  },
  emit: {
    torch: (p, { x }) => ({
      call: 'wiregrad.SoftPrompt',
      args: { length: p.length, features: lastSize(x) },
      tensors: [{ name: 'weight', parts: [{ weight: 'prompt' }] }],
      helpers: [helper],
    }),
    onnx: (g, { x }, p, specs) => ({
      y: onnxPrepend(g, x, g.weight('prompt'), p.length, lastSize(specs.x)),
    }),
    keras: () => refuse('keras.layers has no layer with learned rows of its own to put before a sequence.'),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'it is refused whatever the settings' : null),
  cases: [
    { inputs: { x: tensor([null, 3, 4]) }, params: { length: 2 } },
    { inputs: { x: tensor([null, 'T', 4]) }, refused: 'must be fixed' },
    { inputs: { x: tensor([null, 4]) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
