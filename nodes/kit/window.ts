/**
 * Where a window (a kernel or a pool) can stand on an image, and how many places that makes. tfjs accepts impossible
 * windows in silence, so this is the only judge.
 */
import { formatShape, refuse, type Refusal, type Spec } from './spec'

export interface WindowSettings {
  /** [height, width] of the window. */
  readonly size: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
  /** What the window is called in a sentence: `kernel`, `pool`. */
  readonly word: string
}

/** Height and width as tfjs wants them. */
export function pair(list: readonly number[]): [number, number] {
  return [list[0] ?? 1, list[1] ?? 1]
}

/** Geometry along one axis: places, and the zeros added before and after. */
export interface WindowAxis {
  readonly places: number
  readonly before: number
  readonly after: number
}

/**
 * Places of a window along an axis of `length`: `valid` floor((n - k) / s) + 1; `same` ceil(n / s), with the odd zero
 * at the end (as TensorFlow).
 */
export function windowAxis(
  length: number,
  size: number,
  stride: number,
  padding: 'valid' | 'same',
): WindowAxis {
  if (padding === 'valid') return { places: Math.floor((length - size) / stride) + 1, before: 0, after: 0 }
  const places = Math.ceil(length / stride)
  const total = Math.max((places - 1) * stride + size - length, 0)
  const before = Math.floor(total / 2)
  return { places, before, after: total - before }
}

export interface ImageWindow {
  readonly channels: number
  readonly height: WindowAxis
  readonly width: WindowAxis
}

/** The window on an image x [B, height, width, channels], or why it cannot stand there. */
export function imageWindow(title: string, x: Spec, o: WindowSettings): ImageWindow | Refusal {
  if (x.shape.length !== 4) {
    return refuse(
      `${title} needs images B × height × width × channels, but x is ${formatShape(x.shape)}. ` +
        'Put a Reshape before it, or give the data node a sample shape such as 8 × 8 × 1.',
    )
  }
  const [, height, width, channels] = x.shape
  if (typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number') {
    return refuse(
      `${title} needs a fixed height, width and number of channels, but x is ${formatShape(x.shape)}.`,
    )
  }
  const [high = 1, wide = 1] = o.size
  if (o.padding === 'valid' && (high > height || wide > width)) {
    const [size, word, room] = wide > width ? [wide, 'wide', width] : [high, 'high', height]
    return refuse(
      `The ${o.word} is ${size} ${word}, but x is only ${room} ${word} (${formatShape(x.shape)}). ` +
        `Make the ${o.word} smaller, or set padding to same.`,
    )
  }
  const [down = 1, across = 1] = o.strides
  return {
    channels,
    height: windowAxis(height, high, down, o.padding),
    width: windowAxis(width, wide, across, o.padding),
  }
}

/** The same zeros on both sides of both axes: PyTorch's modules can add them themselves. */
export function evenPadding(window: ImageWindow): readonly [number, number] | null {
  const { height, width } = window
  return height.before === height.after && width.before === width.after ? [height.before, width.before] : null
}

/** `F.pad`'s order: left, right, top, bottom. */
export function padding(window: ImageWindow): readonly number[] {
  return [window.width.before, window.width.after, window.height.before, window.height.after]
}
