/** What the layers share that add zeros around a grid or cut its edges off, over one to three axes. */
import { sizes } from './fields'
import type { KerasBuilder, KerasValue } from './keras'
import { toChannelsFirst, toChannelsLast, type OnnxBuilder, type OnnxValue } from './onnx'
import { formatShape, refuse, tensor, type Refusal, type Spec } from './spec'
import type { TorchEmit } from './torch'
import { fixedGrid } from './window'

const order = [
  '',
  'before and after',
  'at the top, the bottom, the left and the right',
  'in front, behind, at the top, the bottom, the left and the right',
] as const

/** Two numbers an axis. `what` is said of them: `Zeros to add`. */
export function edgesField(axes: 1 | 2 | 3, what: string) {
  return sizes({
    initial: Array.from({ length: 2 * axes }, () => 1),
    length: 2 * axes,
    min: 0,
    doc: `${what} ${order[axes]}, in this order.`,
  })
}

/** [[before, after]] by axis. */
export function edgePairs(edges: readonly number[]): readonly [number, number][] {
  return edges.filter((_, at) => at % 2 === 0).map((before, axis) => [before, edges[2 * axis + 1] ?? 0])
}

/** y with every axis longer by what is added (sign 1) or shorter by what is cut off (sign -1), or why not. */
export function withEdges(
  title: string,
  x: Spec,
  edges: readonly number[],
  sign: 1 | -1,
): { readonly y: Spec } | Refusal {
  const pairs = edgePairs(edges)
  const grid = fixedGrid(title, x, pairs.length)
  if ('refused' in grid) return grid
  const lengths = grid.lengths.map((length, axis) => {
    const [before, after] = pairs[axis] ?? [0, 0]
    return length + sign * (before + after)
  })
  const gone = lengths.findIndex((length) => length < 1)
  if (gone >= 0) {
    const [before, after] = pairs[gone] ?? [0, 0]
    return refuse(
      `${title} would cut ${before} + ${after} off an axis of ${grid.lengths[gone] ?? 0} (x is ${formatShape(x.shape)}), and nothing would be left. Cut off less.`,
    )
  }
  return { y: tensor([null, ...lengths, grid.channels]) }
}

/** `F.pad` adds zeros; what is negative it cuts off. */
export function torchEdges(edges: readonly number[], sign: 1 | -1): TorchEmit {
  const pad = edgePairs(edges)
    .toReversed()
    .flatMap((pair) => pair.map((n) => (n === 0 ? 0 : sign * n)))
  return {
    call: 'F.pad',
    args: { pad, mode: 'constant', value: 0 },
    tensors: [],
    channelsFirst: true,
  }
}

export function onnxPad(g: OnnxBuilder, x: OnnxValue, edges: readonly number[]): OnnxValue {
  const pairs = edgePairs(edges)
  const rank = pairs.length + 2
  const pads = [0, 0, ...pairs.map(([before]) => before), 0, 0, ...pairs.map(([, after]) => after)]
  const y = g.op('Pad', [toChannelsFirst(g, x, rank), g.ints(pads), g.floats([0], [])], { mode: 'constant' })
  return toChannelsLast(g, y, rank)
}

export function onnxCrop(g: OnnxBuilder, x: OnnxValue, spec: Spec, edges: readonly number[]): OnnxValue {
  const pairs = edgePairs(edges)
  const rank = pairs.length + 2
  const ends = pairs.map(([, after], axis) => Number(spec.shape[axis + 1]) - after)
  const y = g.op('Slice', [
    toChannelsFirst(g, x, rank),
    g.ints(pairs.map(([before]) => before)),
    g.ints(ends),
    g.ints(pairs.map((_, axis) => axis + 2)),
  ])
  return toChannelsLast(g, y, rank)
}

/** `layer` is the class in Keras; `word` what it calls the numbers. */
export function kerasEdges(
  k: KerasBuilder,
  x: KerasValue,
  layer: string,
  word: 'padding' | 'cropping',
  edges: readonly number[],
  outputs: { readonly y: Spec } | Refusal,
): { readonly y: KerasValue } | Refusal {
  if ('refused' in outputs) return outputs
  const pairs = edgePairs(edges)
  const config = pairs.length === 1 ? { [word]: edges } : { [word]: pairs, data_format: 'channels_last' }
  return { y: k.layer({ layer, config, inputs: [x], outputs: [outputs.y] }) }
}
