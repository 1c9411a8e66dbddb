/**
 * Along the lower edge: where the run stands. Numbers and the scrubber move past React, a few times a second.
 */
import { formatCount } from '../../engine/diagnose/format'
import { sameNetwork } from '../../engine/graph/same-network'
import { formatNumber } from '../ui/format'
import { LiveText } from '../ui/live-text'
import { strings } from '../ui/strings'
import { rowAt } from '../run/marks'
import { Live, PlayTime, Scrubber } from '../run/scrubber'
import { useEditor, useSession, useStores } from '../ui/stores'
import { useLacking } from './use-lacking'
import { runEpoch, runScores, timeLeft } from './run-numbers'

const words = strings.run

export function RunStrip() {
  const status = useSession((state) => state.status)
  const ended = useSession((state) => state.ended)
  const runDocument = useSession((state) => state.runDocument)
  const { moment, editor } = useStores()
  const running = status === 'running'
  // "Ready to train" only where it is so; the message at the other end says what is missing.
  const ready = useLacking() === null
  return (
    <footer className="strip">
      <span className="strip-status" role="status">
        {status === 'idle' && !ready
          ? words.notReady
          : status === 'ended' && ended !== null
            ? words.why[ended.why]
            : words.status[status]}
      </span>
      <PlayTime />
      <span className="strip-step">
        <LiveText read={(run) => (run.totalSteps > 0 ? words.step : '')} className="strip-fact" />
        <b>
          <LiveText read={(run) => (run.totalSteps > 0 ? formatCount(moment.step ?? run.step) : '')} />
        </b>
        <LiveText
          read={(run) => (run.totalSteps > 0 ? words.of(formatCount(run.totalSteps)) : '')}
          className="strip-fact"
        />
      </span>
      <Scrubber />
      <Live />
      <LiveText className="strip-fact" read={(run) => runEpoch(run, moment.step ?? run.step)} />
      <LiveText
        className="strip-fact"
        read={(run) => {
          const row = rowAt(run.steps, run.length, moment.step ?? Infinity)
          return row < 0 ? '' : `${words.loss} ${formatNumber(run.loss[row] ?? NaN)}`
        }}
      />
      {running && <LiveText className="strip-fact" read={timeLeft} />}
      {status === 'ended' && (
        <LiveText className="strip-scores" read={(run) => runScores(run, runDocument, editor.catalogue)} />
      )}
      <Message />
    </footer>
  )
}

/** What stands in the way, or that the picture and the run have parted. */
function Message() {
  const runDocument = useSession((state) => state.runDocument)
  const document = useEditor((state) => state.document)
  const lacking = useLacking()
  if (lacking !== null) return <span className="strip-message">{lacking}</span>
  const edited = runDocument !== null && !sameNetwork(runDocument, document)
  return edited ? <span className="strip-message">{words.edited}</span> : null
}
