/**
 * A recurrent cell walked along a whole sequence in one dispatch, and back in another: a workgroup for each sequence,
 * whose threads share the units and wait for each other between two steps. The products of the inputs of all steps, and
 * the gradients of all weights, are products of matrices before and after it.
 */
import type * as Tf from '@tensorflow/tfjs'
import { emptyTensor, newTensor, runKernel, type Kernel } from '../kernel'
import { bendFunctions, type BendName } from './bend'
import { call, operation, type Info } from './operation'

export interface WalkedCell {
  readonly cell: 'lstm' | 'gru' | 'simple-rnn'
  readonly activation: BendName
  readonly gate: BendName
  /** A GRU with a bias of its own after the recurrent product. */
  readonly recurrentBias: boolean
}

/** Threads of a sequence; each has every so manyth unit. */
const threads = 64

/** More units than these do not fit into what a workgroup shares. */
export const mostUnits = 512

const gates = { lstm: 4, gru: 3, 'simple-rnn': 1 } as const

/** What is kept of a step for the way back, as multiples of the units: sums, then what each cell needs besides. */
const keptWidth = { lstm: 5, gru: 4, 'simple-rnn': 1 } as const

const functionsOf = ({ activation, gate }: WalkedCell) => bendFunctions({ cell: activation, gate })

/** WGSL: the recurrent product of unit `u` at a gate, from the states of the step before. */
const recurrentSums = (count: number) => `
    // Not every compiler begins with zeros again in the next turn of a loop.
    var r = array<f32, ${count}>(${Array.from({ length: count }, () => '0.0f').join(', ')});
    for (var n = 0u; n < units; n++) {
      let before = h[n];
      ${Array.from({ length: count }, (_, gate) => `r[${gate}] += before * recurrent[n * width + ${gate}u * units + u];`).join(' ')}
    }`

/** What a cell makes of its sums: sets `next_h`, and keeps what the way back needs. */
const steps: { readonly [K in WalkedCell['cell']]: (cell: WalkedCell) => string } = {
  'simple-rnn': () => `
    let z = sums[at] + r[0];
    kept[keep + u] = z;
    next[u] = bend_cell(z);`,
  lstm: () => `
    let zi = sums[at] + r[0];
    let zf = sums[at + units] + r[1];
    let zg = sums[at + 2u * units] + r[2];
    let zo = sums[at + 3u * units] + r[3];
    kept[keep + u] = zi;
    kept[keep + units + u] = zf;
    kept[keep + 2u * units + u] = zg;
    kept[keep + 3u * units + u] = zo;
    kept[keep + 4u * units + u] = c[u];
    c[u] = bend_gate(zf) * c[u] + bend_gate(zi) * bend_cell(zg);
    next[u] = bend_gate(zo) * bend_cell(c[u]);`,
  gru: ({ recurrentBias }) => `
    let zz = sums[at] + r[0]${recurrentBias ? ' + bias[u]' : ''};
    let zr = sums[at + units] + r[1]${recurrentBias ? ' + bias[units + u]' : ''};
    let own = r[2]${recurrentBias ? ' + bias[2u * units + u]' : ''};
    let zg = sums[at + 2u * units] + bend_gate(zr) * own;
    kept[keep + u] = zz;
    kept[keep + units + u] = zr;
    kept[keep + 2u * units + u] = zg;
    kept[keep + 3u * units + u] = own;
    let open = bend_gate(zz);
    let g = bend_cell(zg);
    next[u] = g + open * (h[u] - g);`,
}

/**
 * Words: units, steps, 1 for backwards, 1 where the outputs of all steps are wanted. Outputs stand in the order in which
 * the steps are done; sums in that of the sequence.
 */
function forwardKernel(cell: WalkedCell): Kernel {
  const lstm = cell.cell === 'lstm'
  const names = ['bias', 'memory'].filter((name) => (name === 'bias' ? cell.recurrentBias : lstm))
  const bindings = names.map((name, at) =>
    name === 'bias'
      ? `@group(0) @binding(${6 + at}) var<storage, read> bias: array<f32>;`
      : `@group(0) @binding(${6 + at}) var<storage, read_write> memory: array<f32>;`,
  )
  return {
    label: `walk of ${cell.cell}`,
    code: `${functionsOf(cell)}
@group(0) @binding(0) var<storage, read_write> outputs: array<f32>;
@group(0) @binding(1) var<storage, read_write> kept: array<f32>;
@group(0) @binding(2) var<storage, read_write> earlier: array<f32>;
@group(0) @binding(3) var<storage, read> sums: array<f32>;
@group(0) @binding(4) var<storage, read> recurrent: array<f32>;
@group(0) @binding(5) var<storage, read> initial: array<f32>;
${bindings.join('\n')}
@group(0) @binding(${6 + names.length}) var<uniform> given: vec4u;
var<workgroup> h: array<f32, ${mostUnits}>;
var<workgroup> next: array<f32, ${mostUnits}>;
${lstm ? `var<workgroup> c: array<f32, ${mostUnits}>;` : ''}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_index) thread: u32) {
  let units = given.x;
  let steps = given.y;
  let width = ${gates[cell.cell]}u * units;
  let b = place.x;
  for (var u = thread; u < units; u += ${threads}u) {
    h[u] = initial[b * units + u];
    ${lstm ? `c[u] = initial[arrayLength(&initial) / 2u + b * units + u];` : ''}
  }
  workgroupBarrier();
  for (var step = 0u; step < steps; step++) {
    let t = select(step, steps - 1u - step, given.z == 1u);
    let keep = (b * steps + t) * ${keptWidth[cell.cell]}u * units;
    for (var u = thread; u < units; u += ${threads}u) {
      let at = (b * steps + t) * width + u;
      earlier[(b * steps + t) * units + u] = h[u];
      ${recurrentSums(gates[cell.cell])}
      ${steps[cell.cell](cell)}
    }
    workgroupBarrier();
    for (var u = thread; u < units; u += ${threads}u) {
      h[u] = next[u];
      if (given.w == 1u) { outputs[(b * steps + step) * units + u] = next[u]; }
    }
    workgroupBarrier();
  }
  for (var u = thread; u < units; u += ${threads}u) {
    if (given.w == 0u) { outputs[b * units + u] = h[u]; }
    ${lstm ? 'memory[b * units + u] = c[u];' : ''}
  }
}`,
  }
}

/** What comes back to the sums of a step, and to the states before it, from `dh` (and `dc`) after it. */
const backSteps: { readonly [K in WalkedCell['cell']]: (cell: WalkedCell) => string } = {
  'simple-rnn': () => `
      let d = back * slope_cell(kept[keep + u]);
      dsums[at] = d;
      own[u] = d;
      straight[u] = 0.0;`,
  lstm: () => `
      let zi = kept[keep + u];
      let zf = kept[keep + units + u];
      let zg = kept[keep + 2u * units + u];
      let zo = kept[keep + 3u * units + u];
      let before = kept[keep + 4u * units + u];
      let open = bend_gate(zo);
      let g = bend_cell(zg);
      let now = bend_gate(zf) * before + bend_gate(zi) * g;
      let d = dc[u] + back * open * slope_cell(now);
      let di = d * g * slope_gate(zi);
      let df = d * before * slope_gate(zf);
      let dg = d * bend_gate(zi) * slope_cell(zg);
      let do_ = back * bend_cell(now) * slope_gate(zo);
      dsums[at] = di;
      dsums[at + units] = df;
      dsums[at + 2u * units] = dg;
      dsums[at + 3u * units] = do_;
      own[u] = di;
      own[units + u] = df;
      own[2u * units + u] = dg;
      own[3u * units + u] = do_;
      dc[u] = d * bend_gate(zf);
      straight[u] = 0.0;`,
  gru: () => `
      let zz = kept[keep + u];
      let zr = kept[keep + units + u];
      let zg = kept[keep + 2u * units + u];
      let proposal = kept[keep + 3u * units + u];
      let before = earlier[(b * steps + t) * units + u];
      let open = bend_gate(zz);
      let reset = bend_gate(zr);
      let dg = back * (1.0f - open) * slope_cell(zg);
      let dz = back * (before - bend_cell(zg)) * slope_gate(zz);
      let dr = dg * proposal * slope_gate(zr);
      dsums[at] = dz;
      dsums[at + units] = dr;
      dsums[at + 2u * units] = dg;
      own[u] = dz;
      own[units + u] = dr;
      own[2u * units + u] = dg * reset;
      drecurrent[at] = dz;
      drecurrent[at + units] = dr;
      drecurrent[at + 2u * units] = dg * reset;
      straight[u] = back * open;`,
}

/** The same words. `turned` is the recurrent kernel with its axes changed: [gates · H, H]. */
function backKernel(cell: WalkedCell): Kernel {
  const { cell: kind } = cell
  const count = gates[kind]
  const more = kind === 'lstm' ? ['dmemory'] : kind === 'gru' ? ['drecurrent', 'earlier'] : []
  const bindings = more.map((name, at) => {
    const access = name === 'drecurrent' ? 'read_write' : 'read'
    return `@group(0) @binding(${5 + at}) var<storage, ${access}> ${name}: array<f32>;`
  })
  const lstm = kind === 'lstm'
  return {
    label: `walk back of ${kind}`,
    code: `${functionsOf(cell)}
@group(0) @binding(0) var<storage, read_write> dsums: array<f32>;
@group(0) @binding(1) var<storage, read_write> dinitial: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> kept: array<f32>;
@group(0) @binding(4) var<storage, read> turned: array<f32>;
${bindings.join('\n')}
@group(0) @binding(${5 + more.length}) var<uniform> given: vec4u;
var<workgroup> dh: array<f32, ${mostUnits}>;
var<workgroup> straight: array<f32, ${mostUnits}>;
var<workgroup> own: array<f32, ${count * mostUnits}>;
${lstm ? `var<workgroup> dc: array<f32, ${mostUnits}>;` : ''}
@compute @workgroup_size(${threads})
fn main(@builtin(workgroup_id) place: vec3u, @builtin(local_invocation_index) thread: u32) {
  let units = given.x;
  let steps = given.y;
  let width = ${count}u * units;
  let b = place.x;
  for (var u = thread; u < units; u += ${threads}u) {
    dh[u] = select(0.0, dy[select(0u, b * units + u, given.w == 0u)], given.w == 0u);
    ${lstm ? 'dc[u] = dmemory[b * units + u];' : ''}
  }
  workgroupBarrier();
  for (var left = steps; left > 0u; left--) {
    let step = left - 1u;
    let t = select(step, steps - 1u - step, given.z == 1u);
    let keep = (b * steps + t) * ${keptWidth[kind]}u * units;
    for (var u = thread; u < units; u += ${threads}u) {
      let at = (b * steps + t) * width + u;
      var back = dh[u];
      if (given.w == 1u) { back += dy[(b * steps + step) * units + u]; }
      ${backSteps[kind](cell)}
    }
    workgroupBarrier();
    for (var u = thread; u < units; u += ${threads}u) {
      var sum = straight[u];
      for (var n = 0u; n < width; n++) { sum += own[n] * turned[n * units + u]; }
      dh[u] = sum;
    }
    workgroupBarrier();
  }
  for (var u = thread; u < units; u += ${threads}u) {
    dinitial[b * units + u] = dh[u];
    ${lstm ? 'dinitial[arrayLength(&dinitial) / 2u + b * units + u] = dc[u];' : ''}
  }
}`,
  }
}

type Attributes = {
  readonly cell: WalkedCell['cell']
  readonly activation: BendName
  readonly gate: BendName
  readonly recurrentBias: boolean
  readonly backwards: boolean
  readonly sequences: boolean
}

function wordsOf(units: number, time: number, { backwards, sequences }: Attributes): number[] {
  return [units, time, backwards ? 1 : 0, sequences ? 1 : 0]
}

/** Outputs: y, then what is kept, the states before each step, and for an LSTM the memory after the last. */
const walkOperation = operation<'sums' | 'recurrent' | 'initial' | 'bias', Attributes>({
  name: 'WiregradWalk',
  savesInputs: ['recurrent'],
  savesOutputs: [false, true, true, false],
  run({ inside, inputs: { sums, recurrent, initial, ...others }, attributes }) {
    const { bias } = others as { readonly bias?: Info }
    const [batch = 1, time = 1] = sums.shape
    const units = recurrent.shape[0] ?? 1
    const { cell, sequences } = attributes
    const y = emptyTensor(inside, sequences ? [batch, time, units] : [batch, units], 'float32')
    const kept = emptyTensor(inside, [batch, time, keptWidth[cell] * units], 'float32')
    const earlier = emptyTensor(inside, [batch, time, units], 'float32')
    const memory = cell === 'lstm' ? [emptyTensor(inside, [batch, units], 'float32')] : []
    const tensors = [
      y,
      kept,
      earlier,
      sums,
      recurrent,
      initial,
      ...(bias === undefined ? [] : [bias]),
      ...memory,
    ]
    runKernel(inside, forwardKernel(attributes), tensors, [batch, 1, 1], wordsOf(units, time, attributes))
    return [y, kept, earlier, ...memory]
  },
  gradient({ tf, inside, dy: [dy, , , dmemory], saved, attributes }) {
    const [recurrent, kept, earlier] = saved as [Tf.Tensor2D, Tf.Tensor, Tf.Tensor]
    const [batch = 1, time = 1] = kept.shape
    const [units, width] = recurrent.shape
    const { cell } = attributes
    const dsums = newTensor(tf, inside, [batch, time, width])
    const dinitial = newTensor(tf, inside, [cell === 'lstm' ? 2 : 1, batch, units])
    const drecurrent = cell === 'gru' ? newTensor(tf, inside, [batch, time, width]) : dsums
    const turned = tf.transpose(recurrent)
    const more = cell === 'lstm' ? [dmemory as Tf.Tensor] : cell === 'gru' ? [drecurrent, earlier] : []
    const tensors = [dsums, dinitial, dy as Tf.Tensor, kept, turned, ...more]
    runKernel(inside, backKernel(attributes), tensors, [batch, 1, 1], wordsOf(units, time, attributes))
    const rows = (x: Tf.Tensor) => tf.reshape<Tf.Rank.R2>(x, [batch * time, -1])
    return {
      sums: () => dsums,
      recurrent: () => tf.matMul(rows(earlier), rows(drecurrent), true, false),
      initial: () => dinitial,
      bias: () => tf.sum(rows(drecurrent), 0),
    }
  },
})

/**
 * Outputs [B, T, H] in the order in which the steps are done, or the last one [B, H], and an LSTM's last memory.
 *
 * @param sums [B, T, gates · H], the inputs' products with their bias
 * @param initial [states, B, H]
 * @param bias of the recurrent product, for a GRU
 */
export function walk(
  tf: typeof Tf,
  inputs: {
    readonly sums: Tf.Tensor
    readonly recurrent: Tf.Tensor
    readonly initial: Tf.Tensor
    readonly bias: Tf.Tensor | undefined
  },
  cell: Omit<WalkedCell, 'recurrentBias'>,
  o: { readonly backwards: boolean; readonly sequences: boolean },
): { readonly y: Tf.Tensor; readonly memory: Tf.Tensor | undefined } {
  const attributes = { ...cell, recurrentBias: inputs.bias !== undefined, ...o }
  const [y, , , memory] = call(tf, walkOperation, inputs, attributes)
  return { y: y as Tf.Tensor, memory }
}
