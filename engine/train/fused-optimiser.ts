/**
 * The update rules of optimiser.ts on WebGPU, each as one kernel that reads a weight, its gradient and what the rule
 * remembers once, and writes them where they stand: several weights a dispatch instead of up to a dozen dispatches a
 * weight, and no copies. What a rule remembers of all weights stands in one buffer, so that a dispatch has room for as
 * many weights as the device lets it see.
 */
import type * as Tf from '@tensorflow/tfjs'
import { ownBuffer, willChange } from '../backend/webgpu/in-place'
import type { WebGpuInside } from '../backend/webgpu/inside'
import {
  groupsFor,
  groupsForRows,
  literal,
  mostTensors,
  newTensor,
  perElement,
  perRow,
  runKernel,
  type Kernel,
} from '../backend/webgpu/kernel'
import type { Optimiser } from '../graph/document'
import { createLossScale, header, keptHeader, type Betas } from './fused-loss-scale'
import { scaleSlot } from './loss-scale'
import { decays, type Moved, type RunningOptimiser, type SlotValues, type Turn } from './optimiser'

/** A rule as a kernel sees it: `w` is the weight, `g` its gradient, `r` the numbers of the step. */
interface FusedRule<K extends Optimiser['kind']> {
  /** What is remembered of each weight, zeros to begin with. */
  readonly slots: readonly string[]
  /** What changes from step to step, worked out in double precision. */
  factors(settings: Extract<Optimiser, { kind: K }>, turn: Turn): readonly number[]
  /** The betas of corrections that only count updates; `factors` are then those of the turn before they are corrected. */
  betas?(settings: Extract<Optimiser, { kind: K }>): Betas
  /** WGSL; a slot stands under its name and is written back. `decayed`: weight decay falls on this weight. */
  body(settings: Extract<Optimiser, { kind: K }>, decayed: boolean): string
}

/** slot = decay slot + (1 - decay) value. */
function average(slot: string, decay: number, value: string): string {
  return `${slot} = ${slot} * ${literal(decay)} + (${value}) * ${literal(1 - decay)};`
}

function adamFactors(
  s: { readonly beta1: number; readonly beta2: number },
  { rate, update }: Turn,
): number[] {
  return [rate / (1 - s.beta1 ** update), 1 / Math.sqrt(1 - s.beta2 ** update)]
}

const betasOf = ({ beta1, beta2 }: { readonly beta1: number; readonly beta2: number }): Betas => [
  beta1,
  beta2,
]

function adamBody(s: { readonly beta1: number; readonly beta2: number; readonly epsilon: number }): string {
  return `
  ${average('m', s.beta1, 'g')}
  ${average('v', s.beta2, 'g * g')}
  w -= m * r[0] / (sqrt(v) * r[1] + ${literal(s.epsilon)});`
}

const rules: { readonly [K in Optimiser['kind']]: FusedRule<K> } = {
  sgd: { slots: [], factors: (_, { rate }) => [rate], body: () => 'w -= g * r[0];' },
  momentum: {
    slots: ['v'],
    factors: (_, { rate }) => [rate],
    body: (s) => {
      const step = s.nesterov ? `(g + v * ${literal(s.momentum)})` : 'v'
      return `v = v * ${literal(s.momentum)} + g; w -= ${step} * r[0];`
    },
  },
  rmsprop: {
    slots: ['v'],
    factors: (_, { rate }) => [rate],
    body: (s) => `${average('v', s.rho, 'g * g')} w -= g * r[0] / (sqrt(v) + ${literal(s.epsilon)});`,
  },
  adam: { slots: ['m', 'v'], factors: adamFactors, betas: betasOf, body: adamBody },
  adamw: {
    slots: ['m', 'v'],
    betas: betasOf,
    factors: (s, turn) => [...adamFactors(s, turn), 1 - turn.rate * s.weightDecay],
    body: (s, decayed) => `${decayed && s.weightDecay > 0 ? 'w *= r[2];' : ''} ${adamBody(s)}`,
  },
}

/** A weight, or its part in a dispatch. */
interface Place {
  readonly size: number
  readonly shape: readonly number[]
  /** Where its slots begin among all, one after the other. */
  readonly at: number
}

/** One weight in a dispatch of several: its buffers are `w0s` and `g0s`, its thread counts from 0. */
function update(settings: Optimiser, slots: readonly string[], at: number, decayed: boolean): string {
  const place = (slot: number) => `kept[places[${at}].y + ${slot}u * places[${at}].x + j]`
  const reads = slots.map((name, slot) => `var ${name} = ${place(slot)};`)
  const writes = slots.map((name, slot) => `${place(slot)} = ${name};`)
  return `
  if (j < places[${at}].x) {
    let g = gradients${at}[j] * scale;
    var w = weights${at}[j];
    ${reads.join(' ')}
    ${(rules[settings.kind] as FusedRule<Optimiser['kind']>).body(settings, decayed)}
    ${writes.join(' ')}
    weights${at}[j] = w;
    return;
  }
  j -= places[${at}].x;`
}

/** What gradients are multiplied with: nothing, what clipping says, or what the loss scale says, which may stop them. */
type Scaling = 'none' | 'clipped' | 'judged'

/** Moves several weights: what is remembered, the numbers of the step, then the weights and gradients in pairs. */
function moveKernel(settings: Optimiser, decayed: readonly boolean[], scaling: Scaling): Kernel {
  const { slots } = rules[settings.kind]
  const pairs = decayed.map(
    (_, at) => `
@group(0) @binding(${2 + 2 * at}) var<storage, read_write> weights${at}: array<f32>;
@group(0) @binding(${3 + 2 * at}) var<storage, read> gradients${at}: array<f32>;`,
  )
  return {
    label: `optimiser ${settings.kind}`,
    code: `
@group(0) @binding(0) var<storage, read_write> kept: array<f32>;
@group(0) @binding(1) var<storage, read> r: array<f32>;
${pairs.join('')}
@group(0) @binding(${2 + 2 * decayed.length}) var<uniform> places: array<vec4u, ${decayed.length}>;
${perElement}
  var j = i;
  // The first number of what is remembered is what all gradients are scaled by.
  ${scaling === 'none' ? '_ = &kept; let scale = 1.0f;' : `let scale = kept[${header.factor}];`}
  ${scaling === 'judged' ? `if (kept[${header.moves}] == 0.0f) { return; }` : ''}
  ${decayed.map((one, at) => update(settings, slots, at, one)).join('')}
}`,
  }
}

/** Threads that sum up a gradient. */
const tensorTeam = 256

/** Sums of squares, a workgroup for each of several gradients; divided by the loss scale, which then comes last. */
function squaresKernel(count: number, scaled: boolean): Kernel {
  const names = [...Array.from({ length: count }, (_, at) => `gradients${at}`), ...(scaled ? ['scale'] : [])]
  const bindings = names.map(
    (name, at) => `@group(0) @binding(${1 + at}) var<storage, read> ${name}: array<f32>;`,
  )
  const sums = Array.from(
    { length: count },
    (_, at) => `
  if (row == ${at}u) {
    for (var i = thread; i < sizes[${at}].x; i += ${tensorTeam}u) {
      let g = gradients${at}[i]${scaled ? ' * by' : ''};
      own += g * g;
    }
  }`,
  )
  return {
    label: 'squares of gradients',
    code: `
@group(0) @binding(0) var<storage, read_write> squares: array<f32>;
${bindings.join('\n')}
@group(0) @binding(${1 + names.length}) var<uniform> sizes: array<vec4u, ${count}>;
${perRow(tensorTeam)}
  ${scaled ? 'let by = 1.0f / scale[0];' : ''}
  var own = 0.0;
  ${sums.join('')}
  let sum = teamSum(own, thread);
  if (thread == 0u) { squares[sizes[row].y] = sum; }
}`,
  }
}

/** PyTorch's clip_grad_norm_: g min(1, norm / (total + 1e-6)), where what is no number stays none. */
function scaleKernel(norm: number): Kernel {
  return {
    label: 'scale of gradients',
    code: `
@group(0) @binding(0) var<storage, read_write> kept: array<f32>;
@group(0) @binding(1) var<storage, read> squares: array<f32>;
@compute @workgroup_size(1)
fn main() {
  var sum = 0.0;
  for (var i = 0u; i < arrayLength(&squares); i++) { sum += squares[i]; }
  let scale = ${literal(norm)} / (sqrt(sum) + 1e-6f);
  kept[${header.factor}] = select(scale, 1.0f, scale > 1.0f);
}`,
  }
}

function inGroups<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  )
}

/**
 * Starts an optimiser without memory for these variables, which from now on have buffers of their own. In mixed precision
 * (`mixed`) it scales the loss.
 */
export function createFusedOptimiser(
  tf: typeof Tf,
  inside: WebGpuInside,
  settings: Optimiser,
  variables: ReadonlyMap<string, Tf.Variable>,
  mixed = false,
): RunningOptimiser {
  const rule = rules[settings.kind] as FusedRule<Optimiser['kind']>
  const betas = mixed ? (rule.betas?.(settings) ?? null) : null
  const scaling = mixed ? createLossScale(tf, inside) : null
  const places = new Map<string, Place>()
  let length: number = header.length
  for (const [key, { size, shape }] of variables) {
    places.set(key, { size, shape, at: length })
    length += size * rule.slots.length
  }
  for (const variable of variables.values()) ownBuffer(inside, variable)
  const begun = new Set<string>()
  let kept: Tf.Tensor1D | null = null
  const memory = (): Tf.Tensor1D => (kept ??= tf.keep(tf.zeros<Tf.Rank.R1>([length])))

  function squaresOf(gradients: readonly Tf.Tensor[]): Tf.Tensor {
    const squares = newTensor(tf, inside, [gradients.length])
    const last = scaling === null ? [] : [scaling.scale]
    let first = 0
    for (const some of inGroups(gradients, mostTensors(inside) - 1 - last.length)) {
      const words = some.flatMap(({ size }, at) => [size, first + at, 0, 0])
      const kernel = squaresKernel(some.length, scaling !== null)
      runKernel(inside, kernel, [squares, ...some, ...last], groupsForRows(some.length), words)
      first += some.length
    }
    return squares
  }

  /** What changes from step to step; before Adam's corrections where updates are counted on the device. */
  const factorsOf = (turn: Turn): readonly number[] => {
    const [first = 0, ...others] = rule.factors(settings, turn)
    return [betas === null ? first : turn.rate, ...others]
  }

  /**
   * Puts what the gradients are to be scaled by at the head of what is remembered; the numbers of the step as the rule
   * wants them.
   */
  function scaled(factors: Tf.Tensor, gradients: readonly Tf.Tensor[], clip: number | null): Tf.Tensor {
    if (gradients.length === 0) return factors
    if (scaling === null) {
      if (clip === null) return factors
      runKernel(inside, scaleKernel(clip), [memory(), squaresOf(gradients)], [1, 1, 1])
      return factors
    }
    const turned = newTensor(tf, inside, factors.shape)
    scaling.judge({ kept: memory(), squares: squaresOf(gradients), factors, turned, clip, betas })
    return turned
  }

  function moveSome(some: readonly Moved[], factors: Tf.Tensor, how: Scaling): void {
    const decayed = some.map(({ key, variable }) => decays(key, variable))
    const words = some.flatMap(({ key, variable }) => [variable.size, placeOf(places, key).at, 0, 0])
    const total = some.reduce((sum, { variable }) => sum + variable.size, 0)
    const tensors = some.flatMap(({ variable, gradient }) => [variable, gradient])
    const kernel = moveKernel(settings, decayed, how)
    runKernel(inside, kernel, [memory(), factors, ...tensors], groupsFor(total), words)
  }

  return {
    inPlace: true,
    scaling,
    move(inputs, turnOf, moved, clip) {
      const factors = inputs.tensor([factorsOf(turnOf(inputs.step)).length], 'float32', (step) =>
        Float32Array.from(factorsOf(turnOf(step))),
      )
      // A buffer cannot be read and written by the same dispatch.
      const written = new Set(moved.map(({ variable }) => variable.dataId))
      const apart = moved.map((one) =>
        written.has(one.gradient.dataId) ? { ...one, gradient: one.gradient.mul(1) } : one,
      )
      for (const { variable } of moved) willChange(inside, variable)
      willChange(inside, memory())
      const gradients = apart.map(({ gradient }) => gradient)
      const turned = scaled(factors, gradients, clip)
      const how = scaling !== null ? 'judged' : clip === null ? 'none' : 'clipped'
      for (const some of inGroups(apart, Math.max(1, Math.floor((mostTensors(inside) - 2) / 2))))
        moveSome(some, turned, how)
      for (const { key } of moved) begun.add(key)
    },
    async read(): Promise<SlotValues> {
      if (kept === null) return new Map()
      const numbers = await kept.data<'float32'>()
      const slots = [...begun].flatMap((key) => {
        const { at, size, shape } = placeOf(places, key)
        return rule.slots.map((slot, index) => {
          const start = at + index * size
          return [`${slot} ${key}`, { shape, values: numbers.slice(start, start + size) }] as const
        })
      })
      if (scaling === null) return new Map(slots)
      const values = Float32Array.of(await scaling.read(), ...numbers.slice(keptHeader.from, keptHeader.to))
      return new Map([...slots, [scaleSlot, { shape: [values.length], values }]])
    },
    remembered: () => [memory(), ...(scaling === null ? [] : [scaling.scale, scaling.told])],
    cells: () => [],
    restore(slots) {
      const numbers = new Float32Array(length)
      for (const [key, { at, size }] of places)
        for (const [index, slot] of rule.slots.entries()) {
          const known = slots.get(`${slot} ${key}`)
          if (known === undefined) continue
          numbers.set(known.values, at + index * size)
          begun.add(key)
        }
      const [scale, ...head] = slots.get(scaleSlot)?.values ?? []
      if (scaling !== null && scale !== undefined) {
        scaling.restore(scale, head.at(-1) ?? 0)
        numbers.set(head, keptHeader.from)
      }
      kept?.dispose()
      kept = tf.keep(tf.tensor1d(numbers))
    },
    dispose() {
      scaling?.dispose()
      kept?.dispose()
      kept = null
      begun.clear()
    },
  }
}

function placeOf(places: ReadonlyMap<string, Place>, key: string): Place {
  const place = places.get(key)
  if (place === undefined) throw new Error(`The optimiser was not told of the weight ${key}.`)
  return place
}
