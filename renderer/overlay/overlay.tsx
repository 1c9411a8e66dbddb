/**
 * The gradient overlay: the painted canvas, the choice of what it shows, the legend and the tooltip. Numbers go from the
 * run's buffers to pixels in `requestAnimationFrame`; a tick renders no component.
 */
import './overlay.css'
import { useEffect, useRef, type RefObject } from 'react'
import { bandColour, type Band } from '../../engine/diagnose/colour'
import { formatCount } from '../../engine/diagnose/format'
import { readingsOf, type RunReadings } from '../state/run-readings'
import type { Overlay as OverlayMode } from '../state/settings'
import { useSettings, useStores } from '../ui/stores'
import { createPainting } from '../ui/painting'
import { strings } from '../ui/strings'
import { createPainter } from './painter'
import { layerOfCard, layersByCard, rowsOfLayer, rowsOfWire, type PaintMode, type Row } from './show'

const words = strings.overlay
const modes: readonly OverlayMode[] = ['gradient', 'update', 'off']
const bands: readonly Band[] = [0, 1, 2, 3, 4, 5, 6, 7, 8]

/** Goes inside the canvas. */
export function Overlay() {
  const mode = useSettings((state) => state.overlay)
  return (
    <>
      {mode !== 'off' && <Paint mode={mode} />}
      <ModeSwitch mode={mode} />
      {mode !== 'off' && <Legend mode={mode} />}
    </>
  )
}

function ModeSwitch({ mode }: { readonly mode: OverlayMode }) {
  const { settings } = useStores()
  return (
    <div className="overlay-modes" role="radiogroup" aria-label={words.modes}>
      {modes.map((each) => (
        <label key={each} className={each === mode ? 'overlay-mode overlay-mode-on' : 'overlay-mode'}>
          <input
            type="radio"
            name="overlay-mode"
            className="visually-hidden"
            checked={each === mode}
            onChange={() => settings.set({ overlay: each })}
          />
          {words[each]}
        </label>
      ))}
    </div>
  )
}

function Legend({ mode }: { readonly mode: PaintMode }) {
  const source = useRef<HTMLSpanElement>(null)
  const { editor, session } = useStores()
  useEffect(() => {
    const show = () => {
      const run = readingsOf(session, editor.catalogue)
      const text =
        run === null || run.readings.step === null
          ? words.noRun
          : `${words.step(formatCount(run.readings.step))} · ${words.cost((run.cost * 100).toFixed(1))}`
      if (source.current !== null && source.current.textContent !== text) source.current.textContent = text
    }
    show()
    const stops = [paced((listener) => session.onNumbers(listener), show, 250), session.store.subscribe(show)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [session, editor])
  const gradient = mode === 'gradient'
  return (
    <div className="overlay-legend">
      <p>
        <b>{gradient ? words.flowTitle : words.updateTitle}</b> {gradient ? words.flowOf : words.updateOf}
      </p>
      <div className="overlay-scale" aria-hidden>
        {bands.map((band) => (
          <span key={band} style={{ background: bandColour(band, 'var(--neutral)') }} />
        ))}
      </div>
      <div className="overlay-ends">
        <span>
          {gradient ? '10⁻⁶' : '10⁻⁷'} {gradient ? words.vanishing : words.tooSmall}
        </span>
        <span>{words.healthy}</span>
        <span>
          {gradient ? words.exploding : words.tooLarge} {gradient ? '10⁶' : '10'}
        </span>
      </div>
      <p className="overlay-source">
        {gradient && (
          <span>
            <i className="overlay-thin" aria-hidden />
            <i className="overlay-thick" aria-hidden />
            {words.thickness}
          </span>
        )}
        <span ref={source} />
      </p>
    </div>
  )
}

function Paint({ mode }: { readonly mode: PaintMode }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const tip = useRef<HTMLDivElement>(null)
  usePainting(canvas, mode)
  useTooltip(tip, mode)
  return (
    <>
      <canvas ref={canvas} className="overlay-paint" aria-hidden />
      <div ref={tip} className="overlay-tip" role="tooltip" hidden />
    </>
  )
}

function usePainting(canvas: RefObject<HTMLCanvasElement | null>, mode: PaintMode): void {
  const { editor, session, scene } = useStores()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d')
    const board = element?.closest<HTMLElement>('.canvas')
    if (
      element === null ||
      context === null ||
      context === undefined ||
      board === null ||
      board === undefined
    )
      return
    const painter = createPainter()
    let layers: {
      readonly of: RunReadings['readings']
      readonly cards: ReadonlyMap<string, readonly string[]>
    } | null = null

    const painting = createPainting(element, (surface) => {
      const run = readingsOf(session, editor.catalogue)
      const live = run !== null && run.readings.step !== null
      board.classList.toggle('canvas-painted', live && mode === 'gradient')
      if (!live) {
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.clearRect(0, 0, element.width, element.height)
        return
      }
      if (layers?.of !== run.readings) layers = { of: run.readings, cards: layersByCard(run.readings.order) }
      painter.paint(context, { ...surface, mode, scene, readings: run.readings, layers: layers.cards })
    })
    const stops = [
      scene.subscribe(painting.schedule),
      session.onNumbers(painting.schedule),
      session.store.subscribe(painting.schedule),
    ]
    return () => {
      for (const stop of stops) stop()
      painting.stop()
      board.classList.remove('canvas-painted')
    }
  }, [canvas, mode, editor, session, scene])
}

/** Milliseconds that the pointer rests before the numbers come. */
const rest = 180

function useTooltip(tip: RefObject<HTMLDivElement | null>, mode: PaintMode): void {
  const { editor, session, scene } = useStores()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | null = null
    let hover = scene.hover
    let cards: ReadonlyMap<string, readonly string[]> = new Map()
    let of: RunReadings['readings'] | null = null

    /** The label of the card, and the place inside it where it is a block. */
    function nameOf(path: string): string {
      const slash = path.indexOf('/')
      const top = slash === -1 ? path : path.slice(0, slash)
      const { nodes } = editor.store.getState().document
      const label = Object.hasOwn(nodes, top) ? nodes[top]?.label : undefined
      return label === undefined ? path : label + path.slice(top.length)
    }

    function content(): { readonly title: string; readonly rows: readonly Row[] } | null {
      const run = readingsOf(session, editor.catalogue)
      if (hover === null || run === null || run.readings.step === null) return null
      if (of !== run.readings) {
        of = run.readings
        cards = layersByCard(run.readings.order)
      }
      if (hover.kind === 'wire') {
        const wire = run.readings.wire(hover.id)
        return wire === null || mode !== 'gradient'
          ? null
          : {
              title: words.step(formatCount(run.readings.step)),
              rows: rowsOfWire(wire, scene.wires.get(hover.id)?.label ?? ''),
            }
      }
      const layer = layerOfCard(cards.get(hover.id) ?? [], run.readings, mode)
      return layer === null
        ? null
        : {
            title: `${nameOf(layer.path)} · ${words.step(formatCount(run.readings.step))}`,
            rows: rowsOfLayer(layer, mode),
          }
    }

    function show() {
      const element = tip.current
      if (element === null) return
      const now = timer === null ? content() : null
      element.hidden = now === null
      if (now === null || hover === null) return
      fill(element, now.title, now.rows)
      const box = element.parentElement?.getBoundingClientRect()
      if (box === undefined) return
      element.style.left = `${Math.min(hover.x - box.left + 14, box.width - element.offsetWidth - 8)}px`
      element.style.top = `${Math.min(hover.y - box.top + 16, box.height - element.offsetHeight - 8)}px`
    }

    function follow() {
      if (scene.hover === hover) return
      hover = scene.hover
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(() => {
        timer = null
        show()
      }, rest)
      show()
    }
    const stops = [scene.subscribe(follow), paced((listener) => session.onNumbers(listener), show, 250)]
    return () => {
      for (const stop of stops) stop()
      if (timer !== null) clearTimeout(timer)
    }
  }, [tip, mode, editor, session, scene])
}

/** Writes a title and rows of name and number; elements are kept while their count stays. */
function fill(element: HTMLElement, title: string, rows: readonly Row[]): void {
  const texts = [title, ...rows.flatMap((row) => [row.name, row.value])]
  if (element.childElementCount !== texts.length) {
    element.replaceChildren(
      ...texts.map((_, index) =>
        document.createElement(index === 0 ? 'b' : index % 2 === 1 ? 'span' : 'strong'),
      ),
    )
  }
  for (const [index, text] of texts.entries()) {
    const child = element.children[index]
    if (child !== undefined && child.textContent !== text) child.textContent = text
  }
}

/** Listens, but calls back at most once in so many milliseconds; the last call is never lost. */
function paced(
  listen: (listener: () => void) => () => void,
  call: () => void,
  milliseconds: number,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  const stop = listen(() => {
    timer ??= setTimeout(() => {
      timer = null
      call()
    }, milliseconds)
  })
  return () => {
    stop()
    if (timer !== null) clearTimeout(timer)
  }
}
