/** Activations in one pass over the numbers, and their gradients in one: f(x), and dy f'(x). */
import type * as Tf from '@tensorflow/tfjs'
import type { WasmInside } from '../inside'
import { product } from '../../sizes'
import { call, newTensor, operation } from './operation'

/** The numbers by which `assembly/functions.ts` knows them. */
const names = {
  linear: 0,
  relu: 1,
  elu: 2,
  selu: 3,
  sigmoid: 4,
  'hard-sigmoid': 5,
  tanh: 6,
  softplus: 7,
  softsign: 8,
  swish: 9,
  gelu: 10,
} as const

export type BendName = keyof typeof names

export function isBend(name: string): name is BendName {
  return Object.hasOwn(names, name)
}

export function bendNumber(name: BendName): number {
  return names[name]
}

/** dy f'(x), of the shape of x. For relu, x may be what it gave. */
export function bentBack(
  tf: typeof Tf,
  inside: WasmInside,
  name: BendName,
  dy: Tf.Tensor,
  x: Tf.Tensor,
): Tf.Tensor {
  const dx = newTensor(tf, inside, x.shape)
  inside.run('bendBack', names[name], x.size, inside.at(dy), inside.at(x), inside.at(dx))
  return dx
}

const bendOperation = operation<'x', { readonly name: BendName }>({
  name: 'WiregradBendOnHeap',
  savesInputs: ['x'],
  savesOutputs: [],
  run({ inside, inputs: { x }, attributes: { name } }) {
    const y = inside.output(x.shape)
    inside.run('bend', names[name], product(x.shape), inside.at(x), inside.at(y))
    return y
  },
  gradient: ({ tf, inside, dy: [dy], saved: [x], attributes: { name } }) => ({
    x: () => bentBack(tf, inside, name, dy as Tf.Tensor, x as Tf.Tensor),
  }),
})

/** f(x). */
export function bend(tf: typeof Tf, x: Tf.Tensor, name: BendName): Tf.Tensor {
  return name === 'linear' ? x : (call(tf, bendOperation, { x }, { name })[0] as Tf.Tensor)
}
