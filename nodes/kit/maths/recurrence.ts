/**
 * A recurrent layer over a whole sequence with its gradient written out (backpropagation through time, Werbos 1990).
 *
 * Left to tfjs's tape, every step of every sequence would record some twenty operations and their gradients, and the
 * slices of each step would be padded back to the length of the sequence: on wasm and WebGPU, where the number of
 * operations is what costs, most of a training step. Here the input's products of all steps are one product, the loop
 * back has a handful of operations, and the gradients of all weights are one product each after it.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Cell } from './cells'

export interface Recurrence {
  /** The cell with these recurrent weights. */
  readonly cell: (recurrent: readonly Tf.Tensor[]) => Cell
  /** [B, T, F] */
  readonly x: Tf.Tensor
  /** [F, gates · H] */
  readonly kernel: Tf.Tensor
  /** [gates · H] */
  readonly bias: Tf.Tensor | undefined
  readonly recurrent: readonly Tf.Tensor[]
  /** States before the first step, [B, H] each: the output, then the memory. Left out, as many zeros as `stateCount`. */
  readonly initial: readonly Tf.Tensor[] | undefined
  readonly stateCount: number
  /** [B, T], 1 = real: another step keeps the states. */
  readonly mask: Tf.Tensor | undefined
  readonly backwards: boolean
  /** Whether the outputs of all steps are wanted. */
  readonly sequences: boolean
  /** What stands at a step that is not real: the output before it (0 before the first real one), or 0. */
  readonly masked: 'repeat' | 'zero'
}

/** Outputs [B, T, H] in the order in which the steps were done, or the last one [B, H]; and the last states. */
export const recurrence = (
  tf: typeof Tf,
  a: Recurrence,
): { readonly y: Tf.Tensor; readonly states: readonly Tf.Tensor[] } => {
  const [batch = 1, time = 1, features = 1] = a.x.shape
  const units = a.recurrent[0]?.shape[0] ?? 1
  const initial = a.initial ?? Array.from({ length: a.stateCount }, () => tf.zeros([batch, units]))
  const block = (x: Tf.Tensor, at: number) => tf.slice(x, [at * batch, 0], [batch, -1])
  const place = (step: number) => (a.backwards ? time - 1 - step : step)
  const timeFirst = (x: Tf.Tensor, size: number) =>
    tf.reshape(tf.transpose(x, [1, 0, 2]), [time * batch, size])
  const named = (all: readonly Tf.Tensor[]) => {
    const list = [...all]
    return {
      x: list.shift()!,
      kernel: list.shift()!,
      bias: a.bias === undefined ? undefined : list.shift(),
      recurrent: list.splice(0, a.recurrent.length),
      states: list.splice(0, a.stateCount),
      mask: a.mask === undefined ? undefined : list.shift(),
      rest: list,
    }
  }
  const inputs = [
    a.x,
    a.kernel,
    ...(a.bias === undefined ? [] : [a.bias]),
    ...a.recurrent,
    ...initial,
    ...(a.mask === undefined ? [] : [tf.reshape(a.mask, [batch, time, 1])]),
  ]

  const run = tf.customGrad((...given) => {
    const save = given[given.length - 1] as Tf.GradSaveFunc
    const all = given.slice(0, -1) as Tf.Tensor[]
    const { x, kernel, bias, recurrent, states: first, mask } = named(all)
    const rows = timeFirst(x, features) // (T · B, F)
    const real = mask === undefined ? undefined : timeFirst(mask, 1) // (T · B, 1)
    const product = tf.matMul(rows, kernel)
    const sums = bias === undefined ? product : tf.add(product, bias)
    const cell = a.cell(recurrent)
    const before: Tf.Tensor[][] = first.map(() => [])
    const kept: Tf.Tensor[][] = []
    const outputs: Tf.Tensor[] = []
    let states: readonly Tf.Tensor[] = first
    for (let step = 0; step < time; step++) {
      const result = cell.step(block(sums, place(step)), states)
      for (const [index, state] of states.entries()) before[index]?.push(state)
      for (const [index, value] of result.saved.entries()) (kept[index] ??= []).push(value)
      if (real === undefined) states = result.states
      else {
        const open = block(real, place(step))
        // A real step is exactly the new state: 1 · new + 0 · old.
        states = states.map((old, index) =>
          tf.add(tf.mul(open, result.states[index]!), tf.mul(tf.sub(1, open), old)),
        )
      }
      if (a.sequences) outputs.push(states[0]!)
    }
    const stacked = [...before, ...kept].map((list) => tf.concat(list, 0))
    save([
      rows,
      kernel,
      ...(bias === undefined ? [] : [bias]),
      ...recurrent,
      ...first,
      ...(real === undefined ? [] : [real]),
      ...stacked,
    ])

    const gradFunc = (dy: Tf.Tensor, saved: Tf.Tensor[]) =>
      tf.tidy(() => {
        const back = named(saved)
        const stackedBefore = back.rest.slice(0, a.stateCount)
        const stackedKept = back.rest.slice(a.stateCount)
        const own = a.cell(back.recurrent)
        const slopes = own.slopes(stackedKept, stackedBefore)
        const lastBlock = a.sequences ? time : 1
        const rest = back.states.slice(1).map((_, index) => block(dy, lastBlock + index))
        let d: readonly Tf.Tensor[] = a.sequences
          ? [tf.zeros([batch, units]), ...rest]
          : [block(dy, 0), ...rest]
        const dSums: Tf.Tensor[] = []
        const dRecurrent: Tf.Tensor[] = []
        for (let step = time - 1; step >= 0; step--) {
          if (a.sequences) d = [tf.add(d[0]!, block(dy, step)), ...d.slice(1)]
          const open = back.mask === undefined ? undefined : block(back.mask, place(step))
          const after = open === undefined ? d : d.map((one) => tf.mul(one, open))
          const result = own.back(
            slopes.map((one) => block(one, step)),
            after,
          )
          dSums[step] = result.sums
          dRecurrent[step] = result.recurrent
          d =
            open === undefined
              ? result.before
              : result.before.map((one, index) => tf.add(one, tf.mul(d[index]!, tf.sub(1, open))))
        }
        const atPlaces = tf.concat(a.backwards ? [...dSums].reverse() : dSums, 0) // (T · B, gates · H)
        const inOrder = tf.concat(dRecurrent, 0)
        const dx = tf.matMul(atPlaces, back.kernel, false, true)
        return [
          tf.transpose(tf.reshape(dx, [time, batch, features]), [1, 0, 2]),
          tf.matMul(back.x, atPlaces, true, false),
          ...(a.bias === undefined ? [] : [tf.sum(atPlaces, 0)]),
          ...own.gradients(stackedBefore[0]!, stackedKept, inOrder),
          ...d,
          ...(back.mask === undefined ? [] : [tf.zeros([batch, time, 1])]),
        ]
      })
    return {
      value: tf.concat([...(a.sequences ? outputs : [states[0]!]), ...states.slice(1)], 0),
      gradFunc,
    }
  })

  const value = run(...inputs) // the outputs, then the other states, each (B, H), one under the other
  const steps = a.sequences ? time : 1
  const states = initial.map((_, index) => block(value, steps - 1 + index))
  const all = a.sequences
    ? tf.transpose(tf.reshape(tf.slice(value, [0, 0], [time * batch, -1]), [time, batch, units]), [1, 0, 2])
    : states[0]!
  if (a.mask === undefined) return { y: all, states }
  const inTime = a.backwards ? tf.reverse(a.mask, 1) : a.mask
  if (a.masked === 'zero' && a.sequences) return { y: tf.mul(all, tf.expandDims(inTime, 2)), states }
  if (a.initial === undefined) return { y: all, states }
  const columns = tf.split(inTime, time, 1) // (B, 1) each
  const seen = columns.slice(0, 1)
  for (const column of columns.slice(1)) {
    const earlier = seen[seen.length - 1]!
    seen.push(tf.sub(tf.add(earlier, column), tf.mul(earlier, column)))
  }
  const begun = a.sequences ? tf.expandDims(tf.concat(seen, 1), 2) : seen[seen.length - 1]!
  return { y: tf.mul(all, begun), states }
}
