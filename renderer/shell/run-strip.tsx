/**
 * Along the lower edge: where the run stands. Numbers and the bar move past React, a few times a second.
 */
import { useRef } from 'react'
import { formatCount } from '../../engine/diagnose/format'
import { formatNumber } from '../ui/format'
import { LiveText, useLiveNumbers } from '../ui/live-text'
import { strings } from '../ui/strings'
import { isTrainable } from '../state/editor-types'
import { useEditor, useSession } from '../ui/stores'
import { progress, runEpoch, runScores, timeLeft } from './run-numbers'

const words = strings.run

export function RunStrip() {
  const status = useSession((state) => state.status)
  const ended = useSession((state) => state.ended)
  const runDocument = useSession((state) => state.runDocument)
  const running = status === 'running'
  // "Ready to train" only where it is so; the message at the other end says what is missing.
  const silent = useEditor((state) => !isTrainable(state)) && status === 'idle'
  return (
    <footer className="strip">
      <span className="strip-status" role="status">
        {silent ? '' : status === 'ended' && ended !== null ? words.why[ended.why] : words.status[status]}
      </span>
      <span className="strip-step">
        <LiveText read={(run) => (run.totalSteps > 0 ? words.step : '')} className="strip-fact" />
        <b>
          <LiveText read={(run) => (run.totalSteps > 0 ? formatCount(run.step) : '')} />
        </b>
        <LiveText
          read={(run) => (run.totalSteps > 0 ? words.of(formatCount(run.totalSteps)) : '')}
          className="strip-fact"
        />
      </span>
      <Track />
      <LiveText className="strip-fact" read={runEpoch} />
      <LiveText
        className="strip-fact"
        read={(run) =>
          run.length > 0 ? `${words.loss} ${formatNumber(run.loss[run.length - 1] ?? NaN)}` : ''
        }
      />
      {running && <LiveText className="strip-fact" read={timeLeft} />}
      {status === 'ended' && (
        <LiveText className="strip-scores" read={(run) => runScores(run, runDocument)} />
      )}
      <Message />
    </footer>
  )
}

function Track() {
  const bar = useRef<HTMLDivElement>(null)
  const track = useRef<HTMLDivElement>(null)
  useLiveNumbers((run) => {
    const share = run === null ? 0 : progress(run)
    if (bar.current !== null) bar.current.style.transform = `scaleX(${share})`
    track.current?.setAttribute('aria-valuenow', String(Math.round(share * 100)))
  })
  return (
    <div
      ref={track}
      className="strip-track"
      role="progressbar"
      aria-label={words.progress}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <div ref={bar} className="strip-bar" />
    </div>
  )
}

/** What stands in the way, or that the picture and the run have parted. */
function Message() {
  const runDocument = useSession((state) => state.runDocument)
  const document = useEditor((state) => state.document)
  const ready = useEditor(isTrainable)
  if (!ready) return <span className="strip-message">{words.problemsFirst}</span>
  const edited =
    runDocument !== null &&
    (runDocument.nodes !== document.nodes ||
      runDocument.wires !== document.wires ||
      runDocument.training !== document.training)
  return edited ? <span className="strip-message">{words.edited}</span> : null
}
