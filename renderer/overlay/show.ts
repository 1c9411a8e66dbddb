/**
 * What each overlay shows for a node and for a wire: look, number and words, from the readings of the run or, for what
 * is known before any run, from the graph. One row of `modes` is one overlay.
 */
import {
  bandWord,
  flowBand,
  flowEdges,
  forwardBand,
  lostBand,
  reading,
  shareLevel,
  updateBand,
  updateEdges,
  wireWidth,
} from '../../engine/diagnose/colour'
import { formatBytes, formatDecades, formatExponent, formatNumber } from '../../engine/diagnose/format'
import type { LayerReading, OutputReading, Readings, WireReading } from '../../engine/diagnose/readings'
import type { NodeId, Path } from '../../engine/graph/document'
import type { Overlay } from '../state/settings'
import { formatLarge } from '../ui/format'
import { strings } from '../ui/strings'
import { urgency, type Badge, type Look, type WireLook } from './look'

const words = strings.overlay
export type PaintMode = Exclude<Overlay, 'off'>

/** What a node costs: bytes while training, and multiplications with additions for one sample. */
export interface Cost {
  readonly memory: number
  readonly multiplyAdds: number
}

/** What an overlay shows from. */
export interface Shown {
  /** Null before the first probe. */
  readonly readings: Readings | null
  /** Of the readings, when this was gathered: they may have moved on by the time it is painted. */
  readonly changes: number
  readonly costs: ReadonlyMap<Path, Cost>
  /** Paths by the card they are on: the node itself, or everything inside a block. */
  readonly cards: ReadonlyMap<NodeId, readonly Path[]>
  /** Before the ids of the graph on the canvas it makes paths. */
  readonly prefix: string
}

export interface Row {
  readonly name: string
  readonly value: string
}

/** A badge with what it is about, and the exact numbers behind it. */
export interface CardView {
  readonly path: Path
  readonly badge: Badge
  readonly rows: readonly Row[]
}

interface Mode {
  /** From the run; otherwise from the graph alone. */
  readonly live: boolean
  /** Where on the log scale one band gives way to the next; null where the scale is none. */
  readonly edges: readonly number[] | null
  card(paths: readonly Path[], shown: Shown): CardView | null
  readonly wire: ((wire: WireReading) => WireLook) | null
}

/** Paths by the card that they are or are inside of; of those inside an entered block, where `prefix` names one. */
export function pathsByCard(paths: Iterable<Path>, prefix = ''): ReadonlyMap<NodeId, readonly Path[]> {
  const cards = new Map<NodeId, Path[]>()
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue
    const card = topOf(path.slice(prefix.length))
    const there = cards.get(card)
    if (there === undefined) cards.set(card, [path])
    else there.push(path)
  }
  return cards
}

export function topOf(path: Path): NodeId {
  const slash = path.indexOf('/')
  return slash === -1 ? path : path.slice(0, slash)
}

/** The least healthy of several: that is what a block speaks of. */
function worst(views: readonly (CardView | null)[]): CardView | null {
  let found: CardView | null = null
  for (const view of views)
    if (view !== null && (found === null || urgency(view.badge.look) > urgency(found.badge.look)))
      found = view
  return found
}

function power(look: Look, value: number): Badge {
  if (look.kind === 'nan') return { look, exponent: null, text: words.notFinite }
  if (look.kind === 'zero') return { look, exponent: null, text: '0' }
  if (look.kind === 'none') return { look, exponent: null, text: '—' }
  return { look, exponent: formatExponent(value), text: '10' }
}

function percent(share: number): string {
  const value = share * 100
  return `${value === 0 || value >= 9.95 ? value.toFixed(0) : value.toFixed(1)} %`
}

function verdictOf(look: Look, bands: typeof words.bands): string {
  if (look.kind === 'band') return bands[bandWord(look.band)]
  return look.kind === 'zero' ? words.zero : look.kind === 'nan' ? words.notFinite : '—'
}

const signed = (value: number) => (value < 0 ? `−${formatNumber(-value)}` : formatNumber(value))
const shareText = (value: number) => (value === -1 ? '—' : percent(value))

function layerRows(layer: LayerReading): readonly Row[] {
  return [
    { name: words.rows.relative, value: formatNumber(layer.relativeGradient) },
    { name: words.rows.flow, value: words.rows.decades(formatDecades(layer.d)) },
    { name: words.rows.update, value: formatNumber(layer.updateRatio) },
    { name: words.rows.norm, value: formatNumber(layer.gradNorm) },
    { name: words.rows.rms, value: formatNumber(layer.gradRms) },
    { name: words.rows.meanStd, value: `${signed(layer.gradMean)} ± ${formatNumber(layer.gradStd)}` },
    { name: words.rows.zeros, value: shareText(layer.gradZeroShare) },
    { name: words.rows.weightNorm, value: formatNumber(layer.weightNorm) },
  ]
}

function outputRows(output: OutputReading): readonly Row[] {
  return [
    { name: words.rows.outputRms, value: formatNumber(output.outputRms) },
    { name: words.rows.meanStd, value: `${signed(output.outputMean)} ± ${formatNumber(output.outputStd)}` },
    { name: words.rows.zeros, value: shareText(output.outputZeroShare) },
    ...(output.deadShare === -1 ? [] : [{ name: words.rows.dead, value: shareText(output.deadShare) }]),
    ...(output.saturatedShare === -1
      ? []
      : [{ name: words.rows.saturated, value: shareText(output.saturatedShare) }]),
    ...(output.outputNonFinite > 0
      ? [{ name: words.rows.nonFinite, value: shareText(output.outputNonFinite) }]
      : []),
  ]
}

function ofLayers(
  look: (layer: LayerReading) => { readonly look: Look; readonly value: number },
  verdict: { readonly title: 'gradient' | 'update'; readonly bands: typeof words.bands },
): Mode['card'] {
  return (paths, { readings }) =>
    worst(
      paths.map((path) => {
        const layer = readings?.layer(path) ?? null
        if (layer === null) return null
        const { look: seen, value } = look(layer)
        const name = words.titles[verdict.title]
        const rows = [
          ...layerRows(layer),
          { name: words.rows.shown, value: formatNumber(value) },
          { name, value: verdictOf(seen, verdict.bands) },
        ]
        return { path, badge: power(seen, value), rows }
      }),
    )
}

function ofOutputs(badge: (output: OutputReading) => Badge | null): Mode['card'] {
  return (paths, { readings }) =>
    worst(
      paths.map((path) => {
        const output = readings?.output(path) ?? null
        const made = output === null ? null : badge(output)
        return output === null || made === null ? null : { path, badge: made, rows: outputRows(output) }
      }),
    )
}

function lostBadge({ deadShare, saturatedShare }: OutputReading): Badge | null {
  const lost = deadShare === -1 ? 'saturated' : 'dead'
  const share = lost === 'dead' ? deadShare : saturatedShare
  if (share === -1) return null
  if (!Number.isFinite(share)) return { look: { kind: 'nan' }, exponent: null, text: words.notFinite }
  return { look: { kind: 'band', band: lostBand(share, lost) }, exponent: null, text: percent(share) }
}

/** What a part takes of the whole, summed over everything on the card. */
function ofCosts(of: keyof Cost, format: (value: number) => string): Mode['card'] {
  return (paths, { costs }) => {
    const sum = (all: Iterable<Path>) =>
      [...all].reduce((total, path) => total + (costs.get(path)?.[of] ?? 0), 0)
    const part = sum(paths)
    const whole = sum(costs.keys())
    const [path] = paths
    if (path === undefined || part === 0 || whole === 0) return null
    const share = part / whole
    return {
      path: topOf(path),
      badge: { look: { kind: 'share', level: shareLevel(share) }, exponent: null, text: percent(share) },
      rows: [
        { name: words.rows[of], value: format(part) },
        { name: words.rows.share, value: percent(share) },
        { name: words.rows.whole, value: format(whole) },
      ],
    }
  }
}

export const modes: { readonly [M in PaintMode]: Mode } = {
  gradient: {
    live: true,
    edges: flowEdges,
    card: ofLayers(
      (layer) => ({
        look: reading(layer.shownRelative, () => flowBand(layer.d)),
        value: layer.shownRelative,
      }),
      { title: 'gradient', bands: words.bands },
    ),
    wire: (wire) => ({
      look: reading(wire.shown, () => flowBand(wire.d)),
      width: wireWidth(wire.shown),
    }),
  },
  forward: {
    live: true,
    edges: flowEdges,
    card: ofOutputs(({ shownRms }) => power(reading(shownRms, forwardBand), shownRms)),
    wire: ({ shownForward }) => ({
      look: reading(shownForward, forwardBand),
      width: wireWidth(shownForward * 1e-3),
    }),
  },
  update: {
    live: true,
    edges: updateEdges,
    card: ofLayers((layer) => ({ look: reading(layer.shownUpdate, updateBand), value: layer.shownUpdate }), {
      title: 'update',
      bands: words.bandsUpdate,
    }),
    wire: null,
  },
  dead: { live: true, edges: null, card: ofOutputs(lostBadge), wire: null },
  memory: { live: false, edges: null, card: ofCosts('memory', formatBytes), wire: null },
  time: { live: false, edges: null, card: ofCosts('multiplyAdds', formatLarge), wire: null },
}

export function rowsOfWire(wire: WireReading, label: string): readonly Row[] {
  const verdict = verdictOf(modes.gradient.wire?.(wire).look ?? { kind: 'none' }, words.bands)
  return [
    { name: words.rows.forward, value: formatNumber(wire.forward) },
    { name: words.rows.wire, value: wire.rms === -1 ? words.rows.noGradient : formatNumber(wire.rms) },
    ...(wire.rms === -1
      ? []
      : [
          { name: words.rows.flow, value: words.rows.decades(formatDecades(wire.d)) },
          { name: words.titles.gradient, value: verdict },
        ]),
    ...(label === '' ? [] : [{ name: words.rows.shape, value: label }]),
  ]
}
