/** A finding's evidence as a small picture. Its numbers stand in the sentence above, so the picture is named, not read out. */
import type { Chart } from '../../engine/diagnose/finding'
import { formatNumber } from '../../engine/diagnose/format'
import { translate } from '../ui/translate'

const width = 240
const height = 64
const edge = 3

/** Puts numbers into the height of the picture; null for those that cannot be shown. */
function scaled(values: readonly number[], all: readonly number[], log: boolean): readonly (number | null)[] {
  const turn = (value: number) => (log ? Math.log10(value) : value)
  const shown = all.map(turn).filter(Number.isFinite)
  const low = Math.min(...shown)
  const span = Math.max(...shown) - low || 1
  return values.map((value) => {
    const at = turn(value)
    return Number.isFinite(at) ? height - edge - ((at - low) / span) * (height - 2 * edge) : null
  })
}

/** A path that leaves out what cannot be shown. `x` and `y` are of the same length. */
function line(x: readonly number[], y: readonly (number | null)[]): string {
  let pen = 'M'
  return y
    .map((at, index) => {
      if (at === null) {
        pen = 'M'
        return ''
      }
      const step = `${pen}${(x[index] ?? 0).toFixed(1)} ${at.toFixed(1)}`
      pen = 'L'
      return step
    })
    .join('')
}

function spread(count: number): readonly number[] {
  return Array.from(
    { length: count },
    (_, index) => edge + (index / Math.max(1, count - 1)) * (width - 2 * edge),
  )
}

export function EvidenceChart({ chart, nameOf }: { readonly chart: Chart; nameOf(path: string): string }) {
  return (
    <figure className="evidence">
      <figcaption>{translate(chart.title)}</figcaption>
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={translate(chart.title)}>
        {chart.kind === 'time' ? <Curves chart={chart} /> : <Columns chart={chart} nameOf={nameOf} />}
      </svg>
    </figure>
  )
}

function Curves({ chart }: { readonly chart: Extract<Chart, { kind: 'time' }> }) {
  const { steps, series, level } = chart
  const all = [...series.flatMap(({ values }) => values), ...(level === null ? [] : [level.value])]
  const first = steps[0] ?? 0
  const span = (steps.at(-1) ?? first) - first || 1
  const x = steps.map((step) => edge + ((step - first) / span) * (width - 2 * edge))
  return (
    <>
      {level !== null && (
        <path
          className="evidence-level"
          d={line([edge, width - edge], scaled([level.value, level.value], all, false))}
        >
          <title>{`${translate(level.name)} ${formatNumber(level.value)}`}</title>
        </path>
      )}
      {series.map(({ name, values }, index) => (
        <path key={name} className="evidence-line" data-at={index} d={line(x, scaled(values, all, false))}>
          <title>{translate(name)}</title>
        </path>
      ))}
    </>
  )
}

interface ColumnsProps {
  readonly chart: Exclude<Chart, { kind: 'time' }>
  nameOf(path: string): string
}

function Columns({ chart, nameOf }: ColumnsProps) {
  const { values } = chart
  const names = chart.kind === 'depth' ? chart.paths.map(nameOf) : chart.labels.map(translate)
  const log = chart.kind === 'depth' && chart.log
  const tops = scaled(values, log ? values : [0, ...values], log)
  const x = spread(values.length + 1)
  const gap = values.length > 40 ? 0.5 : 2
  return tops.map((top, index) => {
    const from = x[index] ?? 0
    // A value that is no number or, on a log scale, nothing at all still has a place.
    const y = Math.min(top ?? height - edge, height - edge - 1)
    return (
      <rect
        key={index}
        className="evidence-bar"
        data-none={top === null}
        x={from}
        y={y}
        width={Math.max(0.5, (x[index + 1] ?? from) - from - gap)}
        height={height - edge - y}
      >
        <title>{`${names[index] ?? ''} ${formatNumber(values[index] ?? NaN)}`}</title>
      </rect>
    )
  })
}
