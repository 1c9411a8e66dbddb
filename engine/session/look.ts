/**
 * What the inspector asks of one node and what it gets: histograms of whole tensors, cut-outs of them as pictures, and a
 * chosen sample. Only what is asked for is computed, between two steps, and the training knows nothing of it.
 */
import type { PlanStep } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Split } from './protocol'

/** What of a node: an output port over a batch, a weight, a weight's gradient, or the gradient that comes back to a port. */
export type TensorName = `${'output' | 'weight' | 'gradient' | 'backward'}:${string}`

export interface ChosenSample {
  readonly split: Split
  /** From 0, in the order of the file. */
  readonly index: number
}

export interface Wish {
  readonly path: Path
  readonly histograms: readonly TensorName[]
  /** Outputs are those of the chosen sample. */
  readonly pictures: readonly TensorName[]
  readonly sample: ChosenSample | null
}

/** Bins of one histogram. */
export const linearBins = 64
/** Bins of a sign on the logarithmic axis: half decades from 1e-24 up. */
export const logBins = 64
/** Twice the exponent of the lowest edge. */
export const lowestLog = -48
/** Numbers right on an edge must fall on the same side on every device, so edges lie this part of a bin lower. */
export const edgeShift = 1e-4

/** More numbers than these are not counted: the first so many stand for all. */
export const mostCounted = 2 ** 22

export interface Histogram {
  readonly tensor: TensorName
  /** Numbers of the tensor, and how many of them (its first) were counted. */
  readonly size: number
  readonly counted: number
  /** Smallest and largest finite number. */
  readonly low: number
  readonly high: number
  /** Of the finite numbers. */
  readonly mean: number
  readonly std: number
  readonly zeros: number
  readonly nonFinite: number
  /** Counts of finite numbers in equal bins over `spanOf`. */
  readonly linear: Float32Array<ArrayBuffer>
  /** Counts by size, zeros left out: negative ones from largest to smallest, then positive ones from smallest to largest. */
  readonly log: Float32Array<ArrayBuffer>
}

/** Where the linear bins begin and end: around zero, so that zero is always an edge. */
export function spanOf({ low, high }: Pick<Histogram, 'low' | 'high'>): readonly [number, number] {
  if (low >= 0) return [0, high]
  if (high <= 0) return [low, 0]
  const size = Math.max(-low, high)
  return [-size, size]
}

/** Place of a number among the linear bins. */
export function linearBin(value: number, [from, to]: readonly [number, number]): number {
  if (from === to) return 0
  const place = ((value - from) / (to - from)) * linearBins
  return Math.min(linearBins - 1, Math.max(0, Math.floor(place + edgeShift)))
}

/** Place of a number other than zero among the logarithmic bins. */
export function logBin(value: number): number {
  const half = Math.floor(2 * Math.log10(Math.abs(value)) + edgeShift) - lowestLog
  const size = Math.min(logBins - 1, Math.max(0, half))
  return value < 0 ? logBins - 1 - size : logBins + size
}

/** A cut-out of a tensor: its first numbers along every axis. The batch axis of an output is gone. */
export interface Picture {
  readonly tensor: TensorName
  /** Of the whole tensor. */
  readonly shape: readonly number[]
  /** Of the cut-out. */
  readonly shown: readonly number[]
  /** Row-major. */
  readonly values: Float32Array<ArrayBuffer>
}

/** Numbers that belong to the chosen sample; of very large ones the first. */
export interface SampleNumbers {
  readonly path: Path
  readonly shape: readonly number[]
  readonly values: Float32Array<ArrayBuffer>
}

export interface SampleLook {
  readonly chosen: ChosenSample
  /** What each data node gives. */
  readonly inputs: readonly SampleNumbers[]
  readonly target: SampleNumbers | null
  /** What the first loss judges. */
  readonly prediction: SampleNumbers | null
}

export interface Look {
  readonly path: Path
  /** Whose batch, dropout and so on were used: the same numbers as those of this step's probe. */
  readonly step: number
  /** Updates that the weights had seen. */
  readonly done: number
  readonly histograms: readonly Histogram[]
  readonly pictures: readonly Picture[]
  readonly sample: SampleLook | null
  /** What was asked for and is not there: no training step of the run reaches it. */
  readonly absent: readonly TensorName[]
}

/** How a tensor of this shape is laid out: a grid of images, each of rows and columns. Axes by number; several in a row are joined. */
export interface Layout {
  readonly gridRows: readonly number[]
  readonly gridColumns: readonly number[]
  readonly rows: readonly number[]
  readonly columns: readonly number[]
  /** Cells along each axis at most. */
  readonly most: readonly number[]
}

const mostCells = 96
const mostImages = 64
const mostBeside = 16
const mostAlone = 256

/** Where the heads of an attention node's kernel stand. */
function headAxis(step: PlanStep, name: string, rank: number): number | null {
  if (step.definition.family !== 'attention' || rank !== 3) return null
  return name === 'output_kernel' ? 0 : 1
}

/** [..., in, out]: an image for every pair; one that has a single `in` side by side. */
function kernelLayout(shape: readonly number[]): Layout {
  const [from, to] = [shape.length - 2, shape.length - 1]
  const lone = shape[from] === 1
  const axes = shape.map((_, axis) => axis)
  return {
    gridRows: lone ? [] : [from],
    gridColumns: [to],
    rows: axes.slice(0, from - 1),
    columns: [from - 1],
    most: axes.map((axis) => (axis < from ? mostCells : lone && axis === to ? mostImages : mostBeside)),
  }
}

/** One image for every place along one axis. */
function sliced(shape: readonly number[], along: number, images: number): Layout {
  const others = shape.flatMap((_, axis) => (axis === along ? [] : [axis]))
  return {
    gridRows: [],
    gridColumns: [along],
    rows: others.slice(0, -1),
    columns: others.slice(-1),
    most: shape.map((_, axis) => (axis === along ? images : mostCells)),
  }
}

/** Whether an output tells who looked where: heads × places × places. */
export function isAttentionMap(step: PlanStep, tensor: TensorName): boolean {
  return tensor === 'output:attention' && step.definition.family === 'attention'
}

/**
 * The layout of a tensor of a node, outputs without their batch axis. Single numbers stand side by side, matrices are one image,
 * kernels of convolutions an image for every pair of channels, attention an image for every head, and what has channels
 * last an image for every channel.
 */
export function layoutOf(step: PlanStep, tensor: TensorName, shape: readonly number[]): Layout {
  const rank = shape.length
  const [kind = '', name = ''] = tensor.split(':')
  if (rank <= 1)
    return {
      gridRows: [],
      gridColumns: shape.map((_, axis) => axis),
      rows: [],
      columns: [],
      most: [mostAlone],
    }
  if (rank === 2)
    return { gridRows: [], gridColumns: [], rows: [0], columns: [1], most: [mostCells, mostCells] }
  const heads = kind === 'weight' || kind === 'gradient' ? headAxis(step, name, rank) : null
  if (heads !== null) return sliced(shape, heads, mostBeside)
  if (isAttentionMap(step, tensor)) return sliced(shape, 0, mostBeside)
  return rank === 3 || kind === 'output' ? sliced(shape, rank - 1, mostImages) : kernelLayout(shape)
}

/** Sizes of the cut-out that a layout shows. */
export function shownShape(shape: readonly number[], { most }: Layout): readonly number[] {
  return shape.map((size, axis) => Math.min(size, most[axis] ?? size))
}
