/** Words of going through a batch step by step: a part of `strings`. */
import type { Phase } from '../../engine/explain/stops'

const phases: { readonly [P in Phase]: string } = {
  forward: 'Forward',
  loss: 'Loss',
  backward: 'Backward',
  update: 'Update',
}

export const stepwise = {
  title: 'Step by step',
  phases,
  phaseList: 'Phases',
  stop: (at: number, of: number) => `${at} of ${of}`,
  first: 'First sample',
  count: 'Samples',
  of: (n: number) => `of ${n.toLocaleString('en')}`,
  sample: 'Sample',
  trainingStep: (n: number) => `Training step ${n}`,
  trainingSteps: 'Training step',
  goesOn: 'Training goes on; pause it to see the step that it has come to.',
  waiting: 'Taking the batch apart…',
  close: 'Leave step by step',
  formulas: 'What happens here, with numbers',
  data: 'The samples as they enter the network.',
  forward: 'What this node makes of what comes in.',
  loss: 'How far the answer is from what is wanted.',
  backward: 'What comes back from the loss, and what this node passes on: the chain rule.',
  update: (rate: string) => `Every weight goes against its gradient, with learning rate η = ${rate}.`,
  clipped: (factor: string) => `Clipping multiplies every gradient by c = ${factor}.`,
  noFormula: 'The formula of this node is not written out here; its numbers are those of the engine.',
  total: (loss: string) => `L = ${loss}`,
  agrees: (by: string) =>
    `Written out in double precision; the engine computes in single precision and agrees to ${by}.`,
  values: { output: 'Output', gradient: '∂L/∂output' },
  unit: (n: number, value: string) => `Number ${n}: ${value}`,
  chooseUnit: 'Which number of the output is written out',
  cut: (shown: number, of: number) => `the first ${shown} of ${of.toLocaleString('en')}`,
  shape: (shape: string, mean: string, min: string, max: string) =>
    `${shape} · mean ${mean} · ${min} … ${max}`,
}
