/** Before a cure and after it, with the same seed: what both runs came to, in one line. */
import { formatNumber } from '../../engine/diagnose/format'
import type { Run } from '../../engine/session/runs'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import { useSession, useStores } from '../ui/stores'

const words = strings.findings

/** Loss on new samples where the run has measured it; otherwise its last loss. */
function reached(run: Run | null): string | null {
  if (run === null || run.length === 0) return null
  const measured = run.epochs.findLast(({ validation }) => validation !== null)?.validation
  if (measured === null || measured === undefined)
    return words.trainLoss(formatNumber(run.loss[run.length - 1] as number))
  const facts = Object.entries(measured.metrics).map(([name, value]) => `${name} ${formatNumber(value)}`)
  return [words.validationLoss(formatNumber(measured.loss)), ...facts].join(', ')
}

export function Comparison() {
  const { session } = useStores()
  const compared = useSession((state) => state.compared)
  const status = useSession((state) => state.status)
  if (compared === null) return null
  const before = reached(session.before())
  const after = status === 'ended' || status === 'paused' ? reached(session.run()) : null
  return (
    <div className="comparison" role="status">
      <b>{translate(compared)}</b>
      {before !== null && <span>{words.before(before)}</span>}
      <span>{after === null ? words.comparing : words.after(after)}</span>
    </div>
  )
}
