/** Says where attention may look: not at padding, not ahead, not too far. The ports of attention named `mask` take it. */
import { defineNode } from '../kit/define'
import { bool, int } from '../kit/fields'
import { reach } from '../kit/maths/attention'
import { onnxDistance, onnxPlaces, onnxReach } from '../kit/onnx-attention'
import { formatShape, refuse, tensor, tokens } from '../kit/spec'
import { torchReach } from '../kit/torch-attention'

const helper = `def attention_mask(x, padding, causal, window):
    """1 where attention may look: [B, 1, T] for padding alone, [B, T, T] with limits by position."""
    x = x if x.is_floating_point() else x.to(torch.get_default_dtype())
    mask = ((x - padding).abs() > 0.5).to(x.dtype).unsqueeze(1)
    if not causal and not window:
        return mask
    return mask * reach(mask, x.shape[1], x.shape[1], causal, window)
`

export const attentionMask = defineNode({
  role: 'layer',
  type: 'attention-mask',
  version: 1,
  title: 'Attention mask',
  family: 'attention',
  doc: 'Says where attention may look: not at padding, only backwards, only nearby, or all of these. Wire it to the mask port of an attention.',
  synonyms: ['padding mask', 'causal mask', 'look-ahead', 'sliding window', 'key padding'],
  fields: {
    paddingToken: int({
      initial: 0,
      min: -1,
      max: 10_000_000,
      doc: 'The token id that stands for nothing and is not looked at; -1 where there is none. In a mask it is 0.',
    }),
    causal: bool({ initial: false, doc: 'A place may look at itself and at earlier ones only.' }),
    window: int({
      initial: 0,
      min: 0,
      max: 1_000_000,
      doc: 'How many places are in reach, the place itself included; 0 is all of them.',
    }),
  },
  inputs: {
    x: {
      doc: 'Token ids B × T, or a mask B × T that is 1 where a place holds something and 0 where not.',
      accepts: ['tokens', 'tensor'],
    },
  },
  outputs: { y: { doc: 'A mask of ones and zeros: B × 1 × T for padding alone, else B × T × T.' } },
  summary: (p) =>
    [
      p.paddingToken < 0 ? [] : ['padding'],
      p.causal ? ['causal'] : [],
      p.window > 0 ? [`window ${p.window}`] : [],
    ]
      .flat()
      .join(' · '),
  infer: ({ x }, p) => {
    if (x.shape.length !== 2) {
      return refuse(
        `An attention mask is made of token ids or a mask B × T, but x is ${formatShape(x.shape)}.`,
      )
    }
    const [, time = null] = x.shape
    return { y: tensor([x.shape[0] ?? null, p.causal || p.window > 0 ? time : 1, time]) }
  },
  weights: () => ({}),
  uses: { reach },
  compute: ({ tf, inputs: { x }, p, uses }) => {
    const time = x.shape[1] ?? 1
    // A step and not a comparison, which has no gradient to pass on, not even zero.
    const there = tf.step(tf.sub(tf.abs(tf.sub(tf.cast(x, 'float32'), p.paddingToken)), 0.5))
    const mask = tf.reshape(there, [-1, 1, time])
    const near = uses.reach(tf, time, time, p.causal, p.window)
    return { y: near === null ? mask : tf.mul(mask, near) }
  },
  emit: {
    torch: (p) => ({
      call: 'wiregrad.attention_mask',
      args: { padding: p.paddingToken, causal: p.causal, window: p.window },
      tensors: [],
      helpers: [torchReach, helper],
    }),
    onnx: (g, { x }, p, specs) => {
      const time = specs.x.shape[1]
      const apart = g.op('Abs', [g.op('Sub', [g.op('Cast', [x], { to: 1 }), g.floats([p.paddingToken], [])])])
      const there = g.op('Cast', [g.op('Greater', [apart, g.floats([0.5], [])])], { to: 1 })
      const mask = g.op('Unsqueeze', [there, g.ints([1])])
      const distance = () => {
        const places = onnxPlaces(g, x, 1, time)
        return onnxDistance(g, places, places)
      }
      const near = onnxReach(g, distance, p.causal, p.window)
      return { y: near === null ? mask : g.op('Mul', [mask, near]) }
    },
    keras: () =>
      refuse(
        'keras.layers has no layer that compares numbers, so it cannot make a mask. Use the causal setting of the attention, or feed the mask as an input.',
      ),
  },
  idle: (_field, _p, backEnd) => (backEnd === 'keras' ? 'it is refused whatever the settings' : null),
  cases: [
    { inputs: { x: tokens([null, 4]) } },
    { inputs: { x: tokens([null, 'T']) }, params: { paddingToken: 1, causal: true } },
    { inputs: { x: tokens([null, 4]) }, params: { paddingToken: -1, window: 2 } },
    { inputs: { x: tokens([null, 'T']) }, params: { causal: true, window: 2 } },
    { inputs: { x: tensor([null, 3]) }, params: { causal: true }, numbers: { x: 'binary' } },
    { inputs: { x: tokens([null]) }, refused: 'mask B × T' },
    { inputs: { x: tensor([null, 3, 4]) }, refused: 'mask B × T' },
  ],
  migrations: [],
})
