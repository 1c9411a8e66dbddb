/**
 * The document that "New" opens: nothing drawn, and training settings that suit most small nets.
 */
import { documentVersion, type Document, type TrainingStep } from '../../engine/graph/document'

export function defaultTrainingStep(): TrainingStep {
  return {
    losses: [],
    trains: 'all',
    optimiser: { kind: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 },
    schedule: { kind: 'constant', warmup: 0 },
    clip: null,
    every: 1,
  }
}

export function newDocument(name: string): Document {
  return {
    format: 'wiregrad',
    version: documentVersion,
    name,
    notes: '',
    nodes: {},
    wires: {},
    frames: {},
    blocks: {},
    training: { batchSize: 32, length: { epochs: 10 }, seed: 1, validateEvery: 1, steps: [defaultTrainingStep()] },
  }
}
