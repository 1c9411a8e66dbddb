/** Loss and metrics of the run on show. */
import { useCallback, useState, type ReactNode } from 'react'
import { useSession, useSettings, useStores } from '../ui/stores'
import { nodeName } from '../ui/node-name'
import { strings } from '../ui/strings'
import { CurveChart } from './curve-chart'
import { lossCurves, metricCurves, metricNames } from './pull'

const words = strings.charts

export function LossChart() {
  const { session } = useStores()
  const log = useSettings((state) => state.logLoss)
  const pull = useCallback(() => lossCurves(session.run(), session.before()), [session])
  return (
    <CurveChart
      title={words.loss}
      emptyText={words.noLoss}
      pull={pull}
      log={log}
      label={words.lossChart}
      controls={
        <>
          <Smoothing />
          <LogAxis />
        </>
      }
    />
  )
}

/** One metric at a time; where the run has several, a menu chooses. */
export function MetricChart() {
  const { session, editor } = useStores()
  const runId = useSession((state) => state.runId)
  const status = useSession((state) => state.status)
  const runDocument = useSession((state) => state.runDocument)
  const [chosen, setChosen] = useState<string | null>(null)
  // The names come with the first event of a run, which changes the status too.
  const names = runId === null || status === 'starting' ? [] : metricNames(session.run())
  const name = chosen !== null && names.includes(chosen) ? chosen : (names[0] ?? null)
  const pull = useCallback(
    () => (name === null ? null : metricCurves(session.run(), name, session.before())),
    [session, name],
  )
  const label = useCallback((step: string, value: string) => words.metricChart(step, value), [])
  const titleOf = (path: string): string => {
    const node =
      runDocument !== null && Object.hasOwn(runDocument.nodes, path) ? runDocument.nodes[path] : undefined
    return node === undefined ? path : nodeName(node, editor.catalogue)
  }
  return (
    <CurveChart
      title={metricTitle(names, name, titleOf, setChosen)}
      emptyText={words.noMetric}
      pull={pull}
      log={false}
      label={label}
      controls={<Smoothing />}
    />
  )
}

function metricTitle(
  names: readonly string[],
  name: string | null,
  titleOf: (path: string) => string,
  choose: (name: string) => void,
): ReactNode {
  if (name === null) return words.metrics
  if (names.length === 1) return titleOf(name)
  return (
    <select
      className="chart-select"
      aria-label={words.metrics}
      value={name}
      onChange={(event) => choose(event.target.value)}
    >
      {names.map((each) => (
        <option key={each} value={each}>
          {titleOf(each)}
        </option>
      ))}
    </select>
  )
}

function Smoothing() {
  const { settings } = useStores()
  const smoothing = useSettings((state) => state.smoothing)
  return (
    <label className="chart-smoothing" title={words.smoothing}>
      <span>{words.smoothing}</span>
      <input
        type="range"
        min={0}
        max={0.95}
        step={0.05}
        value={Math.min(smoothing, 0.95)}
        aria-valuetext={smoothing.toFixed(2)}
        onChange={(event) => settings.set({ smoothing: Number(event.target.value) })}
      />
      <output>{smoothing.toFixed(2)}</output>
    </label>
  )
}

function LogAxis() {
  const { settings } = useStores()
  const log = useSettings((state) => state.logLoss)
  return (
    <button
      type="button"
      className="chart-toggle"
      aria-pressed={log}
      title={words.logHint}
      onClick={() => settings.set({ logLoss: !log })}
    >
      {words.log}
    </button>
  )
}
