/**
 * One batch, node by node: where one is, the formula of the node with its numbers, and which sample and which number of
 * the output is written out. It takes the place of the charts.
 */
import { ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react'
import { Fragment, useEffect, useMemo, useRef } from 'react'
import { formatPower } from '../../nodes/kit/power'
import { phases, type Stop } from '../../engine/explain/stops'
import { updateLines } from '../../engine/explain/update'
import type { Value, Worked } from '../../engine/explain/work-out'
import { digits, type Line } from '../../engine/explain/write'
import { CloseButton } from '../ui/close-button'
import { strings } from '../ui/strings'
import { useEditor, useSession, useStepwise, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { brief, summary } from './numbers'
import './stepwise.css'

const words = strings.stepwise

export function StepwisePanel() {
  const { stepwise } = useStores()
  const worked = useStepwise((state) => state.worked)
  const stop = useStepwise((state) => state.stops[state.at])
  const waiting = useStepwise((state) => state.waiting)
  const message = useStepwise((state) => state.message)
  const goesOn = useSession(({ status }) => status === 'running')
  const body = useRef<HTMLDivElement>(null)
  // The arrow keys are for the steps, so the focus leaves a card that they would move.
  useEffect(() => body.current?.focus(), [])
  return (
    <section className="stepwise" aria-label={words.title}>
      <header className="stepwise-bar">
        <h2 className="section-title">{words.title}</h2>
        <Way />
        <Phases />
        <Batch />
        <CloseButton label={words.close} shortcut="Esc" onClose={() => stepwise.close()} />
      </header>
      <div ref={body} className="stepwise-body" tabIndex={-1}>
        {message !== null && <p className="stepwise-message">{translate(message)}</p>}
        {message === null && goesOn && <p className="stepwise-message stepwise-wide">{words.goesOn}</p>}
        {message === null && worked !== null && stop !== undefined ? (
          <Step worked={worked} stop={stop} />
        ) : (
          waiting && message === null && <p className="stepwise-message">{words.waiting}</p>
        )}
      </div>
    </section>
  )
}

const ways = [
  { to: () => 0, word: 'firstStop', key: 'Home', icon: ChevronFirst },
  { to: (at: number) => at - 1, word: 'previousStop', key: '←', icon: ChevronLeft },
  { to: (at: number) => at + 1, word: 'nextStop', key: '→', icon: ChevronRight },
  { to: () => Infinity, word: 'lastStop', key: 'End', icon: ChevronLast },
] as const

function Way() {
  const { stepwise } = useStores()
  const at = useStepwise((state) => state.at)
  const of = useStepwise((state) => state.stops.length)
  return (
    <div className="stepwise-way">
      {ways.map(({ to, word, key, icon: Icon }) => (
        <button
          key={word}
          type="button"
          className="button button-icon"
          aria-label={strings.commands[word]}
          title={`${strings.commands[word]} (${key})`}
          disabled={of === 0 || Math.max(0, Math.min(to(at), of - 1)) === at}
          onClick={() => stepwise.go(to(at))}
        >
          <Icon size={16} aria-hidden />
        </button>
      ))}
      {of > 0 && <span className="stepwise-count">{words.stop(at + 1, of)}</span>}
    </div>
  )
}

function Phases() {
  const { stepwise } = useStores()
  const phase = useStepwise((state) => state.stops[state.at]?.phase)
  const stops = useStepwise((state) => state.stops)
  return (
    <div className="stepwise-phases" role="group" aria-label={words.phaseList}>
      {phases.map((each) => (
        <button
          key={each}
          type="button"
          className="button button-quiet"
          aria-pressed={each === phase}
          disabled={!stops.some((stop) => stop.phase === each)}
          onClick={() => stepwise.goTo(each)}
        >
          {words.phases[each]}
        </button>
      ))}
    </div>
  )
}

/** So many samples fit beside one another on a wire. */
const mostSamples = 4

/** Which samples make the batch, and which training step looks at them. */
function Batch() {
  const { stepwise } = useStores()
  const first = useStepwise((state) => state.first)
  const count = useStepwise((state) => state.count)
  const of = useStepwise((state) => state.worked?.trace.samples.of ?? 0)
  const trainingStep = useStepwise((state) => state.trainingStep)
  const steps = useEditor((state) => state.analysis.plan.training.length)
  const field = (label: string, value: number, max: number, take: (value: number) => void) => (
    <label className="stepwise-field">
      {label}
      <input
        className="input"
        type="number"
        min={1}
        max={max}
        value={value}
        onChange={({ target }) => {
          const wanted = target.valueAsNumber
          if (Number.isInteger(wanted) && wanted >= 1 && wanted <= max) take(wanted)
        }}
      />
    </label>
  )
  return (
    <div className="stepwise-batch">
      {steps > 1 && (
        <select
          className="select"
          aria-label={words.trainingSteps}
          value={trainingStep}
          onChange={({ target }) => stepwise.take({ trainingStep: Number(target.value) })}
        >
          {Array.from({ length: steps }, (_, index) => (
            <option key={index} value={index}>
              {words.trainingStep(index + 1)}
            </option>
          ))}
        </select>
      )}
      {field(words.first, first + 1, Math.max(1, of), (value) => stepwise.take({ first: value - 1 }))}
      {of > 0 && <span>{words.of(of)}</span>}
      {of > 1 &&
        field(words.count, count, Math.min(of, mostSamples), (value) => stepwise.take({ count: value }))}
    </div>
  )
}

function Step({ worked, stop }: { readonly worked: Worked; readonly stop: Stop }) {
  const sample = useStepwise((state) => state.sample)
  const unit = useStepwise((state) => state.unit)
  const lines = useMemo(() => linesOf(worked, stop, { sample, unit }), [worked, stop, sample, unit])
  const step = worked.plan.byPath.get(stop.path)
  const isData = step?.definition.role === 'data'
  return (
    <>
      <div className="stepwise-side">
        <Title path={stop.path} type={translate(step?.definition.title ?? '')} />
        <p className="stepwise-doc">{sentence(worked, stop, isData)}</p>
        <Samples count={worked.trace.samples.count} />
        {stop.phase !== 'loss' && <Values worked={worked} stop={stop} />}
      </div>
      <div className="stepwise-main">
        {lines.length > 0 && <Formulas lines={lines} />}
        {lines.length === 0 && !isData && <p className="stepwise-message">{words.noFormula}</p>}
        {lines.length === 0 && <Facts worked={worked} stop={stop} />}
        {stop.phase === 'loss' && <p className="stepwise-total">{words.total(digits(worked.loss))}</p>}
        {lines.length > 0 && worked.apart > 0 && (
          <p className="stepwise-note">{words.agrees(formatPower(worked.apart, 0))}</p>
        )}
      </div>
    </>
  )
}

function linesOf(
  worked: Worked,
  { phase, path }: Stop,
  place: { readonly sample: number; readonly unit: number },
): readonly Line[] {
  switch (phase) {
    case 'forward':
    case 'loss':
      return worked.forward(path, place)
    case 'backward':
      return worked.backward(path, place)
    case 'update':
      return updateLines(worked, path, place)
  }
}

function sentence(worked: Worked, { phase }: Stop, isData: boolean): string {
  if (isData) return words.data
  if (phase !== 'update') return words[phase]
  const { rate, clipping } = worked.trace
  const moves = words.update(digits(rate))
  return clipping === 1 ? moves : `${moves} ${words.clipped(digits(clipping))}`
}

function Title({ path, type }: { readonly path: string; readonly type: string }) {
  const label = useEditor((state) => state.document.nodes[path]?.label)
  const named = label !== undefined && label !== '' ? label : type
  return (
    <h3 className="stepwise-title" aria-live="polite">
      {named}
      {named !== type && <small>{type}</small>}
      {path.includes('/') && <small>{path}</small>}
    </h3>
  )
}

function Samples({ count }: { readonly count: number }) {
  const { stepwise } = useStores()
  const sample = useStepwise((state) => state.sample)
  if (count < 2) return null
  return (
    <div className="stepwise-samples" role="group" aria-label={words.sample}>
      <span>{words.sample}</span>
      {Array.from({ length: count }, (_, index) => (
        <button
          key={index}
          type="button"
          className="button button-quiet"
          aria-pressed={index === sample}
          onClick={() => stepwise.look({ sample: index })}
        >
          {index + 1}
        </button>
      ))}
    </div>
  )
}

/** Numbers of a node's output that can be chosen one by one. */
const mostChoices = 48

/** What the node gave, or what came back to it: each number can be chosen to be written out. */
function Values({ worked, stop }: { readonly worked: Worked; readonly stop: Stop }) {
  const { stepwise } = useStores()
  const sample = useStepwise((state) => state.sample)
  const unit = useStepwise((state) => state.unit)
  const back = stop.phase === 'backward'
  const gradient = back ? worked.gradient(stop.path) : null
  const value = gradient ?? worked.output(stop.path)
  const name = gradient === null ? words.values.output : words.values.gradient
  if (value === null) return null
  if (value.grid === null || value.shape.length === 0)
    return (
      <p className="stepwise-name">
        {name}
        <small>{summary(value)}</small>
      </p>
    )
  const each = value.shape.slice(1).reduce((product, n) => product * n, 1)
  const numbers = [...value.grid.values.subarray(sample * each, (sample + 1) * each)].slice(0, mostChoices)
  const texts = numbers.map((number) => brief(number))
  const longest = Math.max(...texts.map(({ length }) => length))
  return (
    <div role="group" aria-label={words.chooseUnit}>
      <p className="stepwise-name">
        {name}
        {each > numbers.length && <small>{words.cut(numbers.length, each)}</small>}
      </p>
      <div
        className="stepwise-values"
        style={{ gridTemplateColumns: `repeat(auto-fill, minmax(calc(${longest}ch + 18px), 1fr))` }}
      >
        {texts.map((text, index) => (
          <button
            key={index}
            type="button"
            className="stepwise-value"
            aria-label={words.unit(index + 1, text)}
            aria-pressed={index === Math.min(unit, each - 1)}
            onClick={() => stepwise.look({ unit: index })}
          >
            {text}
          </button>
        ))}
      </div>
    </div>
  )
}

function Formulas({ lines }: { readonly lines: readonly Line[] }) {
  return (
    <table className="stepwise-lines" aria-label={words.formulas}>
      <tbody>
        {lines.map(({ left, symbols, numbers, value, cut }) => (
          <Fragment key={left}>
            <tr>
              <th scope="row">{left}</th>
              <td className="stepwise-symbols">
                {symbols !== '' && <Formula text={`= ${translate(symbols)}`} />}
              </td>
              <td className="stepwise-numbers">
                {numbers !== '' && numbers !== digits(value) && <Formula text={`= ${translate(numbers)}`} />}
              </td>
              <td className="stepwise-result">= {digits(value)}</td>
            </tr>
            {cut !== undefined && (
              <tr>
                <th scope="row">⋮</th>
                <td className="stepwise-symbols" colSpan={3}>
                  {words.cut(cut.shown, cut.of)}
                </td>
              </tr>
            )}
          </Fragment>
        ))}
      </tbody>
    </table>
  )
}

/** A formula whose powers stand above the line, as on paper: `e^−net`, `e^(0.1 − 2)`. */
function Formula({ text }: { readonly text: string }) {
  return text
    .split(/\^(\([^()]*\)|[−-]?[\p{L}\p{N}.]+)/u)
    .map((part, index) =>
      index % 2 === 1 ? <sup key={index}>{part.replace(/^\((.*)\)$/, '$1')}</sup> : part,
    )
}

/** Shape, mean and range of all that goes in and comes out, where there is no formula. */
function Facts({ worked, stop }: { readonly worked: Worked; readonly stop: Stop }) {
  const back = stop.phase === 'backward'
  const rows: (readonly [string, Value | null])[] = [
    ...worked.wires
      .filter(({ to }) => to.includes(stop.path))
      .map(({ from, forward, gradient }) => [`${from} →`, back ? gradient : forward] as const),
    [
      back ? words.values.gradient : words.values.output,
      back ? worked.gradient(stop.path) : worked.output(stop.path),
    ],
    ...worked
      .weights(stop.path)
      .map(
        ({ name, before, gradient, after }) =>
          [name, back ? gradient : stop.phase === 'update' ? after : before] as const,
      ),
  ]
  return (
    <table className="stepwise-lines">
      <tbody>
        {rows.map(([name, value], index) =>
          value === null ? null : (
            <tr key={index}>
              <th scope="row">{name}</th>
              <td className="stepwise-numbers">{summary(value)}</td>
            </tr>
          ),
        )}
      </tbody>
    </table>
  )
}
