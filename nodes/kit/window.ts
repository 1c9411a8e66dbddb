/**
 * Where a window (a kernel or a pool) can stand on a sequence, an image or a volume, and how many places that makes. tfjs
 * accepts impossible windows in silence, so this is the only judge.
 */
import { formatShape, refuse, type Dim, type Refusal, type Spec } from './spec'

/** `causal` puts all zeros before, so that no place sees what comes after it. */
export type Padding = 'valid' | 'same' | 'causal'

export interface WindowSettings {
  /** Size of the window by axis, e.g. [height, width]. */
  readonly size: readonly number[]
  readonly strides: readonly number[]
  /** Steps between neighbouring numbers under the window; 1 by default. */
  readonly dilation?: readonly number[]
  readonly padding: Padding
  /** What the window is called in a sentence: `kernel`, `pool`. */
  readonly word: string
}

/** Height and width as tfjs wants them. */
export function pair(list: readonly number[]): [number, number] {
  return [list[0] ?? 1, list[1] ?? 1]
}

/** Depth, height and width as tfjs wants them. */
export function triple(list: readonly number[]): [number, number, number] {
  return [list[0] ?? 1, list[1] ?? 1, list[2] ?? 1]
}

/** Geometry along one axis: places, and the zeros added before and after. A symbolic axis keeps its name. */
export interface WindowAxis {
  readonly places: number | string
  readonly before: number
  readonly after: number
}

/** Along an axis of fixed length. */
export interface FixedAxis extends WindowAxis {
  readonly places: number
}

/**
 * Places of a window along an axis of `length`: `valid` floor((n - k) / s) + 1; `same` and `causal` ceil(n / s), where
 * `same` has its odd zero at the end (as TensorFlow). A dilated window reaches over (k - 1) d + 1. Self-contained: it
 * also ships with computed layers.
 */
export function windowAxis(
  length: number,
  size: number,
  stride: number,
  padding: Padding,
  dilation = 1,
): FixedAxis {
  const reach = (size - 1) * dilation + 1
  if (padding === 'valid') return { places: Math.floor((length - reach) / stride) + 1, before: 0, after: 0 }
  const places = Math.ceil(length / stride)
  if (padding === 'causal') return { places, before: reach - 1, after: 0 }
  const total = Math.max((places - 1) * stride + reach - length, 0)
  const before = Math.floor(total / 2)
  return { places, before, after: total - before }
}

/** A window that stands on x [B, ...axes, channels]. */
export interface StandingWindow {
  readonly channels: number
  readonly axes: readonly WindowAxis[]
}

/** What grids of one to three axes, their sizes and their directions are called. */
export const gridWords = {
  1: { grid: 'sequence', measure: 'Length', along: 'along the sequence' },
  2: { grid: 'image', measure: 'Height and width', along: 'down and across' },
  3: { grid: 'volume', measure: 'Depth, height and width', along: 'in, down and across' },
} as const

interface Words {
  readonly needs: string
  readonly cure: string
  readonly fixed: string
  /** How large a window is along each axis, in one word. */
  readonly measures: readonly string[]
}

const words: Readonly<Record<number, Words>> = {
  1: {
    needs: 'sequences B × steps × channels',
    cure: 'Put a Reshape before it, or give the data node a sample shape such as 20 × 3.',
    fixed: 'number of steps and of channels',
    measures: ['long'],
  },
  2: {
    needs: 'images B × height × width × channels',
    cure: 'Put a Reshape before it, or give the data node a sample shape such as 8 × 8 × 1.',
    fixed: 'height, width and number of channels',
    measures: ['high', 'wide'],
  },
  3: {
    needs: 'volumes B × depth × height × width × channels',
    cure: 'Put a Reshape before it, or give the data node a sample shape such as 8 × 8 × 8 × 1.',
    fixed: 'depth, height, width and number of channels',
    measures: ['deep', 'high', 'wide'],
  },
}

function wordsFor(axes: number): Words {
  return words[axes] ?? { needs: '', cure: '', fixed: '', measures: [] }
}

/** What lies along the axes of x [B, ...axes, channels]. */
export interface Grid<Length extends Dim = number> {
  readonly lengths: readonly Length[]
  readonly channels: number
}

/** The sentence for an x of another rank, or null. `axes` is how many lie between the batch and the channels. */
function rankRefusal(title: string, x: Spec, axes: number): Refusal | null {
  const { needs, cure } = wordsFor(axes)
  return x.shape.length === axes + 2
    ? null
    : refuse(`${title} needs ${needs}, but x is ${formatShape(x.shape)}. ${cure}`)
}

/** The axes of x where they may be symbolic; only the number of channels must be fixed. */
export function openGrid(title: string, x: Spec, axes: number): Grid<Dim> | Refusal {
  const channels = x.shape[axes + 1]
  return (
    rankRefusal(title, x, axes) ??
    (typeof channels === 'number'
      ? { lengths: x.shape.slice(1, -1), channels }
      : refuse(`${title} needs a fixed number of channels, but x is ${formatShape(x.shape)}.`))
  )
}

/** The axes of x, all of fixed length, or why they are not. */
export function fixedGrid(title: string, x: Spec, axes: number): Grid | Refusal {
  const grid = openGrid(title, x, axes)
  if ('refused' in grid && x.shape.length !== axes + 2) return grid
  const sizes = x.shape.slice(1).filter((dim) => typeof dim === 'number')
  return sizes.length === axes + 1
    ? { lengths: sizes.slice(0, -1), channels: sizes.at(-1) ?? 1 }
    : refuse(`${title} needs a fixed ${wordsFor(axes).fixed}, but x is ${formatShape(x.shape)}.`)
}

/** Sequences may be of any length where the window gives one number a step. */
function symbolicWindow(title: string, x: Spec, o: WindowSettings): StandingWindow | Refusal {
  const grid = openGrid(title, x, 1)
  if ('refused' in grid) return grid
  const [size = 1] = o.size
  const [length] = grid.lengths
  if (o.padding === 'valid' || o.strides[0] !== 1 || typeof length !== 'string') {
    return refuse(
      `${title} needs a fixed number of steps, but x is ${formatShape(x.shape)}. ` +
        'Where every step keeps its place (stride 1, padding same or causal) the number may vary.',
    )
  }
  const { before, after } = windowAxis(1, size, 1, o.padding, o.dilation?.[0])
  return { channels: grid.channels, axes: [{ places: length, before, after }] }
}

/** The window on x [B, ...axes, channels], or why it cannot stand there. `axes` is how many it moves along: 1 to 3. */
export function standingWindow(
  title: string,
  x: Spec,
  axes: number,
  o: WindowSettings,
): StandingWindow | Refusal {
  if (axes === 1 && x.shape.length === 3 && typeof x.shape[1] !== 'number') return symbolicWindow(title, x, o)
  const grid = fixedGrid(title, x, axes)
  if ('refused' in grid) return grid
  const reaches = o.size.map((size, axis) => (size - 1) * (o.dilation?.[axis] ?? 1) + 1)
  const tooLarge = grid.lengths.findLastIndex((length, axis) => (reaches[axis] ?? 1) > length)
  if (o.padding === 'valid' && tooLarge >= 0) {
    const measure = wordsFor(axes).measures[tooLarge] ?? ''
    const dilated = (o.dilation?.[tooLarge] ?? 1) > 1 ? ' with its dilation' : ''
    return refuse(
      `The ${o.word} is ${reaches[tooLarge] ?? 1} ${measure}${dilated}, but x is only ${grid.lengths[tooLarge] ?? 1} ${measure} (${formatShape(x.shape)}). ` +
        `Make the ${o.word} smaller, or set padding to same.`,
    )
  }
  return {
    channels: grid.channels,
    axes: grid.lengths.map((length, axis) =>
      windowAxis(length, o.size[axis] ?? 1, o.strides[axis] ?? 1, o.padding, o.dilation?.[axis]),
    ),
  }
}

/** How many places there are in all; a symbolic axis counts as 1. */
export function placeCount(window: StandingWindow): number {
  return window.axes.reduce((count, { places }) => count * (typeof places === 'number' ? places : 1), 1)
}

/** The zeros on either side of each axis where both sides have the same: PyTorch's modules can add them themselves. */
export function evenPadding(window: StandingWindow): readonly number[] | null {
  return window.axes.every(({ before, after }) => before === after)
    ? window.axes.map(({ before }) => before)
    : null
}

/** `F.pad`'s order, channels first: the last axis comes first, each with before and after. */
export function padding(window: StandingWindow): readonly number[] {
  return window.axes.toReversed().flatMap(({ before, after }) => [before, after])
}
