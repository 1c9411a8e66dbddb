/** A learned row at the head of a sequence, in which a Transformer gathers what it finds (BERT, ViT). */
import { defineNode } from '../kit/define'
import { lastSize } from '../kit/features'
import { initialiser } from '../kit/fields'
import { onnxPrepend } from '../kit/onnx-attention'
import { fixedLength } from '../kit/sequence-shape'
import { refuse, tensor } from '../kit/spec'

const helper = `class ClassToken(nn.Module):
    """Puts one learned row before every sequence (Dosovitskiy et al. 2021)."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1, features))

    def forward(self, x):
        return torch.cat([self.weight.expand(x.shape[0], -1, -1), x], dim=1)
`

export const classToken = defineNode({
  role: 'layer',
  type: 'class-token',
  version: 1,
  title: 'Class token',
  family: 'attention',
  doc: 'Puts one learned row before a sequence. Attention gathers there what it finds; a classifier reads that place alone.',
  synonyms: ['cls', 'vit', 'bert', 'prepend', 'summary token'],
  fields: {
    initialiser: initialiser({
      initial: { kind: 'normal', mean: 0, stddev: 0.02 },
      doc: 'How the first row is drawn.',
    }),
  },
  inputs: { x: { doc: 'A sequence B × T × features.' } },
  outputs: { y: { doc: 'One place longer, the learned row first.' } },
  summary: () => '',
  infer: ({ x }) => {
    const time = fixedLength('Class token', 'x', x)
    return typeof time === 'number' ? { y: tensor([x.shape[0] ?? null, time + 1, lastSize(x)]) } : time
  },
  weights: ({ x }, p) => ({
    token: { shape: [1, lastSize(x)], initialiser: p.initialiser, trainable: true },
  }),
  compute: ({ tf, inputs: { x }, weights }) => {
    const rows = tf.mul(tf.ones([x.shape[0] ?? 1, 1, 1]), weights['token']!) // (B, 1, D)
    return { y: tf.concat([rows, x], 1) }
  },
  emit: {
    torch: (_p, { x }) => ({
      call: 'wiregrad.ClassToken',
      args: { features: lastSize(x) },
      tensors: [{ name: 'weight', parts: [{ weight: 'token' }] }],
      helpers: [helper],
    }),
    onnx: (g, { x }, _p, specs) => ({ y: onnxPrepend(g, x, g.weight('token'), 1, lastSize(specs.x)) }),
    keras: () => refuse('keras.layers has no layer with a learned row of its own to put before a sequence.'),
  },
  cases: [
    { inputs: { x: tensor([null, 3, 4]) } },
    { inputs: { x: tensor([null, 1, 2]) } },
    { inputs: { x: tensor([null, 'T', 4]) }, refused: 'must be fixed' },
    { inputs: { x: tensor([null, 4]) }, refused: 'B × T × features' },
  ],
  migrations: [],
})
