/**
 * How a number looks on a card or a wire: a band of the diverging scale, a level of the scale of shares, or one of the
 * states that are no number. Painter, legend and charts share it.
 */
import {
  bandColour,
  healthyBand,
  isDarkBand,
  nanColour,
  shareColour,
  type Band,
  type Reading,
  type ShareLevel,
} from '../../engine/diagnose/colour'
import type { PaintTheme } from '../ui/paint-theme'

export type Look = Reading | { readonly kind: 'share'; readonly level: ShareLevel }

export interface Badge {
  readonly look: Look
  /** `−9.2` of `10^−9.2`; null where `text` says it all. */
  readonly exponent: string | null
  readonly text: string
}

export interface WireLook {
  readonly look: Reading
  /** CSS pixels at zoom 1. */
  readonly width: number
}

/** How far from healthy; what is broken comes first. */
export function urgency(look: Look): number {
  switch (look.kind) {
    case 'nan':
      return 9
    case 'zero':
      return 8
    case 'none':
      return -1
    case 'share':
      return look.level
    case 'band':
      return Math.abs(look.band - healthyBand)
  }
}

export function fillOf(look: Look, theme: PaintTheme): string {
  switch (look.kind) {
    case 'band':
      return bandColour(look.band, theme.neutral)
    case 'share':
      return shareColour(look.level, theme.neutral, theme.dark)
    case 'nan':
      return nanColour
    case 'zero':
    case 'none':
      return theme.node
  }
}

export function inkOf(look: Look, theme: PaintTheme): string {
  const light = '#ffffff'
  const dark = '#0b1220'
  switch (look.kind) {
    case 'nan':
      return light
    case 'band':
      return look.band === healthyBand ? theme.text : isDarkBand(look.band) ? light : dark
    case 'share':
      return look.level === 0 ? theme.text : look.level > 2 === theme.dark ? dark : light
    case 'zero':
    case 'none':
      return theme.text
  }
}

/** A lighter tone of the band's own hue, for edges on a dark ground. */
export function edgeOf(band: Band): string {
  return band < healthyBand ? '#3477c4' : '#e8626c'
}

/** The edge that a filled shape needs to stand out from a dark ground, or null. */
export function edgeOn(look: Look, theme: PaintTheme): string | null {
  if (!theme.dark) return null
  if (look.kind === 'band' && isDarkBand(look.band)) return edgeOf(look.band)
  return look.kind === 'share' && look.level === 1 ? '#8d6cc4' : null
}
