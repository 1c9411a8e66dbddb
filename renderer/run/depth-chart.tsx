/**
 * The gradient by depth: one bar per weighted layer from the input to the loss, in the colours of the overlay. Hover or
 * arrow keys read the numbers, a click or Enter selects the node.
 */
import './charts.css'
import { useEffect, useRef, type RefObject } from 'react'
import { formatDecades, formatNumber } from '../../engine/diagnose/format'
import type { Readings } from '../../engine/diagnose/readings'
import type { Document } from '../../engine/graph/document'
import { firstReadings, liveReadings, readingsOf } from '../state/run-readings'
import { createPainting } from '../ui/painting'
import { createTurn } from '../ui/turns'
import { pathName } from '../ui/node-name'
import { useStores, type Stores } from '../ui/stores'
import { strings } from '../ui/strings'
import { barAt, paintDepth, plotBox, type DepthBar, type DepthLine } from './depth-paint'

const words = strings.charts

export function DepthChart() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const says = useRef<HTMLSpanElement>(null)
  const flow = useRef<HTMLSpanElement>(null)
  const latest = useRef<HTMLSpanElement>(null)
  const empty = useRef<HTMLParagraphElement>(null)
  useDepthPainting({ canvas, says, flow, latest, empty })
  return (
    <section className="chart">
      <header className="chart-head">
        <h2>{words.depth}</h2>
        <span className="chart-values" ref={says} role="status" />
        <span className="chart-flow" ref={flow} title={words.flowHint} />
        <span className="chart-unit chart-keys">
          <span className="chart-key-first">{words.firstStep}</span>
          <span className="chart-key-latest" ref={latest} hidden>
            {words.latestStep}
          </span>
        </span>
        <span className="chart-unit">{words.depthAxis}</span>
      </header>
      <div className="chart-plot">
        <canvas ref={canvas} className="chart-canvas" tabIndex={0} role="img" />
      </div>
      <p className="chart-empty" ref={empty}>
        {words.noDepth}
      </p>
    </section>
  )
}

interface Parts {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly says: RefObject<HTMLElement | null>
  readonly flow: RefObject<HTMLElement | null>
  readonly latest: RefObject<HTMLElement | null>
  readonly empty: RefObject<HTMLElement | null>
}

function useDepthPainting({ canvas, says, flow, latest, empty }: Parts): void {
  const stores = useStores()
  useEffect(() => {
    const { editor, session, view, moment } = stores
    const element = canvas.current
    const context = element?.getContext('2d')
    if (element === null || context === null || context === undefined) return
    let hover = -1
    let bars: readonly DepthBar[] = []

    const painting = createPainting(element, (surface) => {
      const run = readingsOf(session, moment, editor.catalogue)
      const document = session.store.getState().runDocument
      bars = run === null || run.readings.step === null ? [] : barsOf(run.readings, document)
      hover = Math.min(hover, bars.length - 1)
      if (empty.current !== null) empty.current.hidden = bars.length > 0
      if (latest.current !== null) latest.current.hidden = moment.step === null
      element.setAttribute('aria-label', words.depthChart(bars.length))
      const f = bars.length === 0 ? null : (run?.readings.flow() ?? null)
      write(flow.current, f === null ? '' : words.flow(formatDecades(f)))
      write(says.current, sentence(bars[hover]))
      if (bars.length === 0) context.clearRect(0, 0, element.width, element.height)
      else {
        const selected = new Set(
          [...editor.store.getState().selection.nodes].flatMap((id) =>
            bars.filter((bar) => topOf(bar.path) === id).map((bar) => bar.path),
          ),
        )
        const paths = bars.map((bar) => bar.path)
        const lines = linesOf(stores, paths)
        paintDepth(context, { ...surface, bars, lines, hover, selected, healthyWord: words.healthyBand })
      }
    })
    const { schedule } = painting
    function point(at: number) {
      if (at === hover) return
      hover = at
      schedule()
    }
    function choose() {
      const bar = bars[hover]
      const found = bar === undefined ? null : editor.actions.selectPath(bar.path)
      if (found !== null) view.request({ kind: 'reveal', node: found })
    }
    const events = new AbortController()
    const on = { signal: events.signal }
    element.addEventListener(
      'pointermove',
      (event) => {
        const { width, height } = painting.surface()
        point(barAt(bars.length, plotBox(width, height), event.offsetX))
      },
      on,
    )
    element.addEventListener('pointerleave', () => point(-1), on)
    element.addEventListener('click', choose, on)
    element.addEventListener(
      'keydown',
      (event) => {
        if (event.key === 'ArrowRight') point(Math.min(hover + 1, bars.length - 1))
        else if (event.key === 'ArrowLeft') point(Math.max(hover - 1, 0))
        else if (event.key === 'Enter') choose()
        else return
        event.preventDefault()
        event.stopPropagation()
      },
      on,
    )
    const turn = createTurn(schedule)
    const stops = [
      turn.stop,
      session.onNumbers(turn.ask),
      session.store.subscribe(schedule),
      moment.subscribe(schedule),
      editor.store.subscribe(schedule),
    ]
    return () => {
      for (const stop of stops) stop()
      events.abort()
      painting.stop()
    }
  }, [canvas, says, flow, latest, empty, stores])
}

/** The first sample, and while one looks at an earlier one also the newest. */
function linesOf({ session, editor, moment }: Stores, paths: readonly string[]): readonly DepthLine[] {
  const values = (readings: Readings | null, raw: boolean) =>
    paths.map((path) => {
      const layer = readings?.layer(path) ?? null
      return layer === null ? -1 : raw ? layer.relativeGradient : layer.shownRelative
    })
  const first = firstReadings(session, editor.catalogue)
  const latest = moment.step === null ? null : (liveReadings(session, editor.catalogue)?.readings ?? null)
  return [
    ...(first === null ? [] : [{ kind: 'first', values: values(first, true) } as const]),
    ...(latest === null ? [] : [{ kind: 'latest', values: values(latest, false) } as const]),
  ]
}

function barsOf(readings: Parameters<typeof toBar>[0], document: Document | null): readonly DepthBar[] {
  return readings.order.flatMap((path) => toBar(readings, path, document))
}

function toBar(
  readings: NonNullable<ReturnType<typeof readingsOf>>['readings'],
  path: string,
  document: Document | null,
): readonly DepthBar[] {
  const layer = readings.layer(path)
  if (layer === null) return []
  const name = document === null ? path : pathName(document, path)
  return [{ path, name, value: layer.shownRelative, d: layer.d }]
}

function topOf(path: string): string {
  const slash = path.indexOf('/')
  return slash === -1 ? path : path.slice(0, slash)
}

function sentence(bar: DepthBar | undefined): string {
  return bar === undefined ? '' : words.bar(bar.name, formatNumber(bar.value), formatDecades(bar.d))
}

function write(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text
}
