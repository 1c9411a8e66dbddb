/** Numbers as colours: along a scale of even stops, as the legend's gradient draws it. */
import type { PaintTheme } from '../ui/paint-theme'

/** Weights and gradients lie around zero; what a node gives goes from little to much. */
export type ScaleKind = 'diverging' | 'sequential'

export interface Scale {
  readonly kind: ScaleKind
  readonly low: number
  readonly high: number
}

/** From the finite values; a diverging one has zero in the middle. */
export function scaleOf(kind: ScaleKind, values: Iterable<number>): Scale {
  let [low, high] = [0, 0]
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  const size = Math.max(-low, high)
  return kind === 'diverging' ? { kind, low: -size, high: size } : { kind, low, high }
}

/** Below this share of a scale two colours look the same. */
const leastSeen = 0.03

/** The range of the finite values where it is so small on the scale that the picture is of one colour; else null. */
export function plainRange(scale: Scale, values: Float32Array): readonly [low: number, high: number] | null {
  if (values.length < 2) return null
  let [low, high] = [Infinity, -Infinity]
  for (const value of values) {
    // What is not a number has a colour of its own.
    if (!Number.isFinite(value)) return null
    if (value < low) low = value
    if (value > high) high = value
  }
  return low <= high && high - low <= leastSeen * (scale.high - scale.low) ? [low, high] : null
}

/** Where a value stands between the ends, 0 to 1; zero stands in the middle of a scale of nothing but zeros. */
export function placeOn({ kind, low, high }: Scale, value: number): number {
  if (high === low) return kind === 'diverging' ? 0.5 : 0
  return Math.min(1, Math.max(0, (value - low) / (high - low)))
}

export type Rgb = readonly [red: number, green: number, blue: number]

/** Not a number: as everywhere in the window. */
export const nanRgb: Rgb = [0xd0, 0x1c, 0x8b]

function parse(hex: string): Rgb {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))
  return [r, g, b]
}

/** 256 colours of a scale in a theme, three bytes each. */
export function ramp(kind: ScaleKind, theme: PaintTheme): Uint8ClampedArray {
  const stops = theme[kind].map(parse)
  const colours = new Uint8ClampedArray(256 * 3)
  for (let at = 0; at < 256; at++) {
    const place = (at / 255) * (stops.length - 1)
    const first = Math.min(stops.length - 2, Math.floor(place))
    const [from, to] = [stops[first] ?? nanRgb, stops[first + 1] ?? nanRgb]
    for (const channel of [0, 1, 2] as const)
      colours[3 * at + channel] = from[channel] + (place - first) * (to[channel] - from[channel])
  }
  return colours
}

export function colourAt(colours: Uint8ClampedArray, scale: Scale, value: number): Rgb {
  if (!Number.isFinite(value)) return nanRgb
  const at = 3 * Math.round(255 * placeOn(scale, value))
  return [colours[at] ?? 0, colours[at + 1] ?? 0, colours[at + 2] ?? 0]
}
