/** Every update rule on one small net: the loss curve tells them apart within a few steps. */
import type { Optimiser } from '../../engine/graph/document'
import type { Case } from './case'
import { casesOfNetwork } from './networks'

const rules: Readonly<Record<string, { readonly optimiser: Optimiser; readonly clip?: number }>> = {
  sgd: { optimiser: { kind: 'sgd', learningRate: 0.1 } },
  'sgd-clipped': { optimiser: { kind: 'sgd', learningRate: 0.5 }, clip: 0.2 },
  momentum: { optimiser: { kind: 'momentum', learningRate: 0.05, momentum: 0.9, nesterov: false } },
  nesterov: { optimiser: { kind: 'momentum', learningRate: 0.05, momentum: 0.8, nesterov: true } },
  rmsprop: { optimiser: { kind: 'rmsprop', learningRate: 0.01, rho: 0.9, epsilon: 1e-7 } },
  'rmsprop-epsilon': { optimiser: { kind: 'rmsprop', learningRate: 0.05, rho: 0.8, epsilon: 1e-2 } },
  adam: { optimiser: { kind: 'adam', learningRate: 0.02, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } },
  'adam-epsilon': { optimiser: { kind: 'adam', learningRate: 0.05, beta1: 0.8, beta2: 0.9, epsilon: 1e-2 } },
  adamw: {
    optimiser: {
      kind: 'adamw',
      learningRate: 0.02,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-3,
      weightDecay: 0.5,
    },
  },
}

export function optimiserCases(): readonly Case[] {
  const [mlp] = casesOfNetwork('mlp')
  if (mlp === undefined) throw new Error('There is no reference network mlp.')
  return Object.entries(rules).map(([name, { optimiser, clip }]) => ({
    ...mlp,
    name,
    watch: ['loss:loss'],
    descent: { steps: 20, optimiser, clip: clip ?? null },
  }))
}
