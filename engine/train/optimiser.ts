/**
 * The update rules, written out as tensor operations: tfjs's own lack AdamW, schedules and clipping, and take their
 * epsilon from the backend (1e-4 on WebGL). Every rule is PyTorch's, which for SGD, Adam and AdamW is the published
 * algorithm: epsilon is added to the square root, momentum gathers raw gradients, the decay of AdamW is decoupled.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Cell } from './capture/record'
import type { StepInputs } from '../compile/step-inputs'
import type { Optimiser } from '../graph/document'
import type { LossScale } from './fused-loss-scale'

/** What an optimiser remembers, by `slot path:weight`; for checkpoints. */
export type SlotValues = ReadonlyMap<
  string,
  { readonly shape: readonly number[]; readonly values: Float32Array<ArrayBuffer> }
>

/** The learning rate with its schedule, and which update it is, counted from 1. */
export interface Turn {
  readonly rate: number
  readonly update: number
}

/** A weight and what it is to be moved by; `path:weight` is its key. */
export interface Moved {
  readonly key: string
  readonly variable: Tf.Variable
  readonly gradient: Tf.Tensor
}

export interface RunningOptimiser {
  /** Weights are written where they stand, so that a clone of one changes with it. */
  readonly inPlace: boolean
  /** Gradients come scaled by this, and steps whose gradients are no numbers move nothing. Null: as they are. */
  readonly scaling: Pick<LossScale, 'scale' | 'told'> | null
  /**
   * Moves weights by their gradients, scaled down together where these are longer than `clip`. Call it inside `tf.tidy`;
   * what the rule remembers outlives it.
   */
  move(inputs: StepInputs, turnOf: (step: number) => Turn, moved: readonly Moved[], clip: number | null): void
  read(): Promise<SlotValues>
  restore(slots: SlotValues): void
  /** Whatever it remembers, on the device, and writes where it stands. */
  remembered(): readonly Tf.Tensor[]
  /** Whatever else it remembers: each step puts a new tensor there. */
  cells(): readonly Cell[]
  dispose(): void
}

/** An optimiser made of tensor operations. */
export interface PlainOptimiser extends RunningOptimiser {
  /** The new value of a weight. Call inside `tf.tidy`. */
  next(key: string, value: Tf.Tensor, gradient: Tf.Tensor, rate: number, update: number): Tf.Tensor
}

/** Reads and replaces one remembered tensor; zeros to begin with. */
interface Slots {
  get(slot: string, like: Tf.Tensor): Tf.Tensor
  set(slot: string, value: Tf.Tensor): Tf.Tensor
}

/** A number that depends on the turn alone, by its name. */
type Factor = (name: string, of: (turn: Turn) => number) => Tf.Tensor

type Rule<K extends Optimiser['kind']> = (
  settings: Extract<Optimiser, { kind: K }>,
  value: Tf.Tensor,
  gradient: Tf.Tensor,
  factor: Factor,
  slots: Slots,
  key: string,
) => Tf.Tensor

const rateOf = ({ rate }: Turn): number => rate

/** Whether weight decay falls on a weight: not on biases, which attention holds as [heads, size], nor on gains. */
export function decays(key: string, value: Tf.Tensor): boolean {
  return value.rank >= 2 && !key.endsWith('bias')
}

/** The moving average in a slot with one more value in it: decay a + (1 - decay) value. */
function average(slots: Slots, slot: string, decay: number, value: Tf.Tensor): Tf.Tensor {
  return slots.set(
    slot,
    slots
      .get(slot, value)
      .mul(decay)
      .add(value.mul(1 - decay)),
  )
}

interface AdamSettings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

/** Kingma & Ba 2015, algorithm 1. */
function adam(
  s: AdamSettings,
  value: Tf.Tensor,
  gradient: Tf.Tensor,
  factor: Factor,
  slots: Slots,
): Tf.Tensor {
  const m = average(slots, 'm', s.beta1, gradient)
  const v = average(slots, 'v', s.beta2, gradient.square())
  const step = factor('step', ({ rate, update }) => rate / (1 - s.beta1 ** update))
  const scale = factor('scale', ({ update }) => 1 / Math.sqrt(1 - s.beta2 ** update))
  return value.sub(m.mul(step).div(v.sqrt().mul(scale).add(s.epsilon)))
}

const rules: { readonly [K in Optimiser['kind']]: Rule<K> } = {
  sgd: (_, value, gradient, factor) => value.sub(gradient.mul(factor('rate', rateOf))),
  /** v = momentum v + g; w -= rate v, or with Nesterov w -= rate (g + momentum v). */
  momentum: (s, value, gradient, factor, slots) => {
    const v = slots.set('v', slots.get('v', value).mul(s.momentum).add(gradient))
    const way = s.nesterov ? gradient.add(v.mul(s.momentum)) : v
    return value.sub(way.mul(factor('rate', rateOf)))
  },
  /** v = rho v + (1 - rho) g^2; w -= rate g / (sqrt(v) + epsilon). */
  rmsprop: (s, value, gradient, factor, slots) => {
    const v = average(slots, 'v', s.rho, gradient.square())
    return value.sub(gradient.mul(factor('rate', rateOf)).div(v.sqrt().add(s.epsilon)))
  },
  adam,
  /** Loshchilov & Hutter 2019: first w -= rate * decay * w for weights that decay, then Adam. */
  adamw: (s, value, gradient, factor, slots, key) => {
    const shrinks = decays(key, value) && s.weightDecay > 0
    const decayed = shrinks ? value.mul(factor('kept', ({ rate }) => 1 - rate * s.weightDecay)) : value
    return adam(s, decayed, gradient, factor, slots)
  },
}

/** Reads remembered tensors by name. */
export async function readSlots(kept: ReadonlyMap<string, Tf.Tensor>): Promise<SlotValues> {
  const entries = await Promise.all(
    [...kept].map(async ([name, tensor]) => {
      const values = new Float32Array(await tensor.data<'float32'>())
      return [name, { shape: tensor.shape, values }] as const
    }),
  )
  return new Map(entries)
}

/** Starts an optimiser without memory. */
export function createOptimiser(tf: typeof Tf, settings: Optimiser): PlainOptimiser {
  const kept = new Map<string, Tf.Tensor>()
  const rule = rules[settings.kind] as Rule<Optimiser['kind']>
  const replace = (name: string, value: Tf.Tensor) => {
    kept.get(name)?.dispose()
    kept.set(name, tf.keep(value))
    return value
  }
  const nextWith = (key: string, value: Tf.Tensor, gradient: Tf.Tensor, factor: Factor): Tf.Tensor => {
    const slots: Slots = {
      get: (slot, like) => kept.get(`${slot} ${key}`) ?? tf.zerosLike(like),
      set: (slot, remembered) => replace(`${slot} ${key}`, remembered),
    }
    return rule(settings, value, gradient, factor, slots, key)
  }
  return {
    inPlace: false,
    scaling: null,
    next: (key, value, gradient, rate, update) =>
      nextWith(key, value, gradient, (_, of) => tf.scalar(of({ rate, update }))),
    move(inputs, turnOf, moved, clip) {
      const factors = new Map<string, Tf.Tensor>()
      const factor: Factor = (name, of) => {
        const known =
          factors.get(name) ??
          tf.keep(inputs.tensor([], 'float32', (step) => Float32Array.of(of(turnOf(step)))))
        factors.set(name, known)
        return known
      }
      const raw = moved.map(({ gradient }) => gradient)
      const clipped = clip === null ? raw : clipByGlobalNorm(tf, raw, clip)
      for (const [index, { key, variable }] of moved.entries())
        tf.tidy(() => variable.assign(nextWith(key, variable, clipped[index] as Tf.Tensor, factor)))
      tf.dispose([...factors.values()])
    },
    read: () => readSlots(kept),
    remembered: () => [],
    cells: () =>
      [...kept.keys()].map((name) => ({
        get: () => kept.get(name) as Tf.Tensor,
        set: (tensor) => void replace(name, tensor.clone()),
      })),
    restore(slots) {
      for (const [name, { shape, values }] of slots) replace(name, tf.tensor(values, [...shape], 'float32'))
    },
    dispose() {
      for (const tensor of kept.values()) tensor.dispose()
      kept.clear()
    },
  }
}

/**
 * Scales gradients so that their L2 norm together is at most `norm`, by PyTorch's clip_grad_norm_:
 * g * min(1, norm / (total + 1e-6)). Call inside `tf.tidy`.
 */
export function clipByGlobalNorm(tf: typeof Tf, gradients: readonly Tf.Tensor[], norm: number): Tf.Tensor[] {
  if (gradients.length === 0) return []
  // Not addN: on WebGPU it binds every tensor at once and fails beyond eight.
  const total = tf
    .concat(gradients.map((gradient) => gradient.square().sum().reshape([1])))
    .sum()
    .sqrt()
  const factor = tf.minimum(tf.scalar(norm).div(total.add(1e-6)), 1)
  return gradients.map((gradient) => gradient.mul(factor))
}
