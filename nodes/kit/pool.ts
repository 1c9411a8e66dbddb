/**
 * What all pools over images share: settings, the window on x, and the shape that comes out.
 */
import { choice, sizes } from './fields'
import { tensor, type Refusal, type Spec } from './spec'
import { imageWindow, type ImageWindow } from './window'

export interface PoolSettings {
  readonly poolSize: readonly number[]
  readonly strides: readonly number[]
  readonly padding: 'valid' | 'same'
}

/** Fields of a pool; a fresh record for every definition. */
export function poolFields() {
  return {
    poolSize: sizes({ initial: [2, 2], length: 2, doc: 'Height and width of the window.' }),
    strides: sizes({
      initial: [2, 2],
      length: 2,
      doc: 'How far the window moves at a time, down and across.',
    }),
    padding: choice(['valid', 'same'], {
      initial: 'valid',
      doc: 'valid leaves out what does not fill a window; same lets the last window hang over the edge.',
    }),
  }
}

/** The window on x [B, height, width, channels], or why it cannot stand there. `title` is the node's. */
export function poolWindow(title: string, x: Spec, p: PoolSettings): ImageWindow | Refusal {
  return imageWindow(title, x, { size: p.poolSize, strides: p.strides, padding: p.padding, word: 'pool' })
}

/** y [B, places down, places across, channels], or why there is none. */
export function pooled(title: string, x: Spec, p: PoolSettings): { readonly y: Spec } | Refusal {
  const window = poolWindow(title, x, p)
  if ('refused' in window) return window
  return { y: tensor([null, window.height.places, window.width.places, window.channels]) }
}
