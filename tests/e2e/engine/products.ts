/** Products of our own on WebGPU: cut up in every way beside plain loops, and their gradients beside small steps. */
import { tf } from '../../../engine/backend/tfjs'
import { convolve } from '../../../engine/backend/webgpu/fused/convolve'
import { dense } from '../../../engine/backend/webgpu/fused/dense'
import { packHalves } from '../../../engine/backend/webgpu/fused/half'
import {
  multiply,
  read,
  readFour,
  type Cut,
  type Product,
  type Sizes,
} from '../../../engine/backend/webgpu/fused/product'
import { webgpuInside } from '../../../engine/backend/webgpu/inside'
import { newTensor } from '../../../engine/backend/webgpu/kernel'
import { stream } from '../../../engine/random/stream'
import { rounded } from './half'
import { backends } from './page'

type Tensor = ReturnType<typeof tf.tensor>

const draw = (name: string, size: number): Float32Array => stream(7, name, 0).normals(size)

/** a b + c, where a and b are both read as they stand. */
const plain: Product = {
  label: 'plain product',
  inputs: ['a', 'b', 'c'],
  outputs: ['y'],
  rowOf: 'return vec4i(m * i32(given.z));',
  deepOf: 'return vec4i(k, k * i32(given.y), 0, 0);',
  left: 'a[row.x + deep.x]',
  right: 'b[deep.y + n]',
  wide: { inputs: ['b'], right: 'b[(deep.y + n) / 4]' },
  write: 'y[m * i32(given.y) + n] = sum + c[n];',
}

/** The same with a and b in half precision. */
const halves: Product = {
  ...plain,
  halves: ['a', 'b'],
  left: read(true, 'a', 'row.x + deep.x'),
  right: read(true, 'b', 'deep.y + n'),
  wide: { inputs: ['b'], right: readFour(true, 'b', 'deep.y + n') },
}

function byLoops(
  { rows, columns, depth }: Sizes,
  a: Float32Array,
  b: Float32Array,
  c: Float32Array,
): number[] {
  return Array.from({ length: rows * columns }, (_, at) => {
    const [m, n] = [Math.floor(at / columns), at % columns]
    let sum = c[n] ?? NaN
    for (let k = 0; k < depth; k++) sum += (a[m * depth + k] ?? NaN) * (b[k * columns + n] ?? NaN)
    return sum
  })
}

/** By the cut, in words: the largest difference to plain loops, over sizes that fill tiles and others. */
export async function productDifferences(): Promise<Readonly<Record<string, number>>> {
  await backends.start('webgpu')
  const inside = webgpuInside(tf)
  if (inside === null) throw new Error('tfjs-backend-webgpu has changed inside.')
  const sizes: readonly Sizes[] = [
    { rows: 1, columns: 1, depth: 1 },
    { rows: 66, columns: 36, depth: 41 },
    { rows: 67, columns: 35, depth: 41 },
    { rows: 5, columns: 130, depth: 7 },
  ]
  const cuts: readonly Cut[] = [
    { side: 8, shared: true, parts: 3 },
    { side: 16, shared: true, parts: 1 },
    { side: 4, shared: false, parts: 1 },
    { side: 4, shared: false, parts: 3 },
  ]
  const found: Record<string, number> = {}
  for (const cut of cuts)
    for (const product of [plain, halves]) {
      let most = 0
      for (const one of sizes) {
        // Numbers that half precision has, too.
        const [a, b] = [rounded(draw('a', one.rows * one.depth)), rounded(draw('b', one.depth * one.columns))]
        const c = draw('c', one.columns)
        const wanted = byLoops(one, a, b, c)
        const y = tf.tidy(() => {
          const made = newTensor(tf, inside, [one.rows, one.columns])
          const given = [a, b].map((numbers) => tf.tensor1d(numbers))
          const packed =
            product === plain
              ? given
              : packHalves(
                  inside,
                  given.map((numbers) => ({ numbers })),
                ).map((info) => tf.engine().makeTensorFromTensorInfo(info))
          multiply(inside, product, one, [made], [...packed, tf.tensor1d(c)], cut)
          return made
        })
        const numbers = await y.data()
        y.dispose()
        most = wanted.reduce((all, value, at) => Math.max(all, Math.abs(value - (numbers[at] ?? NaN))), most)
        if (numbers.some(Number.isNaN)) most = Infinity
      }
      found[
        `${cut.side} ${cut.shared ? 'shared' : 'own'} ${cut.parts} ${product === plain ? '' : 'halves'}`
      ] = most
    }
  return found
}

interface Case {
  readonly shapes: { readonly x: number[]; readonly kernel: number[]; readonly bias: number[] }
  readonly run: (x: Tensor, kernel: Tensor, bias: Tensor) => Tensor
}

const cases: Readonly<Record<string, Case>> = {
  dense: {
    shapes: { x: [6, 9], kernel: [9, 5], bias: [5] },
    run: (x, kernel, bias) => dense(tf, x, kernel, bias, 'relu'),
  },
  convolution: {
    shapes: { x: [2, 7, 8, 3], kernel: [3, 2, 3, 4], bias: [4] },
    run: (x, kernel, bias) =>
      convolve(
        tf,
        { x, kernel, bias },
        { strides: [2, 1], dilation: [1, 3], before: [1, 1], places: [4, 7] },
        'relu',
      ),
  },
}

/** Of a weighted sum of what comes out, in doubles. */
async function weightedSum(y: Tensor, by: Float32Array): Promise<number> {
  const numbers = await y.data<'float32'>()
  y.dispose()
  return by.reduce((sum, weight, at) => sum + weight * (numbers[at] ?? NaN), 0)
}

/** The largest difference between a gradient and the slope over a small step, relative to the largest gradient. */
export async function slopeDifferences(): Promise<Readonly<Record<string, number>>> {
  await backends.start('webgpu')
  const found: Record<string, number> = {}
  const step = 1e-3
  for (const [name, { shapes, run }] of Object.entries(cases)) {
    const given = Object.values(shapes).map((shape, at) =>
      draw(
        `${name} ${at}`,
        shape.reduce((all, n) => all * n, 1),
      ),
    )
    const tensors = (values: readonly Float32Array[]) =>
      Object.values(shapes).map((shape, at) => tf.tensor(values[at] as Float32Array, shape)) as [
        Tensor,
        Tensor,
        Tensor,
      ]
    const at = (values: readonly Float32Array[]) => tf.tidy(() => run(...tensors(values)))
    const y = at(given)
    const weights = draw(`${name} weights`, y.size)
    y.dispose()
    const gradients = tf.tidy(() =>
      tf.grads((x: Tensor, kernel: Tensor, bias: Tensor) => {
        const out = run(x, kernel, bias)
        return tf.sum(tf.mul(out, tf.tensor(weights, out.shape)))
      })(tensors(given)),
    )
    for (const [input, gradient] of gradients.entries()) {
      const numbers = await gradient.data<'float32'>()
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
      for (let place = 0; place < numbers.length; place += Math.ceil(numbers.length / 7)) {
        const moved = async (by: number) => {
          const values = given.map((one) => Float32Array.from(one))
          const changed = values[input] as Float32Array
          changed[place] = (changed[place] ?? NaN) + by
          return weightedSum(at(values), weights)
        }
        const slope = ((await moved(step)) - (await moved(-step))) / (2 * step)
        const off = Math.abs(slope - (numbers[place] ?? NaN)) / largest
        const key = `${name} ${Object.keys(shapes)[input] ?? ''}`
        found[key] = Math.max(found[key] ?? 0, Number.isNaN(off) ? Infinity : off)
      }
    }
    tf.dispose(gradients)
  }
  return found
}
