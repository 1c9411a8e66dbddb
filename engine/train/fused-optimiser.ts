/**
 * The update rules of optimiser.ts on WebGPU, each as one kernel that reads a weight, its gradient and what the rule
 * remembers once, and writes them where they stand: one dispatch a weight instead of up to a dozen, and no copies.
 */
import type * as Tf from '@tensorflow/tfjs'
import { ownBuffer, willChange } from '../backend/webgpu/in-place'
import type { WebGpuInside } from '../backend/webgpu/inside'
import { groupsFor, perElement, runKernel, type Kernel } from '../backend/webgpu/kernel'
import type { Optimiser } from '../graph/document'
import { decays, readSlots, type RunningOptimiser, type Turn } from './optimiser'

/** A rule as a kernel sees it: `w` is the weight, `g` its gradient, `r` the numbers of the step. */
interface FusedRule<K extends Optimiser['kind']> {
  /** What is remembered of each weight, zeros to begin with. */
  readonly slots: readonly string[]
  /** What changes from step to step, worked out in double precision. */
  factors(settings: Extract<Optimiser, { kind: K }>, turn: Turn): readonly number[]
  /** WGSL; a slot stands under its name and is written back. `decayed`: weight decay falls on this weight. */
  body(settings: Extract<Optimiser, { kind: K }>, decayed: boolean): string
}

/** A number as WGSL writes it. */
function literal(value: number): string {
  const text = String(Math.fround(value))
  return /[.e]/.test(text) ? `${text}f` : `${text}.0f`
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
  adam: { slots: ['m', 'v'], factors: adamFactors, body: adamBody },
  adamw: {
    slots: ['m', 'v'],
    factors: (s, turn) => [...adamFactors(s, turn), 1 - turn.rate * s.weightDecay],
    body: (s, decayed) => `${decayed && s.weightDecay > 0 ? 'w *= r[2];' : ''} ${adamBody(s)}`,
  },
}

function kernelOf(settings: Optimiser, decayed: boolean): Kernel {
  const rule = rules[settings.kind] as FusedRule<Optimiser['kind']>
  const bindings = rule.slots.map(
    (slot, index) => `@group(0) @binding(${3 + index}) var<storage, read_write> ${slot}s: array<f32>;`,
  )
  return {
    label: `optimiser ${settings.kind}`,
    code: `
@group(0) @binding(0) var<storage, read_write> weights: array<f32>;
@group(0) @binding(1) var<storage, read> gradients: array<f32>;
@group(0) @binding(2) var<storage, read> r: array<f32>;
${bindings.join('\n')}
${perElement}
  if (i >= arrayLength(&weights)) { return; }
  let g = gradients[i];
  var w = weights[i];
  ${rule.slots.map((slot) => `var ${slot} = ${slot}s[i];`).join(' ')}
  ${rule.body(settings, decayed)}
  ${rule.slots.map((slot) => `${slot}s[i] = ${slot};`).join(' ')}
  weights[i] = w;
}`,
  }
}

/** Starts an optimiser without memory for these variables, which from now on have buffers of their own. */
export function createFusedOptimiser(
  tf: typeof Tf,
  inside: WebGpuInside,
  settings: Optimiser,
  variables: Iterable<Tf.Variable>,
): RunningOptimiser {
  const rule = rules[settings.kind] as FusedRule<Optimiser['kind']>
  const kernels = { decayed: kernelOf(settings, true), other: kernelOf(settings, false) }
  const kept = new Map<string, Tf.Tensor>()
  for (const variable of variables) ownBuffer(inside, variable)
  const slotsOf = (key: string, like: Tf.Tensor): Tf.Tensor[] =>
    rule.slots.map((slot) => {
      const name = `${slot} ${key}`
      const known = kept.get(name) ?? tf.keep(tf.zeros(like.shape))
      kept.set(name, known)
      return known
    })
  return {
    inPlace: true,
    begin(inputs, turnOf) {
      const factors = inputs.tensor([rule.factors(settings, turnOf(inputs.step)).length], 'float32', (step) =>
        Float32Array.from(rule.factors(settings, turnOf(step))),
      )
      return (key, variable, gradient) => {
        tf.tidy(() => {
          // A buffer cannot be read and written by the same dispatch.
          const own = gradient.dataId === variable.dataId ? gradient.mul(1) : gradient
          const slots = slotsOf(key, variable)
          for (const tensor of [variable, ...slots]) willChange(inside, tensor)
          const kernel = decays(key, variable) ? kernels.decayed : kernels.other
          runKernel(inside, kernel, [variable, own, factors, ...slots], groupsFor(variable.size))
        })
      }
    },
    read: () => readSlots(kept),
    remembered: () => [...kept.values()],
    restore(slots) {
      for (const [name, { shape, values }] of slots) {
        kept.get(name)?.dispose()
        kept.set(name, tf.keep(tf.tensor(values, [...shape], 'float32')))
      }
    },
    dispose() {
      tf.dispose([...kept.values()])
      kept.clear()
    },
  }
}
