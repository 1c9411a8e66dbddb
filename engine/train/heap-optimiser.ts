/**
 * The update rules of optimiser.ts on WebAssembly, each as one pass that reads a weight, its gradient and what the rule
 * remembers, and writes them where they stand: one call a weight instead of up to a dozen operations, and no copies.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { WasmInside } from '../backend/wasm/inside'
import type { Optimiser } from '../graph/document'
import { decays, readSlots, type Moved, type RunningOptimiser, type Turn } from './optimiser'

/** A rule as `assembly/optimise.ts` knows it. */
interface HeapRule {
  readonly number: number
  /** What is remembered of each weight, zeros to begin with. */
  readonly slots: readonly ('m' | 'v')[]
  /** What changes from step to step, worked out in double precision. */
  factors(turn: Turn): readonly number[]
  /** How old values fade, one and two, and epsilon. */
  readonly fades: readonly [number, number]
  readonly epsilon: number
  readonly decays: boolean
}

function ruleOf(settings: Optimiser): HeapRule {
  const rate = ({ rate: now }: Turn) => [now]
  const plain = { slots: [], factors: rate, fades: [0, 0], epsilon: 0, decays: false } as const
  switch (settings.kind) {
    case 'sgd':
      return { ...plain, number: 0 }
    case 'momentum':
      return { ...plain, number: settings.nesterov ? 2 : 1, slots: ['v'], fades: [settings.momentum, 0] }
    case 'rmsprop':
      return { ...plain, number: 3, slots: ['v'], fades: [settings.rho, 0], epsilon: settings.epsilon }
    case 'adam':
    case 'adamw': {
      const { beta1, beta2, epsilon } = settings
      const decay = settings.kind === 'adamw' ? settings.weightDecay : 0
      return {
        number: 4,
        slots: ['m', 'v'],
        factors: ({ rate: now, update }) => [
          now / (1 - beta1 ** update),
          1 / Math.sqrt(1 - beta2 ** update),
          1 - now * decay,
        ],
        fades: [beta1, beta2],
        epsilon,
        decays: decay > 0,
      }
    }
  }
}

/** Starts an optimiser without memory for these variables, which from now on have numbers of their own. */
export function createHeapOptimiser(
  tf: typeof Tf,
  inside: WasmInside,
  settings: Optimiser,
  variables: Iterable<Tf.Variable>,
): RunningOptimiser {
  const rule = ruleOf(settings)
  const kept = new Map<string, Tf.Tensor>()
  // A tensor and its clones are the same place in the heap.
  for (const variable of variables) tf.tidy(() => variable.assign(tf.mul(variable, 1)))

  function slot(name: string, { key, variable }: Moved): number {
    const known = kept.get(`${name} ${key}`) ?? tf.keep(tf.zeros(variable.shape))
    kept.set(`${name} ${key}`, known)
    return inside.at(known)
  }

  /** Where the number lies that all gradients are to be multiplied by. */
  function scaleFor(norm: number, moved: readonly Moved[]): number {
    const make = (shape: number[]) => inside.at(tf.engine().makeTensorFromTensorInfo(inside.output(shape)))
    const [sums, scale] = [make([moved.length]), make([])]
    for (const [at, { gradient }] of moved.entries())
      inside.run('squares', gradient.size, inside.at(gradient), sums + 4 * at)
    inside.run('clipScale', moved.length, norm, sums, scale)
    return scale
  }

  return {
    inPlace: true,
    scaling: null,
    move(inputs, turnOf, moved, clip) {
      const factors = inputs.tensor([rule.factors(turnOf(inputs.step)).length], 'float32', (step) =>
        Float32Array.from(rule.factors(turnOf(step))),
      )
      const scale = clip === null ? 0 : scaleFor(clip, moved)
      const [one, two] = rule.fades
      // A gradient may be another weight itself, whose numbers are about to be others.
      const written = new Set(moved.map(({ variable }) => variable.dataId))
      const apart = moved.map((one) =>
        written.has(one.gradient.dataId) ? { ...one, gradient: one.gradient.mul(1) } : one,
      )
      for (const each of apart) {
        const { key, variable, gradient } = each
        const [m, v] = (['m', 'v'] as const).map((name) => (rule.slots.includes(name) ? slot(name, each) : 0))
        inside.run(
          'optimise',
          ...[rule.number, variable.size, inside.at(variable), inside.at(gradient)],
          ...[m as number, v as number, inside.at(factors), scale, one, 1 - one, two, 1 - two],
          ...[rule.epsilon, Number(rule.decays && decays(key, variable))],
        )
        inside.rewritten(variable)
      }
    },
    read: () => readSlots(kept),
    remembered: () => [...kept.values()],
    cells: () => [],
    restore(slots) {
      for (const [name, { shape, values }] of slots) {
        kept.get(name)?.dispose()
        kept.set(name, tf.keep(tf.tensor(values, [...shape], 'float32')))
      }
    },
    dispose() {
      for (const tensor of kept.values()) tensor.dispose()
      kept.clear()
    },
  }
}
