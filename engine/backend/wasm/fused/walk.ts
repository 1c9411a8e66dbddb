/**
 * A recurrent cell walked along whole sequences in one call, and back in another. The products of the inputs of all steps,
 * and the gradients of all weights, are products of matrices before and after it.
 */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside, type Info } from '../inside'
import { bendNumber, type BendName } from './bend'
import { call, newTensor, operation } from './operation'

/** The numbers by which `assembly/walk.ts` knows the cells, their gates, and what is kept of a step in units. */
const cells = {
  'simple-rnn': { number: 0, kept: 1 },
  lstm: { number: 1, kept: 6 },
  gru: { number: 2, kept: 4 },
} as const

type Attributes = {
  readonly cell: keyof typeof cells
  readonly activation: BendName
  readonly gate: BendName
  readonly backwards: boolean
  readonly sequences: boolean
}

function settingsOf({ cell, activation, gate }: Attributes): readonly [number, number, number] {
  return [cells[cell].number, bendNumber(activation), bendNumber(gate)]
}

/**
 * Outputs: y, and for an LSTM the memory after the last step. What is kept, and the states before each step, are written
 * to inputs: of an output that nobody uses tfjs makes a gradient of zeros, and these are the largest.
 */
const walkOperation = operation<'sums' | 'recurrent' | 'initial' | 'bias' | 'kept' | 'earlier', Attributes>({
  name: 'WiregradWalkOnHeap',
  savesInputs: ['recurrent', 'kept', 'earlier'],
  savesOutputs: [],
  run({ inside, inputs: { sums, recurrent, initial, kept, earlier, ...others }, attributes }) {
    const { bias } = others as { readonly bias?: Info }
    const [batch = 1, time = 1] = sums.shape
    const units = recurrent.shape[0] ?? 1
    const { cell, backwards, sequences } = attributes
    const y = inside.output(sequences ? [batch, time, units] : [batch, units])
    const memory = cell === 'lstm' ? [inside.output([batch, units])] : []
    const room = inside.output([inside.walkRoom(cells[cell].number, batch, units)])
    const place = (info: Info | undefined) => (info === undefined ? 0 : inside.at(info))
    // An LSTM's states are followed by its memories.
    const states = [place(initial), cell === 'lstm' ? place(initial) + 4 * batch * units : 0]
    inside.run(
      'walk',
      ...settingsOf(attributes),
      ...[batch, time, units, Number(backwards), Number(sequences)],
      ...[place(sums), place(recurrent), ...states],
      ...[bias, y, kept, earlier, memory[0], room].map(place),
    )
    inside.free(room)
    return [y, ...memory]
  },
  gradient({ tf, inside, dy: [dy, dmemory], saved, attributes }) {
    const [recurrent, kept, earlier] = saved as [Tf.Tensor2D, Tf.Tensor, Tf.Tensor]
    const [batch = 1, time = 1] = kept.shape
    const [units, width] = recurrent.shape
    const { cell, backwards, sequences } = attributes
    const dsums = newTensor(tf, inside, [batch, time, width])
    const dinitial = newTensor(tf, inside, [cell === 'lstm' ? 2 : 1, batch, units])
    const drecurrent = cell === 'gru' ? newTensor(tf, inside, [batch, time, width]) : dsums
    const room = inside.output([inside.walkRoom(cells[cell].number, batch, units)])
    inside.run(
      'walkBack',
      ...settingsOf(attributes),
      ...[batch, time, units, Number(backwards), Number(sequences)],
      ...[inside.at(dy as Tf.Tensor), dmemory === undefined ? 0 : inside.at(dmemory)],
      ...[kept, earlier, recurrent, dsums, drecurrent].map((info) => inside.at(info)),
      ...[
        inside.at(dinitial),
        cell === 'lstm' ? inside.at(dinitial) + 4 * batch * units : 0,
        inside.at(room),
      ],
    )
    inside.free(room)
    const rows = batch * time
    return {
      sums: () => dsums,
      recurrent: () => {
        const back = newTensor(tf, inside, [units, width])
        const [states, given] = [inside.at(earlier), inside.at(drecurrent)]
        const ends = [inside.at(back), width, 0, 0, inside.scratch]
        inside.run('product', units, width, rows, states, units, 1, given, width, 0, ...ends)
        return back
      },
      initial: () => dinitial,
      bias: () => {
        const back = newTensor(tf, inside, [width])
        inside.run('columnSums', rows, width, width, inside.at(drecurrent), inside.at(back))
        return back
      },
    }
  },
})

/** What a cell makes of its inputs' sums [B, T, gates · H]: its outputs, and an LSTM's memory after the last step. */
export function walk(
  tf: typeof Tf,
  inputs: {
    readonly sums: Tf.Tensor
    readonly recurrent: Tf.Tensor
    readonly initial: Tf.Tensor
    readonly bias: Tf.Tensor | undefined
  },
  cell: Pick<Attributes, 'cell' | 'activation' | 'gate'>,
  o: Pick<Attributes, 'backwards' | 'sequences'>,
): { readonly y: Tf.Tensor; readonly memory: Tf.Tensor | undefined } {
  const inside = wasmInside(tf)
  if (inside === null) throw new Error('A walk on the heap of WebAssembly was asked for on another backend.')
  const [batch = 1, time = 1] = inputs.sums.shape
  const units = inputs.recurrent.shape[0] ?? 1
  const kept = newTensor(tf, inside, [batch, time, cells[cell.cell].kept * units])
  const earlier = newTensor(tf, inside, [batch, time, units])
  const [y, memory] = call(tf, walkOperation, { ...inputs, kept, earlier }, { ...cell, ...o })
  return { y: y as Tf.Tensor, memory }
}
