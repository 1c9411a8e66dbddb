/**
 * A tensor as colours at the step on show: a heat map, kernels, feature maps or who looks where. Pointing at a cell, or
 * the arrow keys, read its number.
 */
import { useRef, type RefObject } from 'react'
import type { PlanStep } from '../../engine/analyse/plan'
import {
  isAttentionMap,
  layoutOf,
  type ChosenSample,
  type Picture,
  type TensorName,
} from '../../engine/session/look'
import { formatNumber } from '../ui/format'
import { useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { plainRange, scaleOf, type Scale, type ScaleKind } from './colours'
import { nameOf } from './tensors'
import { showEither, waitingWords, write } from './use-live-painting'
import { usePicture } from './use-picture'

const words = strings.inspect

interface PictureProps {
  readonly step: PlanStep
  readonly tensor: TensorName
  readonly kind: ScaleKind
  /** For outputs. */
  readonly chosen: ChosenSample | null
  /** The tokens of the sample, where it has any: they name the places of a sequence. */
  readonly tokens: () => readonly string[]
}

const mostLabels = 24

export function PictureView(props: PictureProps) {
  const body = useRef<HTMLDivElement>(null)
  const waiting = useRef<HTMLParagraphElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const says = useRef<HTMLParagraphElement>(null)
  const shape = useRef<HTMLParagraphElement>(null)
  const plain = useRef<HTMLParagraphElement>(null)
  const low = useRef<HTMLSpanElement>(null)
  const high = useRef<HTMLSpanElement>(null)
  useTensorPicture(props, { body, waiting, canvas, says, shape, plain, low, high })
  return (
    <>
      <p ref={waiting} className="inspector-text" />
      <div ref={body} hidden>
        <p ref={shape} className="look-shape" />
        <p ref={plain} className="look-plain" />
        <canvas ref={canvas} className="look-picture" tabIndex={0} role="img" />
        <div className="look-legend">
          <span ref={low} />
          <i className={`look-scale look-${props.kind}`} aria-hidden />
          <span ref={high} />
        </div>
        <p ref={says} className="look-says" role="status" />
      </div>
    </>
  )
}

interface Parts {
  readonly body: RefObject<HTMLElement | null>
  readonly waiting: RefObject<HTMLElement | null>
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly says: RefObject<HTMLElement | null>
  readonly shape: RefObject<HTMLElement | null>
  /** Why the picture is of one colour. */
  readonly plain: RefObject<HTMLElement | null>
  readonly low: RefObject<HTMLElement | null>
  readonly high: RefObject<HTMLElement | null>
}

function useTensorPicture(props: PictureProps, parts: Parts): void {
  const stores = useStores()
  const { session, moment } = stores
  const { step, tensor, kind, chosen, tokens } = props
  const attends = isAttentionMap(step, tensor)
  usePicture({
    ...parts,
    now() {
      const seen = session.run()?.looks.picture(step.path, tensor, chosen, moment.step) ?? null
      showEither(parts.body.current, parts.waiting.current, seen !== null)
      if (seen === null) {
        write(parts.waiting.current, waitingWords(stores, { path: step.path, tensor }))
        return null
      }
      const { shape, shown, values } = seen.what
      const scale = attends ? attentionScale(shown, values) : scaleOf(kind, values)
      describe(parts, scale, seen.what, tensor)
      write(parts.plain.current, plainWords(plainRange(scale, values), attends))
      return {
        shown,
        values,
        layout: layoutOf(step, tensor, shape),
        scale,
        labels: attends ? placesOf(shown, tokens()) : null,
        width: Infinity,
      }
    },
    read(index, value) {
      const [head = 0, from = 0, to = 0] = index
      if (!attends) return words.cell(index, value)
      const names = tokens()
      return words.attends(head, words.place(from, names[from]), words.place(to, names[to]), value)
    },
  })
}

/** Up to four times what each place would get if all were looked at alike, so that such a map is pale. */
function attentionScale(shown: readonly number[], values: Float32Array): Scale {
  const { high } = scaleOf('sequential', values)
  return { kind: 'sequential', low: 0, high: Math.max(high, Math.min(1, 4 / (shown.at(-1) ?? 1))) }
}

function describe(parts: Parts, scale: Scale, { shape, shown }: Picture, tensor: TensorName): void {
  write(parts.low.current, formatNumber(scale.low))
  write(parts.high.current, formatNumber(scale.high))
  write(parts.shape.current, words.shown(shape, shown))
  parts.canvas.current?.setAttribute('aria-label', words.pictureLabel(nameOf(tensor), shape))
}

function plainWords(range: readonly [number, number] | null, attends: boolean): string {
  if (range === null) return ''
  const [low, high] = [formatNumber(range[0]), formatNumber(range[1])]
  return attends ? words.attendsAlike(low, high) : words.alike(low, high)
}

/** Names of the places along both sides of an attention map; null where they would not be read. */
function placesOf(
  shown: readonly number[],
  tokens: readonly string[],
): { readonly rows: readonly string[]; readonly columns: readonly string[] } | null {
  const [, from = 0, to = 0] = shown
  if (Math.max(from, to) > mostLabels) return null
  const names = (count: number) =>
    Array.from(
      { length: count },
      (_, at) => (tokens.length === count ? tokens[at] : undefined) ?? String(at + 1),
    )
  return { rows: names(from), columns: names(to) }
}
