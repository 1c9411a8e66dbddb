/**
 * A canvas that is painted at most once per frame, and again when its size or the theme changes. No component renders.
 */
import { onThemeChange, readTheme, type PaintTheme } from './paint-theme'

/** What a painter needs to know of its canvas; sizes in CSS pixels. */
export interface Surface {
  readonly width: number
  readonly height: number
  /** Device pixels per CSS pixel. */
  readonly ratio: number
  readonly theme: PaintTheme
}

export interface LivePainting {
  surface(): Surface
  /** Paints in the next frame. */
  schedule(): void
  stop(): void
}

export function createPainting(canvas: HTMLCanvasElement, paint: (surface: Surface) => void): LivePainting {
  let theme = readTheme()
  let frame = 0
  let width = 0
  let height = 0
  const surface = () => ({ width, height, ratio: devicePixelRatio, theme })
  function now() {
    cancelAnimationFrame(frame)
    frame = 0
    paint(surface())
  }
  function schedule() {
    if (frame === 0) frame = requestAnimationFrame(now)
  }
  const sizes = new ResizeObserver(([entry]) => {
    if (entry === undefined) return
    ;({ width, height } = entry.contentRect)
    canvas.width = Math.round(width * devicePixelRatio)
    canvas.height = Math.round(height * devicePixelRatio)
    // A resized canvas is blank; paint in this very frame, before it is seen.
    now()
  })
  sizes.observe(canvas)
  const stopTheme = onThemeChange(() => {
    theme = readTheme()
    schedule()
  })
  schedule()
  return {
    surface,
    schedule,
    stop() {
      stopTheme()
      sizes.disconnect()
      cancelAnimationFrame(frame)
    },
  }
}
