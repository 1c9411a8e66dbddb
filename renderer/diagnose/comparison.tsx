/** Before a cure and after it, with the same seed: what both runs came to, in one line. */
import { formatNumber } from '../../engine/diagnose/format'
import type { Document } from '../../engine/graph/document'
import type { Run } from '../../engine/session/runs'
import type { Catalogue } from '../../nodes/kit/define'
import { nodeName } from '../ui/node-name'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import { useSession, useStores } from '../ui/stores'

const words = strings.findings

/** Loss on new samples where the run has measured it; otherwise its last loss. */
function reached(run: Run | null, document: Document | null, catalogue: Catalogue): string | null {
  if (run === null || run.length === 0) return null
  const measured = run.epochs.findLast(({ validation }) => validation !== null)?.validation
  if (measured === null || measured === undefined)
    return words.trainLoss(formatNumber(run.loss[run.length - 1] as number))
  const facts = Object.entries(measured.metrics).map(([path, value]) => {
    const node = document?.nodes[path]
    return `${node === undefined ? path : nodeName(node, catalogue)} ${formatNumber(value)}`
  })
  return strings.canvas.facts([words.validationLoss(formatNumber(measured.loss)), ...facts])
}

export function Comparison() {
  const { session, editor } = useStores()
  const compared = useSession((state) => state.compared)
  const status = useSession((state) => state.status)
  const document = useSession((state) => state.runDocument)
  if (compared === null) return null
  const before = reached(session.before(), document, editor.catalogue)
  const after =
    status === 'ended' || status === 'paused' ? reached(session.run(), document, editor.catalogue) : null
  return (
    <div className="comparison" role="status">
      <b>{translate(compared)}</b>
      {before !== null && <span>{words.before(before)}</span>}
      <span>{after === null ? words.comparing : words.after(after)}</span>
    </div>
  )
}
