/** What colour, width and pattern mean in the overlay that is on, and of which step the numbers are. */
import { useEffect, useRef } from 'react'
import { bandColour, shareColour, type Band, type ShareLevel } from '../../engine/diagnose/colour'
import { formatCount } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'
import { useStores } from '../ui/stores'
import { useLanguage } from '../ui/use-language'
import { modes, type PaintMode } from './show'
import { onShown, paced, shownNow } from './shown'

const words = strings.overlay
const bands: readonly Band[] = [0, 1, 2, 3, 4, 5, 6, 7, 8]
const levels: readonly ShareLevel[] = [0, 1, 2, 3, 4]

/** Of the theme of the page, whichever it is. */
function shareOf(level: ShareLevel): string {
  const [light, dark] = [false, true].map((isDark) => shareColour(level, 'var(--neutral)', isDark))
  return `light-dark(${light}, ${dark})`
}

/** As wide as it is on the log scale; the outermost ones, which have no end, a decade. */
function widthOf(edges: readonly number[], band: Band): number {
  const [from, to] = [edges[band - 1], edges[band]]
  return from === undefined || to === undefined ? 1 : to - from
}

export function Legend({ mode }: { readonly mode: PaintMode }) {
  const { live, wire, edges } = modes[mode]
  const [low, middle, high] = words.ends[mode]
  return (
    <div className="overlay-legend">
      <p>
        <b>{words.titles[mode]}</b>
        <span>{words.of[mode]}</span>
      </p>
      <div className={live ? 'overlay-scale' : 'overlay-scale overlay-shares'} aria-hidden>
        {live
          ? bands.map((band) => (
              <span
                key={band}
                style={{
                  background: bandColour(band, 'var(--neutral)'),
                  ...(edges !== null && { flex: widthOf(edges, band) }),
                }}
              />
            ))
          : levels.map((level) => <span key={level} style={{ background: shareOf(level) }} />)}
      </div>
      <div className="overlay-ends">
        <span>{low}</span>
        <span>{middle}</span>
        <span>{high}</span>
      </div>
      {live && (
        <p className="overlay-patterns">
          {wire !== null && (
            <span>
              <i className="overlay-thin" aria-hidden />
              <i className="overlay-thick" aria-hidden />
              {words.thickness}
            </span>
          )}
          <span>
            <i className="overlay-hollow" aria-hidden />
            {words.zero}
          </span>
          <span>
            <i className="overlay-hatched" aria-hidden />
            {words.notFinite}
          </span>
        </p>
      )}
      {live && <Source />}
    </div>
  )
}

function Source() {
  const source = useRef<HTMLParagraphElement>(null)
  const stores = useStores()
  const language = useLanguage()
  useEffect(() => {
    const show = () => {
      const { readings, probing } = shownNow(stores)
      const past = stores.moment.step !== null
      const step = readings?.step ?? null
      const text =
        step === null
          ? words.noRun
          : past
            ? words.earlier(formatCount(step))
            : `${words.measured(formatCount(step))} · ${words.cost((probing * 100).toFixed(1))}`
      const element = source.current
      if (element === null) return
      element.dataset['past'] = String(past && step !== null)
      if (element.textContent !== text) element.textContent = text
    }
    show()
    const stops = [paced((listener) => onShown(stores, listener), show, 250), stores.moment.subscribe(show)]
    return () => {
      for (const stop of stops) stop()
    }
  }, [stores, language])
  return <p ref={source} className="overlay-source" />
}
