/**
 * Before a training: how large and how fast it will be, measured on three dry batches beside what is predicted, and the
 * range test of the learning rate with its suggestion.
 */
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import { formatBytes } from '../../engine/diagnose/format'
import type { Preflight } from '../../engine/session/trial'
import { isTrainable } from '../state/editor-types'
import type { RunStatus } from '../state/session-types'
import { rateSpan, type TrialsState } from '../state/trials'
import { CloseButton } from '../ui/close-button'
import { formatDuration, formatLarge, formatNumber } from '../ui/format'
import { createPainting } from '../ui/painting'
import { strings } from '../ui/strings'
import { useEditor, useSession, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { useMissingTables } from '../ui/use-missing-tables'
import { paintRates } from './paint'
import './rate-test.css'

const words = strings.trials

function useTrials<T>(select: (state: TrialsState) => T): T {
  return useStore(useStores().trials.store, select)
}

/** A run that is there has the device to itself. */
function useFree(): boolean {
  const status = useSession((state) => state.status)
  const ready = useEditor(isTrainable)
  const complete = useMissingTables().length === 0
  return ready && complete && !isBusy(status)
}

function isBusy(status: RunStatus): boolean {
  return status === 'running' || status === 'paused' || status === 'starting'
}

export function TrialsPanel() {
  const { settings } = useStores()
  const [missing] = useMissingTables()
  const said = useTrials((state) => state.message)
  const message = missing === undefined ? said : strings.run.fileFirst(missing.file)
  const busy = useSession(({ status }) => isBusy(status))
  return (
    <section className="trials" aria-label={words.title}>
      <header className="trials-bar">
        <h2 className="section-title">{words.title}</h2>
        {message !== null && <p className="trials-message">{translate(message)}</p>}
        {message === null && busy && <p className="trials-doc">{words.busy}</p>}
        <CloseButton label={words.close} onClose={() => settings.set({ dockView: 'training' })} />
      </header>
      <div className="trials-body">
        <Flight />
        <RateTest />
      </div>
    </section>
  )
}

interface Fact {
  readonly name: string
  /** What was said of it before it was measured. */
  readonly predicted?: string
  readonly value: string
}

function milliseconds(batches: readonly number[]): number {
  return [...batches].sort((a, b) => a - b)[Math.floor(batches.length / 2)] ?? NaN
}

function Flight() {
  const { trials } = useStores()
  const state = useTrials(({ flight }) => flight)
  const measured = useTrials((each) => each.measured)
  const facts = useFacts(measured)
  const free = useFree()
  return (
    <div className="trials-part">
      <div className="trials-head">
        <h3>{words.flight}</h3>
        <button
          type="button"
          className="button"
          disabled={!free || state === 'flying'}
          onClick={() => void trials.fly()}
        >
          {state === 'flying' ? words.flying : measured === null ? words.measure : words.again}
        </button>
      </div>
      <table className="trials-facts" aria-label={words.flight}>
        <tbody>
          {facts.map(({ name, predicted = '', value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{predicted}</td>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="trials-doc">{measured === null ? words.flightDoc : words.where(backendName(measured))}</p>
    </div>
  )
}

function backendName({ backend }: Preflight): string {
  const name = strings.backend.short[backend.name]
  return backend.adapter === '' ? name : `${name} · ${backend.adapter}`
}

/** Steps in a second, to three figures: `10,500`. */
function perSecond(steps: number): string {
  const rounded = Number(steps.toPrecision(3))
  return rounded >= 1000 ? formatLarge(rounded) : formatNumber(rounded)
}

function useFacts(measured: Preflight | null): readonly Fact[] {
  const plan = useEditor((state) => state.analysis.plan)
  const { batchSize } = useEditor((state) => state.document.training)
  const step = measured === null ? NaN : milliseconds(measured.batches)
  const when = (text: string) => (measured === null ? words.none : text)
  const last = (seconds: number) =>
    seconds < 0.1
      ? words.milliseconds(formatNumber(Number((1000 * seconds).toPrecision(2))))
      : seconds < 10
        ? words.seconds(formatNumber(Number(seconds.toPrecision(2))))
        : formatDuration(seconds)
  return [
    {
      name: words.rows.memory,
      predicted: words.predicted(formatBytes(plan.memory.training)),
      value: when(formatBytes(measured?.peakBytes ?? NaN)),
    },
    {
      name: words.rows.speed,
      value: when(perSecond(1000 / step)),
    },
    {
      name: words.rows.epoch,
      value: when(last(((measured?.stepsPerEpoch ?? NaN) * step) / 1000)),
    },
    {
      name: words.rows.run,
      value: when(last(((measured?.totalSteps ?? NaN) * step) / 1000)),
    },
    {
      name: words.rows.samples,
      value: when(formatBytes(measured?.sampleBytes ?? NaN)),
    },
    {
      name: words.rows.work,
      // Forwards once, backwards twice.
      value: formatLarge(plan.multiplyAdds * 3 * batchSize),
    },
  ]
}

function RateTest() {
  const { trials } = useStores()
  const test = useTrials((state) => state.test)
  const progress = useTrials((state) => state.progress)
  const trainingStep = useTrials((state) => state.trainingStep)
  const steps = useEditor((state) => state.analysis.plan.training.length)
  const free = useFree()
  return (
    <div className="trials-part trials-test">
      <div className="trials-head">
        <h3>{words.test}</h3>
        {steps > 1 && (
          <select
            className="select"
            aria-label={words.trainingSteps}
            value={trainingStep}
            onChange={({ target }) => trials.choose(Number(target.value))}
          >
            {Array.from({ length: steps }, (_, index) => (
              <option key={index} value={index}>
                {words.trainingStep(index + 1)}
              </option>
            ))}
          </select>
        )}
        {test === 'running' ? (
          <>
            <progress value={progress} aria-label={words.progress} />
            <button type="button" className="button" onClick={() => trials.cancel()}>
              {words.cancel}
            </button>
          </>
        ) : (
          <button type="button" className="button" disabled={!free} onClick={() => void trials.testRate()}>
            {test === 'done' ? words.startAgain : words.start}
          </button>
        )}
        <Suggestion />
      </div>
      <Picture />
    </div>
  )
}

function useRateNow(): number {
  const trainingStep = useTrials((state) => state.trainingStep)
  return useEditor(
    ({ analysis }) => analysis.plan.training[trainingStep]?.settings.optimiser.learningRate ?? NaN,
  )
}

function Suggestion() {
  const { trials } = useStores()
  const test = useTrials((state) => state.test)
  const suggestion = useTrials((state) => state.suggestion)
  const diverged = useTrials((state) => state.diverged)
  const now = useRateNow()
  if (test === 'running') return null
  if (test === 'none') return <p className="trials-doc">{words.testDoc}</p>
  if (suggestion === null) return <p className="trials-doc">{words.noSuggestion}</p>
  const rate = formatNumber(suggestion.rate)
  return (
    <div className="trials-suggestion">
      {now === suggestion.rate ? (
        <b>{words.used(rate)}</b>
      ) : (
        <button
          type="button"
          className="button button-primary"
          onClick={() => trials.useRate(suggestion.rate, words.useLabel(rate))}
        >
          {words.use(rate)}
        </button>
      )}
      <span>
        {words.rules[suggestion.rule](formatNumber(Number(suggestion.minimum.toPrecision(2))))}
        {diverged && ` ${words.diverged}`}
      </span>
    </div>
  )
}

function Picture() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const range = useTrials((state) => state.range)
  const suggestion = useTrials((state) => state.suggestion)
  const now = useRateNow()
  const empty = range === null || range.rates.length === 0
  useEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null || range === null || range.rates.length === 0) return
    const { from, to } = rateSpan
    const painting = createPainting(element, (surface) =>
      paintRates(context, surface, { range, suggestion, now, from, to }),
    )
    return () => painting.stop()
  }, [range, suggestion, now])
  const said = suggestion === null ? '' : words.suggested(formatNumber(suggestion.rate))
  return (
    <div className="trials-picture">
      {empty ? (
        <p className="trials-doc trials-empty">{words.empty}</p>
      ) : (
        <canvas ref={canvas} role="img" aria-label={words.picture(said)} />
      )}
    </div>
  )
}
