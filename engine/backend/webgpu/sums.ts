/**
 * Sums over axes that are not the last in one dispatch, without turning the tensor round first, as tfjs does: the
 * gradient of every bias is one.
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from './inside'
import { emptyTensor, groupsForColumns, mostGroups, perColumn, runKernel, type Kernel } from './kernel'
import { replaceKernel } from './replace'

/** More rows than these, in few columns, would keep most of a device waiting. */
const mostRows = 1 << 16

/** Words: rows, columns. A workgroup sums up a few columns, each with many threads, always in the same order. */
const sumKernel: Kernel = {
  label: 'sums of columns',
  code: `
@group(0) @binding(0) var<storage, read_write> sums: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<uniform> given: vec4u;
${perColumn('f32')}
  var own = 0.0f;
  for (var row = local.y; row < end; row += lanes) { own += x[(place.y * rows + row) * width + column]; }
  let all = sumOf(own, local.xy);
  if (local.y == 0u && column < width) { sums[place.y * width + column] = all; }
}`,
}

/** The tensor as blocks of rows of columns, whose rows are summed up; null where the axes are not side by side. */
function blocks(shape: readonly number[], axes: readonly number[]) {
  const sorted = [...axes].sort((a, b) => a - b)
  const [first = 0] = sorted
  const last = sorted.at(-1) ?? 0
  if (sorted.length === 0 || last - first + 1 !== sorted.length) return null
  const size = (from: number, to: number) => shape.slice(from, to).reduce((all, n) => all * n, 1)
  return { outer: size(0, first), rows: size(first, last + 1), width: size(last + 1, shape.length) }
}

/** Puts the kernel in the place of tfjs's; may be called again. */
export function repairSums(tf: typeof Tf): void {
  replaceKernel(tf, 'Sum', (stock) => (call) => {
    const inside = webgpuInside(tf)
    const { x } = call.inputs as unknown as Record<'x', Tf.TensorInfo>
    const { axis, keepDims } = call.attrs as unknown as {
      readonly axis: number | number[]
      readonly keepDims: boolean
    }
    const axes = tf.util.parseAxisParam(axis, x.shape)
    const found = blocks(x.shape, axes)
    if (inside === null || found === null || x.dtype !== 'float32') return stock(call)
    const { outer, rows, width } = found
    if (
      width === 1 ||
      outer > mostGroups ||
      groupsForColumns(width) > mostGroups ||
      rows > mostRows ||
      rows * width * outer === 0
    )
      return stock(call)
    const shape = keepDims
      ? x.shape.map((n, at) => (axes.includes(at) ? 1 : n))
      : x.shape.filter((_, at) => !axes.includes(at))
    const sums = emptyTensor(inside, shape, 'float32')
    runKernel(inside, sumKernel, [sums, x], [groupsForColumns(width), outer, 1], [rows, width, 0, 0])
    return sums
  })
}
