/**
 * tfjs's WebGPU backend writes shaders that do not compile, and computes nothing without saying so: a padding or a
 * broadcast vector over five axes or more (its `vec5` has no index), and a sum of more tensors than a shader has buffers.
 * Each is done with kernels that do compile. Held against PyTorch by tests/parity/browser.
 */
import type * as Tf from '@tensorflow/tfjs'
import { webgpuInside } from './inside'
import { replaceKernel } from './replace'
import { repairSegmentSum } from './segment-sum'
import { product } from '../sizes'
import { repairSums } from './sums'
import { repairWaves } from './waves'
import { fuseSoftmaxGradient } from './fused/softmax'

type Shape = readonly number[]

/** tfjs's vectors of coordinates can be indexed up to here. */
const mostAxes = 4

/** The same numbers under another shape; the data stays whose it was. */
function under(info: Tf.TensorInfo, shape: Shape): Tf.TensorInfo {
  return { dataId: info.dataId, dtype: info.dtype, shape: [...shape] }
}

/** One axis after the other, each as the middle of three. */
function padEachAxis(tf: typeof Tf, stock: Tf.KernelFunc): Tf.KernelFunc {
  return (call) => {
    const { x } = call.inputs as unknown as Record<'x', Tf.TensorInfo>
    const { paddings, constantValue } = call.attrs as unknown as {
      readonly paddings: readonly (readonly [number, number])[]
      readonly constantValue: number
    }
    const padded = paddings.flatMap(([before, after], axis) => (before + after > 0 ? [axis] : []))
    const inside = webgpuInside(tf)
    if (inside === null || x.shape.length <= mostAxes || padded.length === 0) return stock(call)
    let last = x
    for (const axis of padded) {
      const shape = last.shape
      const [before, after] = paddings[axis] as readonly [number, number]
      const size = shape[axis] ?? 1
      const middle = under(last, [product(shape.slice(0, axis)), size, product(shape.slice(axis + 1))])
      const attrs = {
        paddings: [
          [0, 0],
          [before, after],
          [0, 0],
        ],
        constantValue,
      } as unknown
      const made = stock({ ...call, inputs: { x: middle }, attrs: attrs as Tf.NamedAttrMap }) as Tf.TensorInfo
      if (last !== x) inside.disposeData(last.dataId)
      last = under(
        made,
        shape.map((each, at) => (at === axis ? before + each + after : each)),
      )
    }
    return last
  }
}

/** As few axes as say the same: neighbours that are both repeated, or both not, in the same argument become one. */
function merged(a: Shape, b: Shape): { readonly a: number[]; readonly b: number[] } {
  const rank = Math.max(a.length, b.length)
  const [left, right] = [a, b].map((shape) => [...Array<number>(rank - shape.length).fill(1), ...shape])
  const result = { a: [] as number[], b: [] as number[] }
  let kind = ''
  for (let axis = 0; axis < rank; axis++) {
    const [m, n] = [left?.[axis] ?? 1, right?.[axis] ?? 1]
    if (m === 1 && n === 1) continue
    const now = m === n ? 'same' : m === 1 ? 'left repeats' : 'right repeats'
    if (now === kind) {
      result.a.push((result.a.pop() ?? 1) * m)
      result.b.push((result.b.pop() ?? 1) * n)
    } else {
      result.a.push(m)
      result.b.push(n)
    }
    kind = now
  }
  return result
}

function overFewerAxes(tf: typeof Tf, stock: Tf.KernelFunc, names: readonly [string, string]): Tf.KernelFunc {
  return (call) => {
    const [a, b] = names.map((name) => call.inputs[name] as Tf.TensorInfo) as [Tf.TensorInfo, Tf.TensorInfo]
    if (Math.max(a.shape.length, b.shape.length) <= mostAxes || a.dtype === 'complex64') return stock(call)
    const shape = tf.backend_util.assertAndGetBroadcastShape(a.shape, b.shape)
    const few = merged(a.shape, b.shape)
    const inputs = { [names[0]]: under(a, few.a), [names[1]]: under(b, few.b) }
    return under(stock({ ...call, inputs }) as Tf.TensorInfo, shape)
  }
}

/** As many at a time as a shader has buffers for, beside its result. */
function addInTurns(tf: typeof Tf, stock: Tf.KernelFunc): Tf.KernelFunc {
  return (call) => {
    const all = call.inputs as unknown as readonly Tf.TensorInfo[]
    const inside = webgpuInside(tf)
    if (inside === null) return stock(call)
    const most = inside.device.limits.maxStorageBuffersPerShaderStage - 1
    const add = (some: readonly Tf.TensorInfo[]) =>
      stock({ ...call, inputs: [...some] as unknown as Tf.NamedTensorInfoMap }) as Tf.TensorInfo
    if (all.length <= most) return stock(call)
    let sum = add(all.slice(0, most))
    for (let next = most; next < all.length; next += most - 1) {
      const before = sum
      sum = add([before, ...all.slice(next, next + most - 1)])
      inside.disposeData(before.dataId)
    }
    return sum
  }
}

const binary = [
  'Add',
  'Atan2',
  'Equal',
  'FloorDiv',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
  'Maximum',
  'Minimum',
  'Mod',
  'Multiply',
  'NotEqual',
  'Pow',
  'RealDiv',
  'SquaredDifference',
  'Sub',
] as const

/** Puts the kernels in the place of tfjs's; may be called again. */
export function repairWebgpu(tf: typeof Tf): void {
  repairSegmentSum(tf)
  repairWaves(tf)
  repairSums(tf)
  fuseSoftmaxGradient(tf)
  replaceKernel(tf, 'PadV2', (stock) => padEachAxis(tf, stock))
  replaceKernel(tf, 'AddN', (stock) => addInTurns(tf, stock))
  for (const name of binary) replaceKernel(tf, name, (stock) => overFewerAxes(tf, stock, ['a', 'b']))
  replaceKernel(tf, 'Prelu', (stock) => overFewerAxes(tf, stock, ['x', 'alpha']))
}
