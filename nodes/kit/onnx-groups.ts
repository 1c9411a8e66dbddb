/** Group normalisation in ONNX, which has it as an operator only from opset 18 on: each group is one long channel. */
import { toChannelsFirst, toChannelsLast, type OnnxBuilder, type OnnxValue } from './onnx'

/** x [B, ..., C] of this rank, before the learned scale and shift. */
export function onnxNormaliseGroups(
  g: OnnxBuilder,
  x: OnnxValue,
  rank: number,
  groups: number,
  epsilon: number,
): OnnxValue {
  const first = toChannelsFirst(g, x, rank)
  const rows = g.op('Reshape', [first, g.ints([0, groups, -1])])
  const ones = g.floats(Array.from({ length: groups }, () => 1))
  const zeros = g.floats(Array.from({ length: groups }, () => 0))
  const normal = g.op('InstanceNormalization', [rows, ones, zeros], { epsilon: { float: epsilon } })
  return toChannelsLast(g, g.op('Reshape', [normal, g.op('Shape', [first])]), rank)
}
