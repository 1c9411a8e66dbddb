/** Layer norm and RMS norm over the last axis in one pass, their gradients in two. */
import type * as Tf from '@tensorflow/tfjs'
import type { normalise as composed } from '../../../../nodes/kit/maths/transformer'
import type { Info } from '../inside'
import { product } from '../../sizes'
import { call, newTensor, operation } from './operation'

const normaliseOperation = operation<
  'x' | 'gain' | 'shift',
  { readonly centred: boolean; readonly epsilon: number; readonly gained: boolean }
>({
  name: 'WiregradNormaliseOnHeap',
  savesInputs: ['x', 'gain'],
  savesOutputs: [false, true],
  run({ inside, inputs: { x, ...weights }, attributes: { centred, epsilon } }) {
    const { gain, shift } = weights as { readonly gain?: Info; readonly shift?: Info }
    const width = x.shape.at(-1) ?? 1
    const rows = product(x.shape) / width
    const y = inside.output(x.shape)
    const facts = inside.output([rows, 2])
    const place = (info: Info | undefined) => (info === undefined ? 0 : inside.at(info))
    const places = [x, gain, shift, y, facts].map(place)
    inside.run('normalise', rows, width, Number(centred), epsilon, ...places)
    return [y, facts]
  },
  gradient({ tf, inside, dy: [given], saved, attributes: { centred, gained } }) {
    const dy = given as Tf.Tensor
    const x = saved[0] as Tf.Tensor
    const gain = gained ? saved[1] : undefined
    const facts = saved.at(-1) as Tf.Tensor
    const width = x.shape.at(-1) ?? 1
    const rows = x.size / width
    const [dgain, dshift] = [newTensor(tf, inside, [width]), newTensor(tf, inside, [width])]
    if (gain !== undefined) {
      const places = [dy, x, facts, dgain, dshift].map((info) => inside.at(info))
      inside.run('normaliseWeights', rows, width, ...places)
    }
    return {
      x: () => {
        const dx = newTensor(tf, inside, x.shape)
        const places = [inside.at(dy), inside.at(x), inside.at(facts)]
        const ends = [gain === undefined ? 0 : inside.at(gain), inside.at(dx)]
        inside.run('normaliseBack', rows, width, Number(centred), ...places, ...ends)
        return dx
      },
      gain: () => dgain,
      shift: () => dshift,
    }
  },
})

/** As `normalise` of nodes/kit/maths/transformer.ts, with a gain. */
export function normalise(tf: typeof Tf, x: Tf.Tensor, o: Parameters<typeof composed>[2]): Tf.Tensor {
  const { gamma: gain, beta: shift, epsilon } = o
  const settings = { centred: o.norm === 'layer', epsilon, gained: gain !== undefined }
  return call(tf, normaliseOperation, { x, gain, shift }, settings)[0] as Tf.Tensor
}
