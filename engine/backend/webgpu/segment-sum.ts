/**
 * The gradient of an embedding, always the same. tfjs adds floats with atomics, in whatever order the threads come, so
 * that two runs of one seed part in the last bits. Here rows are put in the order of their segments (a row's place is
 * the number of rows before it, counted), and each number is summed by one thread, in the order of the rows.
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from './inside'
import { emptyTensor, groupsFor, perElement, runKernel, type Kernel } from './kernel'
import { replaceKernel } from './replace'

/** Counting takes the square of this many steps; more rows are left to tfjs. */
const mostRows = 32768

const orderKernel: Kernel = {
  label: 'order rows by segment',
  code: `
@group(0) @binding(0) var<storage, read_write> order: array<u32>;
@group(0) @binding(1) var<storage, read> segments: array<i32>;
${perElement}
  let rows = arrayLength(&segments);
  if (i >= rows) { return; }
  let own = segments[i];
  var place = 0u;
  for (var row = 0u; row < rows; row++) {
    let other = segments[row];
    place += u32(other < own || (other == own && row < i));
  }
  order[place] = i;
}`,
}

/** Words of the uniform: numbers in a row. */
const sumKernel: Kernel = {
  label: 'sum rows of a segment',
  code: `
@group(0) @binding(0) var<storage, read_write> sums: array<f32>;
@group(0) @binding(1) var<storage, read> x: array<f32>;
@group(0) @binding(2) var<storage, read> segments: array<i32>;
@group(0) @binding(3) var<storage, read> order: array<u32>;
@group(0) @binding(4) var<uniform> given: vec4u;
${perElement}
  if (i >= arrayLength(&sums)) { return; }
  let width = given.x;
  let segment = i32(i / width);
  let column = i % width;
  let rows = arrayLength(&segments);
  // The first row of the segment, by halving.
  var low = 0u;
  var end = rows;
  while (low < end) {
    let middle = (low + end) / 2u;
    if (segments[order[middle]] < segment) { low = middle + 1u; } else { end = middle; }
  }
  var sum = 0.0;
  for (var at = low; at < rows; at++) {
    let row = order[at];
    if (segments[row] != segment) { break; }
    sum += x[row * width + column];
  }
  sums[i] = sum;
}`,
}

/** Puts the kernel in the place of tfjs's; may be called again. */
export function repairSegmentSum(tf: typeof Tf): void {
  replaceKernel(tf, 'UnsortedSegmentSum', (stock) => (call) => {
    const inside = webgpuInside(tf)
    const { x, segmentIds } = call.inputs as unknown as Record<'x' | 'segmentIds', Tf.TensorInfo>
    const { numSegments } = call.attrs as unknown as { readonly numSegments: number }
    const rows = segmentIds.shape[0] ?? 0
    const rest = x.shape.slice(1)
    const width = rest.reduce((product, n) => product * n, 1)
    const [sums, all] = [numSegments * width, rows * width]
    const fits = segmentIds.shape.length === 1 && rows <= mostRows && sums > 0 && all > 0
    if (inside === null || x.dtype !== 'float32' || !fits) return stock(call)
    const order = emptyTensor(inside, [rows], 'int32')
    const result = emptyTensor(inside, [numSegments, ...rest], 'float32')
    runKernel(inside, orderKernel, [order, segmentIds], groupsFor(rows))
    runKernel(inside, sumKernel, [result, x, segmentIds, order], groupsFor(sums), [width, 0, 0, 0])
    inside.disposeData(order.dataId)
    return result
  })
}
