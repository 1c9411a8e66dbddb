/**
 * What the overlay shows for a node and for a wire in each mode: band, number and words, from the readings of the run.
 */
import { bandWord, flowBand, reading, updateBand, type Reading } from '../../engine/diagnose/colour'
import { formatDecades, formatExponent, formatNumber } from '../../engine/diagnose/format'
import type { LayerReading, Readings, WireReading } from '../../engine/diagnose/readings'
import type { NodeId } from '../../engine/graph/document'
import type { Overlay } from '../state/settings'
import { strings } from '../ui/strings'

const words = strings.overlay
export type PaintMode = Exclude<Overlay, 'off'>

export interface Badge {
  readonly look: Reading
  /** `−9.2` of `10^−9.2`; null where `text` says it all. */
  readonly exponent: string | null
  readonly text: string
}

/** Paths of weighted nodes by the card they are on: the node itself, or everything inside a block. */
export function layersByCard(layers: readonly string[]): ReadonlyMap<NodeId, readonly string[]> {
  const cards = new Map<NodeId, string[]>()
  for (const path of layers) {
    const slash = path.indexOf('/')
    const card = slash === -1 ? path : path.slice(0, slash)
    const there = cards.get(card)
    if (there === undefined) cards.set(card, [path])
    else there.push(path)
  }
  return cards
}

function lookOfLayer(layer: LayerReading, mode: PaintMode): Reading {
  return mode === 'gradient'
    ? reading(layer.shownRelative, () => flowBand(layer.d))
    : reading(layer.shownUpdate, updateBand)
}

/** How far from healthy; what is broken comes first. */
function urgency(look: Reading): number {
  return look.kind === 'nan'
    ? 9
    : look.kind === 'zero'
      ? 8
      : look.kind === 'none'
        ? -1
        : Math.abs(look.band - 4)
}

/** The layer that a card speaks of: its own, or the least healthy one inside a block. */
export function layerOfCard(
  paths: readonly string[],
  readings: Readings,
  mode: PaintMode,
): LayerReading | null {
  let worst: LayerReading | null = null
  for (const path of paths) {
    const layer = readings.layer(path)
    if (
      layer !== null &&
      (worst === null || urgency(lookOfLayer(layer, mode)) > urgency(lookOfLayer(worst, mode)))
    )
      worst = layer
  }
  return worst
}

export function badgeOf(layer: LayerReading, mode: PaintMode): Badge {
  const look = lookOfLayer(layer, mode)
  const value = mode === 'gradient' ? layer.shownRelative : layer.shownUpdate
  if (look.kind === 'nan') return { look, exponent: null, text: words.notFinite }
  if (look.kind === 'zero') return { look, exponent: null, text: '0' }
  if (look.kind === 'none') return { look, exponent: null, text: '—' }
  return { look, exponent: formatExponent(value), text: '10' }
}

export function lookOfWire(wire: WireReading): Reading {
  return reading(wire.shown, () => flowBand(wire.d))
}

export interface Row {
  readonly name: string
  readonly value: string
}

function verdictOf(look: Reading, bands: typeof words.bands | typeof words.bandsUpdate): string {
  if (look.kind === 'band') return bands[bandWord(look.band)]
  return look.kind === 'zero' ? words.zero : words.notFinite
}

/** Exact numbers of a card, for its tooltip. */
export function rowsOfLayer(layer: LayerReading, mode: PaintMode): readonly Row[] {
  const verdict = verdictOf(lookOfLayer(layer, mode), mode === 'gradient' ? words.bands : words.bandsUpdate)
  return [
    { name: words.rows.relative, value: formatNumber(layer.relativeGradient) },
    { name: words.rows.flow, value: words.rows.decades(formatDecades(layer.d)) },
    { name: words.rows.update, value: formatNumber(layer.updateRatio) },
    { name: words.rows.norm, value: formatNumber(layer.gradNorm) },
    { name: words.rows.rms, value: formatNumber(layer.gradRms) },
    { name: mode === 'gradient' ? words.flowTitle : words.updateTitle, value: verdict },
  ]
}

export function rowsOfWire(wire: WireReading, label: string): readonly Row[] {
  const verdict = verdictOf(lookOfWire(wire), words.bands)
  return [
    { name: words.rows.wire, value: formatNumber(wire.rms) },
    { name: words.rows.flow, value: words.rows.decades(formatDecades(wire.d)) },
    { name: words.flowTitle, value: verdict },
    ...(label === '' ? [] : [{ name: words.rows.shape, value: label }]),
  ]
}
