/**
 * What is painted over the network: the canvas, and the choice of what it shows. Numbers go from the run's buffers to
 * pixels in `requestAnimationFrame`; a tick renders no component.
 */
import './overlay.css'
import { useEffect, useRef } from 'react'
import { overlays, type Overlay as OverlayMode } from '../state/settings'
import { createScenePainting } from '../ui/scene-painting'
import { useSettings, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { createTurn } from '../ui/turns'
import { Legend } from './legend'
import { createPainter } from './painter'
import { modes, type PaintMode, type Shown } from './show'
import { onShown, shownNow } from './shown'
import { Tip } from './tip'

const words = strings.overlay

/** Goes inside the canvas. */
export function Overlay() {
  const mode = useSettings((state) => state.overlay)
  return (
    <>
      {mode !== 'off' && <Paint mode={mode} />}
      <ModeSwitch mode={mode} />
      {mode !== 'off' && <Legend mode={mode} />}
      {mode !== 'off' && <Tip mode={mode} />}
    </>
  )
}

function ModeSwitch({ mode }: { readonly mode: OverlayMode }) {
  const { settings } = useStores()
  return (
    <div className="overlay-modes" role="radiogroup" aria-label={words.modes}>
      {overlays.map((each, index) => (
        <label
          key={each}
          className={each === mode ? 'overlay-mode overlay-mode-on' : 'overlay-mode'}
          title={words.key(index + 1)}
        >
          <input
            type="radio"
            name="overlay-mode"
            className="visually-hidden"
            checked={each === mode}
            onChange={() => settings.set({ overlay: each })}
          />
          {words.names[each]}
        </label>
      ))}
    </div>
  )
}

function Paint({ mode }: { readonly mode: PaintMode }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const stores = useStores()
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    const board = element?.closest<HTMLElement>('.canvas') ?? null
    if (element === null || context === null || board === null) return
    const painter = createPainter()
    // Between two turns the same numbers are painted wherever the camera takes them.
    let kept: Shown | null = null
    const painting = createScenePainting(element, stores.scene, (surface) => {
      const shown = (kept ??= shownNow(stores))
      board.classList.toggle('canvas-painted', shown.readings !== null && modes[mode].wire !== null)
      const empty = modes[mode].live && shown.readings === null
      board.classList.toggle('canvas-badged', !empty)
      if (empty) {
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.clearRect(0, 0, element.width, element.height)
        return
      }
      painter.paint(context, { ...surface, mode, scene: stores.scene, shown })
    })
    const renew = () => {
      kept = null
      painting.schedule()
    }
    const turn = createTurn(renew)
    const stops = [turn.stop, onShown(stores, renew, turn.ask)]
    return () => {
      for (const stop of stops) stop()
      painting.stop()
      board.classList.remove('canvas-painted', 'canvas-badged')
    }
  }, [canvas, mode, stores])
  return <canvas ref={canvas} className="paint-layer" aria-hidden />
}
