/**
 * The empty document, and the training settings that stand in it until someone changes them.
 */
import { documentVersion, type Document, type Training, type TrainingStep } from './document'

/** One Adam step at 1e-3 on the sum of all losses: what a document whose `training.steps` is empty means, too. */
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

export function defaultTraining(): Training {
  return { batchSize: 32, length: { epochs: 20 }, seed: 1, validateEvery: 1, steps: [defaultTrainingStep()] }
}

/** A document without nodes. */
export function createDocument(name: string): Document {
  return {
    format: 'wiregrad',
    version: documentVersion,
    name,
    notes: '',
    nodes: {},
    wires: {},
    frames: {},
    blocks: {},
    training: defaultTraining(),
  }
}
