/**
 * Attention on sequences as they come from their projections [B, T, heads · size], with no head turned to the front:
 * products over strided matrices.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { attend as composed } from '../../../../nodes/kit/maths/attention'
import { wasmInside, type Info, type WasmInside } from '../inside'
import { call, newTensor, operation } from './operation'
import { softmaxBack } from './softmax'

interface Sizes {
  readonly batch: number
  readonly from: number
  readonly to: number
  readonly heads: number
  readonly groups: number
}

/** A matrix of each head: where it lies, and floats from sequence to sequence, head to head, row to row. */
interface Heads {
  readonly at: number
  readonly batch: number
  readonly head: number
  readonly step: number
  readonly turned?: boolean
  readonly grouped?: boolean
}

/** Of a sequence [B, length, parts · size]: a matrix [length, size] a part. */
function sequence(inside: WasmInside, x: Info, parts: number, grouped: boolean): Heads {
  const [, length = 1, width = 1] = x.shape
  return { at: inside.at(x), batch: length * width, head: width / parts, step: width, grouped }
}

/** Of looks [B, heads, from, to]: a matrix [from, to] a head. */
function square(inside: WasmInside, looks: Info, turned: boolean): Heads {
  const [, heads = 1, from = 1, to = 1] = looks.shape
  return { at: inside.at(looks), batch: heads * from * to, head: from * to, step: to, turned }
}

/** C [m, n] = A [m, k] B [k, n] of every sequence and head; A is never grouped. */
function multiply(
  inside: WasmInside,
  { batch, heads, groups }: Sizes,
  [m, n, k]: readonly [number, number, number],
  a: Heads,
  b: Heads,
  c: Heads,
): void {
  inside.run(
    'headProducts',
    ...[batch, heads, groups, m, n, k],
    ...[a.at, a.batch, a.head, a.step, Number(a.turned === true)],
    ...[b.at, b.batch, b.head, Number(b.grouped === true), b.step, Number(b.turned === true)],
    ...[c.at, c.batch, c.head, Number(c.grouped === true), c.step, inside.scratch],
  )
}

/** How far apart a wall's numbers are in batch, head, row and column; 0 along an axis that it spreads over. */
function strides(wall: Info): number[] {
  const shape = [...Array<number>(4 - wall.shape.length).fill(1), ...wall.shape]
  return shape.map((n, at) => (n === 1 ? 0 : shape.slice(at + 1).reduce((all, size) => all * size, 1)))
}

type LookInput = 'query' | 'key' | 'wall0' | 'wall1'
type HeadAttributes = { readonly heads: number; readonly groups: number }

const lookOperation = operation<LookInput, HeadAttributes & { readonly walls: number }>({
  name: 'WiregradLookOnHeap',
  savesInputs: ['query', 'key'],
  savesOutputs: [true],
  run({ inside, inputs, attributes: { heads, groups, walls } }) {
    const { query, key } = inputs
    const [batch = 1, from = 1, width = 1] = query.shape
    const to = key.shape[1] ?? 1
    const size = width / heads
    const looks = inside.output([batch, heads, from, to])
    const place = inside.at(looks)
    const keys = { ...sequence(inside, key, groups, true), turned: true }
    multiply(
      inside,
      { batch, from, to, heads, groups },
      [from, to, size],
      sequence(inside, query, heads, false),
      keys,
      square(inside, looks, false),
    )
    inside.run('scaleBy', batch * heads * from * to, place, 1 / Math.sqrt(size))
    for (const wall of [inputs.wall0, inputs.wall1].slice(0, walls))
      inside.run('wallOff', batch, heads, from, to, place, inside.at(wall), ...strides(wall))
    inside.run('softmax', batch * heads * from, to, place, place)
    return looks
  },
  gradient({ tf, inside, dy: [dy], saved, attributes: { heads, groups } }) {
    const [query, key, looks] = saved as [Tf.Tensor, Tf.Tensor, Tf.Tensor]
    const [batch = 1, from = 1, width = 1] = query.shape
    const to = key.shape[1] ?? 1
    const size = width / heads
    const sizes = { batch, from, to, heads, groups }
    const scores = softmaxBack(tf, inside, dy as Tf.Tensor, looks, 1 / Math.sqrt(size))
    return {
      query: () => {
        const back = newTensor(tf, inside, query.shape)
        const keys = sequence(inside, key, groups, true)
        const given = square(inside, scores, false)
        multiply(inside, sizes, [from, size, to], given, keys, sequence(inside, back, heads, false))
        return back
      },
      key: () => {
        const back = newTensor(tf, inside, key.shape)
        const queries = sequence(inside, query, heads, false)
        const given = square(inside, scores, true)
        multiply(inside, sizes, [to, size, from], given, queries, sequence(inside, back, groups, true))
        return back
      },
    }
  },
})

const mixOperation = operation<'looks' | 'value', HeadAttributes>({
  name: 'WiregradMixOnHeap',
  savesInputs: ['looks', 'value'],
  savesOutputs: [],
  run({ inside, inputs: { looks, value }, attributes: { heads, groups } }) {
    const [batch = 1, , from = 1, to = 1] = looks.shape
    const size = (value.shape[2] ?? 1) / groups
    const mixed = inside.output([batch, from, heads * size])
    multiply(
      inside,
      { batch, from, to, heads, groups },
      [from, size, to],
      square(inside, looks, false),
      sequence(inside, value, groups, true),
      sequence(inside, mixed, heads, false),
    )
    return mixed
  },
  gradient({ tf, inside, dy: [dy], saved, attributes: { heads, groups } }) {
    const [looks, value] = saved as [Tf.Tensor, Tf.Tensor]
    const [batch = 1, , from = 1, to = 1] = looks.shape
    const size = (value.shape[2] ?? 1) / groups
    const sizes = { batch, from, to, heads, groups }
    const given = sequence(inside, dy as Tf.Tensor, heads, false)
    return {
      looks: () => {
        const back = newTensor(tf, inside, looks.shape)
        const values = { ...sequence(inside, value, groups, true), turned: true }
        multiply(inside, sizes, [from, to, size], given, values, square(inside, back, false))
        return back
      },
      value: () => {
        const back = newTensor(tf, inside, value.shape)
        const turned = square(inside, looks, true)
        multiply(inside, sizes, [to, size, from], turned, given, sequence(inside, back, groups, true))
        return back
      },
    }
  },
})

/** Of what `attend` in nodes/kit/maths/attention.ts gives, with at most two walls of at most four axes. */
export function attend(
  tf: typeof Tf,
  query: Tf.Tensor,
  key: Tf.Tensor,
  value: Tf.Tensor,
  o: Pick<Parameters<typeof composed>[4], 'heads' | 'groups' | 'drop'> & {
    readonly walls: readonly Tf.Tensor[]
  },
): ReturnType<typeof composed> {
  const { heads, groups, walls } = o
  const inputs = { query, key, wall0: walls[0], wall1: walls[1] }
  const [attention] = call(tf, lookOperation, inputs, { heads, groups, walls: walls.length })
  const looks = o.drop(attention as Tf.Tensor)
  const [mixed] = call(tf, mixOperation, { looks, value }, { heads, groups })
  return { mixed: mixed as Tf.Tensor, attention: attention as Tf.Tensor }
}

/** As `reach` of nodes/kit/maths/attention.ts, where it is a wall at all. */
export function reach(
  tf: typeof Tf,
  [from, to]: readonly [number, number],
  causal: boolean,
  window: number,
): Tf.Tensor | null {
  const inside = wasmInside(tf)
  if (inside === null || (!causal && window === 0)) return null
  const wall = newTensor(tf, inside, [from, to])
  inside.run('reach', from, to, Number(causal), window, inside.at(wall))
  return wall
}
