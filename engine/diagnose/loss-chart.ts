/** The course of the loss as a small picture. */
import type { Chart } from './finding'
import type { RunFacts } from './signals'

const mostPoints = 200

/** At most so many points of a curve, evenly spread. */
export function lossChart(run: RunFacts): Chart {
  const stride = Math.max(1, Math.ceil(run.loss.length / mostPoints))
  const rows = Array.from({ length: Math.ceil(run.loss.length / stride) }, (_, at) => at * stride)
  return {
    kind: 'time',
    title: 'Loss',
    steps: rows.map((row) => row + 1),
    series: [{ name: 'training', values: rows.map((row) => run.loss[row] ?? NaN) }],
    level: run.chance === null ? null : { name: 'guessing', value: run.chance },
  }
}

/** Training and validation loss by epoch. */
export function epochChart(run: RunFacts): Chart {
  return {
    kind: 'time',
    title: 'Loss by epoch',
    steps: run.epochs.map(({ step }) => step),
    series: [
      { name: 'training', values: run.epochs.map(({ trainLoss }) => trainLoss) },
      { name: 'validation', values: run.epochs.map(({ validationLoss }) => validationLoss) },
    ],
    level: run.chance === null ? null : { name: 'guessing', value: run.chance },
  }
}
