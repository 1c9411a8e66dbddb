/** What a node can be differentiated by, as plain values. */
import type * as Tf from '@tensorflow/tfjs'
import type { Definition, Params } from '../../../nodes/kit/define'
import type { Forward, Knob } from './gradients'
import * as node from './harness'

/**
 * Lays out every tensor that a node's outputs depend on (real inputs and trainable weights) and the way from them to the
 * outputs, in training, and hands both to `measure`.
 */
export function differentiate<T>(
  tf: typeof Tf,
  definition: Definition,
  item: node.Case,
  p: Params,
  layer: Tf.layers.Layer | null,
  measure: (tf: typeof Tf, forward: Forward, knobs: readonly Knob[]) => readonly T[],
): readonly T[] {
  const specs = Object.entries(item.inputs)
  const fixed = node.randomInputs(tf, definition, item)
  const knobs: Knob[] = []
  for (const [port, spec] of specs) {
    for (const [index, one] of [spec].flat().entries()) {
      // A mask is a switch, not a quantity, and so is a class.
      const draw = node.drawOf(item, port, one)
      if (draw === 'binary' || draw === 'one-hot' || typeof draw === 'object') continue
      const value = [fixed[port] as Tf.Tensor | readonly Tf.Tensor[]].flat()[index] as Tf.Tensor
      if (one.dtype === 'float32')
        knobs.push({
          name: `${port}.${index}`,
          values: new Float32Array(value.dataSync()),
          shape: value.shape,
        })
    }
  }
  const trainable = layer === null ? [] : node.variables(layer).filter((weight) => weight.trainable)
  for (const { name, variable } of trainable) {
    // Away from zero, where a fresh bias hides a lost factor.
    const values = new Float32Array(variable.dataSync()).map((x, i) => x + 0.1 * Math.sin(i + 1))
    knobs.push({ name: `weight ${name}`, values, shape: variable.shape })
  }
  const forward = (tensors: readonly Tf.Tensor[]) => {
    const byName = new Map(knobs.map((knob, index) => [knob.name, tensors[index] as Tf.Tensor]))
    const inputs = Object.fromEntries(
      specs.map(([port, spec]) => {
        const list = [fixed[port] as Tf.Tensor | readonly Tf.Tensor[]]
          .flat()
          .map((value, index) => byName.get(`${port}.${index}`) ?? value)
        return [port, Array.isArray(spec) ? list : (list[0] as Tf.Tensor)]
      }),
    ) as node.TensorsByPort
    const run = () => node.outputs(tf, definition, p, inputs, layer, node.context(tf, { training: true }))
    if (layer === null) return run()
    return node.withWeights(
      layer,
      new Map(trainable.map(({ name }) => [name, byName.get(`weight ${name}`) as Tf.Tensor])),
      run,
    )
  }
  const result = knobs.length === 0 ? [] : measure(tf, forward, knobs)
  tf.dispose(fixed as Tf.NamedTensorMap)
  return result
}
