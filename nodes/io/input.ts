/**
 * A declared entry of the model. Wired, it passes on what comes (noise, another net's answer) and stands in the
 * exported model in its place; open, it only says what shape the model will be given.
 */
import { defineNode } from '../kit/define'
import { choice, sizes } from '../kit/fields'
import { formatShape, refuse, tensor, tokens, type Dim } from '../kit/spec'

export const input = defineNode({
  role: 'input',
  type: 'input',
  version: 1,
  title: 'Input',
  family: 'io',
  doc: 'Where the exported model takes numbers in. With a wire it passes them on, and the exported model starts here; without one it stands for numbers to come.',
  synonyms: ['entry', 'placeholder', 'start'],
  fields: {
    shape: sizes({
      initial: [2],
      min: -1,
      doc: 'Shape of one sample, while nothing is wired. -1 on one axis: any length, the same all along (a sequence).',
    }),
    values: choice(['numbers', 'tokens'], {
      initial: 'numbers',
      doc: 'Real numbers or token ids, while nothing is wired.',
    }),
  },
  inputs: {
    x: { doc: 'What the model is given in training.', accepts: ['tensor', 'tokens'], optional: true },
  },
  outputs: { y: { doc: 'The same, or what was declared.' } },
  summary: (p) => p.shape.map((n) => (n === -1 ? 'T' : n)).join(' × '),
  infer: ({ x }, p) => {
    if (x !== undefined) return { y: x.kind === 'tokens' ? tokens(x.shape) : tensor(x.shape) }
    const shape: Dim[] = p.shape.map((n) => (n === -1 ? 'T' : n))
    if (p.shape.includes(0))
      return refuse(`No axis of an input can be 0 long, but the shape is ${formatShape([null, ...shape])}.`)
    if (p.shape.filter((n) => n === -1).length > 1) {
      return refuse(
        `Only one axis of an input can be of any length (-1), but the shape is ${formatShape([null, ...shape])}.`,
      )
    }
    return { y: p.values === 'tokens' ? tokens([null, ...shape]) : tensor([null, ...shape]) }
  },
  weights: () => ({}),
  emit: {
    torch: (p) => ({
      call: 'input',
      args: { shape: p.shape, dtype: p.values === 'tokens' ? 'int64' : 'float32' },
      tensors: [],
    }),
  },
  cases: [
    { inputs: {} },
    { inputs: {}, params: { shape: [-1, 4] } },
    { inputs: {}, params: { shape: [-1], values: 'tokens' } },
    { inputs: { x: tensor([null, 7]) } },
    { inputs: { x: tokens([null, 'T']) } },
    { inputs: {}, params: { shape: [0] }, refused: 'can be 0 long' },
    { inputs: {}, params: { shape: [-1, -1] }, refused: 'Only one axis' },
  ],
  migrations: [],
})
