/**
 * The time of the whole run, from its first step to its last: drag, press arrow keys, or play. Overlays, charts and
 * numbers follow at once; nothing renders while it moves.
 */
import './scrubber.css'
import { Pause, Play } from 'lucide-react'
import { useEffect, useRef, useSyncExternalStore, type RefObject } from 'react'
import { formatCount, formatNumber } from '../../engine/diagnose/format'
import { createPainting } from '../ui/painting'
import { createTurn } from '../ui/turns'
import { useSession, useStores, type Stores } from '../ui/stores'
import { strings } from '../ui/strings'
import { marksOf, rowAt } from './marks'
import { marksNear, paintTimeline, stepAt, xOf } from './scrubber-paint'

const words = strings.scrubber

export function Scrubber() {
  const slider = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  useTimeline({ slider, canvas, tip })
  return (
    <div
      ref={slider}
      className="scrubber"
      role="slider"
      tabIndex={0}
      aria-label={words.label}
      aria-valuemin={1}
      aria-valuemax={1}
      aria-valuenow={1}
    >
      <canvas ref={canvas} className="scrubber-canvas" aria-hidden />
      <div ref={tip} className="scrubber-tip" hidden />
    </div>
  )
}

/** Play through the run, or stop; before the track. */
export function PlayTime() {
  const { moment } = useStores()
  const playing = useSyncExternalStore(moment.subscribe, () => moment.playing)
  const able = useHasRun()
  const text = playing ? words.pause : words.play
  return (
    <button
      type="button"
      className="button button-icon button-quiet scrubber-button"
      aria-label={text}
      title={`${text} (K)`}
      disabled={!able}
      onClick={() => moment.play(!moment.playing)}
    >
      {playing ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
    </button>
  )
}

/** Back to the newest step; lit while that is what is shown and newer ones are to come. */
export function Live() {
  const { moment } = useStores()
  const live = useSyncExternalStore(moment.subscribe, () => moment.step === null)
  const able = useHasRun()
  const goesOn = useSession(({ status }) => status === 'running' || status === 'paused')
  return (
    <button
      type="button"
      className="scrubber-live"
      data-goes-on={goesOn}
      aria-pressed={live}
      title={words.liveHint}
      disabled={!able}
      onClick={() => moment.show(null)}
    >
      <i aria-hidden />
      {words.live}
    </button>
  )
}

/** A run has begun; its probes come with the very first step. One that failed before has nothing to show. */
function useHasRun(): boolean {
  const { session } = useStores()
  const status = useSession((state) => state.status)
  const runId = useSession((state) => state.runId)
  return runId !== null && status !== 'starting' && (status !== 'failed' || (session.run()?.step ?? 0) > 0)
}

interface Parts {
  readonly slider: RefObject<HTMLDivElement | null>
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly tip: RefObject<HTMLDivElement | null>
}

function useTimeline({ slider, canvas, tip }: Parts): void {
  const stores = useStores()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    const handle = slider.current
    if (element === null || context === null || handle === null) return
    let hover: number | null = null
    const painting = createPainting(element, (surface) => {
      const run = stores.session.run()
      const { runDocument } = stores.session.store.getState()
      paintTimeline(context, {
        ...surface,
        totalSteps: run?.totalSteps ?? 0,
        step: run?.step ?? 0,
        shown: stores.moment.step,
        marks: run === null ? [] : marksOf(run, runDocument),
        hover: run === null || run.step === 0 ? null : hover,
      })
      speak(handle, stores)
    })
    const seek = (x: number) => {
      const run = stores.session.run()
      if (run === null || run.step === 0) return
      const step = stepAt(x, run.totalSteps, painting.surface().width)
      stores.moment.show(step >= run.step ? null : step)
    }
    const point = (x: number | null) => {
      const run = stores.session.run()
      hover = x === null || run === null ? null : stepAt(x, run.totalSteps, painting.surface().width)
      if (tip.current !== null) showTip(tip.current, stores, hover, painting.surface().width)
      painting.schedule()
    }
    const stopListening = listen(handle, stores, seek, point)
    const turn = createTurn(painting.schedule)
    const stops = [
      turn.stop,
      stores.session.onNumbers(turn.ask),
      stores.session.store.subscribe(painting.schedule),
      stores.moment.subscribe(painting.schedule),
    ]
    return () => {
      for (const stop of stops) stop()
      stopListening()
      painting.stop()
    }
  }, [slider, canvas, tip, stores])
}

/** Pointer and keys; `seek` and `point` take x within the slider. */
function listen(
  handle: HTMLElement,
  { moment }: Stores,
  seek: (x: number) => void,
  point: (x: number | null) => void,
): () => void {
  const events = new AbortController()
  const on = { signal: events.signal }
  const within = (event: PointerEvent) => event.clientX - handle.getBoundingClientRect().left
  let dragging = false
  handle.addEventListener(
    'pointerdown',
    (event) => {
      if (event.button !== 0) return
      dragging = true
      handle.setPointerCapture(event.pointerId)
      seek(within(event))
    },
    on,
  )
  handle.addEventListener(
    'pointermove',
    (event) => {
      if (dragging) seek(within(event))
      point(within(event))
    },
    on,
  )
  const end = () => (dragging = false)
  handle.addEventListener('pointerup', end, on)
  handle.addEventListener('pointercancel', end, on)
  handle.addEventListener('pointerleave', () => point(null), on)
  handle.addEventListener(
    'keydown',
    (event) => {
      const samples: Readonly<Record<string, number>> = {
        ArrowLeft: -1,
        ArrowDown: -1,
        ArrowRight: 1,
        ArrowUp: 1,
        PageDown: -10,
        PageUp: 10,
        Home: -Infinity,
      }
      const by = samples[event.key]
      if (event.key === 'End') moment.show(null)
      else if (by !== undefined) moment.move(by)
      else return
      event.preventDefault()
      event.stopPropagation()
    },
    on,
  )
  return () => events.abort()
}

function speak(handle: HTMLElement, { session, moment }: Stores): void {
  const run = session.run()
  const total = run?.totalSteps ?? 0
  const step = moment.step ?? run?.step ?? 0
  handle.setAttribute('aria-valuemax', String(Math.max(1, run?.step ?? 1)))
  handle.setAttribute('aria-valuenow', String(Math.max(1, step)))
  handle.setAttribute(
    'aria-valuetext',
    total === 0 ? words.noRun : words.at(formatCount(step), formatCount(total), moment.step === null),
  )
}

function showTip(tip: HTMLElement, { session }: Stores, step: number | null, width: number): void {
  const run = session.run()
  tip.hidden = step === null || run === null || run.step === 0
  if (step === null || run === null) return
  const at = Math.min(step, run.step)
  const row = rowAt(run.steps, run.length, at)
  const x = xOf(step, run.totalSteps, width)
  const { runDocument } = session.store.getState()
  const near = marksNear(marksOf(run, runDocument), x, run.totalSteps, width).slice(0, 4)
  const lines = [
    step > run.step
      ? words.notYet(formatCount(step))
      : words.tip(formatCount(step), row < 0 ? null : formatNumber(run.loss[row] ?? NaN)),
    ...near.map(({ text }) => text),
  ]
  tip.replaceChildren(
    ...lines.map((line) => {
      const part = document.createElement('span')
      part.textContent = line
      return part
    }),
  )
  const half = tip.offsetWidth / 2
  tip.style.left = `${Math.min(Math.max(x, half - 40), width - half + 40)}px`
}
