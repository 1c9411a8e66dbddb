/** What is measured of an example's run, by the words that expected.json uses. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { readRunWeights, type Weights } from '../../engine/export/run-weights'
import { isRefusal } from '../../nodes/kit/spec'
import type { Line } from '../app/cli/run'

/** A run as it lies on disk and as it was printed. */
export interface Measured {
  readonly lines: readonly Line[]
  readonly weights: Weights
}

export function readRun(folder: string, lines: readonly Line[]): Measured {
  const weights = readRunWeights(readFileSync(path.join(folder, 'weights.safetensors')))
  if (isRefusal(weights)) throw new Error(weights.refused)
  return { lines, weights }
}

interface Scores {
  readonly loss: number
  readonly metrics: Readonly<Record<string, number>>
}

function endOf({ lines }: Measured): Readonly<Record<string, Scores>> {
  const end = lines.at(-1)
  if (end?.type !== 'end') throw new Error('The run has no end line')
  return end as unknown as Readonly<Record<string, Scores>>
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/**
 * log10 of the gradient's RMS in the first quarter of the dense layers against the last quarter: median of each, median
 * over the probes of the first twenty steps.
 */
function gradientFlow({ lines }: Measured): number {
  const flows = lines
    .filter((line) => line.type === 'probe' && Number(line['step']) <= 20)
    .map((line) => {
      const layers = Object.entries(line['layers'] as Record<string, { gradRms: number }>)
      const rms = layers.filter(([layer]) => !layer.includes('norm')).map(([, signals]) => signals.gradRms)
      const quarter = Math.floor(rms.length / 4)
      return Math.log10(median(rms.slice(0, quarter)) / median(rms.slice(-quarter)))
    })
  return median(flows)
}

function weightOf({ weights }: Measured, name: string): { shape: readonly number[]; values: Float32Array } {
  const weight = weights[name]
  if (weight === undefined) throw new Error(`The run has no weight ${name}`)
  return weight
}

function denseLayer(measured: Measured, path: string, input: readonly number[]): number[] {
  const kernel = weightOf(measured, `${path}:kernel`)
  const bias = weightOf(measured, `${path}:bias`).values
  const units = kernel.shape[1] ?? 0
  return Array.from({ length: units }, (_, unit) =>
    input.reduce(
      (sum, value, row) => sum + value * (kernel.values[row * units + unit] ?? 0),
      bias[unit] ?? 0,
    ),
  )
}

/** Normal numbers with a fixed seed. */
function normals(seed: number): () => number {
  let state = seed
  const uniform = () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0
    return (state + 0.5) / 2 ** 32
  }
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
}

const relu = (values: readonly number[]) => values.map((value) => Math.max(0, value))
const modes = 8
const radius = 2
/** Four deviations of a Gaussian of the ring. */
const near = 0.4

/** For 2,000 points of the trained generator: which Gaussian each is near to, or -1. */
function madePoints(measured: Measured): number[] {
  const normal = normals(7)
  return Array.from({ length: 2000 }, () => {
    const noise = Array.from({ length: 8 }, normal)
    const hidden = relu(denseLayer(measured, 'generate2', relu(denseLayer(measured, 'generate1', noise))))
    const [x = 0, y = 0] = denseLayer(measured, 'points', hidden)
    const mode = (Math.round((Math.atan2(y, x) / (2 * Math.PI)) * modes) + modes) % modes
    const angle = (2 * Math.PI * mode) / modes
    return Math.hypot(x - radius * Math.cos(angle), y - radius * Math.sin(angle)) <= near ? mode : -1
  })
}

const measures: Readonly<Record<string, (measured: Measured) => number>> = {
  'train accuracy': (measured) => endOf(measured)['train']?.metrics['accuracy'] ?? NaN,
  'test accuracy': (measured) => endOf(measured)['test']?.metrics['accuracy'] ?? NaN,
  'gradient flow': gradientFlow,
  'Gaussians reached': (measured) => {
    const made = madePoints(measured)
    return Array.from({ length: modes }, (_, mode) => made.filter((one) => one === mode).length).filter(
      (count) => count >= 20,
    ).length
  },
  'points near a Gaussian': (measured) => madePoints(measured).filter((mode) => mode >= 0).length / 2000,
  'loss before the first step': ({ lines }) => Number(lines.find((line) => line.type === 'tick')?.['loss']),
  'w5 after the first step': (measured) => weightOf(measured, 'output:kernel').values[0] ?? NaN,
}

export function measure(of: string, measured: Measured): number {
  const found = measures[of]
  if (found === undefined) throw new Error(`Nobody knows how to measure "${of}"`)
  return found(measured)
}
