/**
 * What stands in the way of training, worst first. A row selects and shows the node that it is about.
 */
import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import type { Problem } from '../../engine/analyse/plan'
import { drawnWire } from '../../engine/analyse/plan'
import { nodeName } from '../ui/node-name'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { useMissingTables } from '../ui/use-missing-tables'
import { translate } from '../ui/translate'
import './problems.css'

const words = strings.problems

/** A problem of the graph, or a file that a node waits for. */
type Shown = Pick<Problem, 'node' | 'wire' | 'severity' | 'message'> & { readonly file?: true }

export function Problems() {
  const empty = useEditor((state) => Object.keys(state.document.nodes).length === 0)
  const ofGraph = useEditor((state) => state.analysis.problems)
  const missing = useMissingTables()
  // A graph without a loss is sound for all but training; whoever would train has that to mend.
  const lossless = useEditor(({ analysis }) => analysis.ok && analysis.plan.losses.length === 0)
  const problems: readonly Shown[] = [
    ...ofGraph.map((problem) =>
      lossless && problem.node === null && problem.wire === null
        ? { ...problem, severity: 'error' as const }
        : problem,
    ),
    ...missing.map(({ node, file }): Shown => ({
      node,
      wire: null,
      severity: 'error',
      message: strings.dataset.needed(file),
      file: true,
    })),
  ]
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const sorted = [...problems].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  )
  return (
    <section className="problems" aria-labelledby="problems-title">
      <header className="dock-title">
        <h2 id="problems-title">{words.title}</h2>
        <small role="status">{empty ? '' : words.count(errors, problems.length - errors)}</small>
      </header>
      {empty ? (
        <Empty />
      ) : sorted.length === 0 ? (
        <p className="problems-none">
          <CircleCheck size={15} aria-hidden />
          {words.none}
        </p>
      ) : (
        <ul className="problems-list">
          {sorted.map((problem, index) => (
            <Row key={`${index} ${problem.message}`} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  )
}

/** Of a canvas without a block nothing is wrong: there is something to begin with. */
function Empty() {
  const { files } = useStores()
  return (
    <>
      <p className="problems-none problems-empty">
        <Info size={15} aria-hidden />
        {words.empty}
      </p>
      <button type="button" className="button problem-do" onClick={() => files.showStart()}>
        {words.startPage}
      </button>
    </>
  )
}

function Row({ problem }: { readonly problem: Shown }) {
  const { editor, view, tableImport } = useStores()
  const document = useEditor((state) => state.document)
  const id = problem.node?.split('/')[0]
  const node = id === undefined ? undefined : document.nodes[id]
  const name = node === undefined ? words.document : nodeName(node, editor.catalogue)
  const message = translate(problem.message)
  const wire = problem.wire === null || problem.wire.includes('/') ? null : drawnWire(problem.wire)

  function show(): void {
    const found = problem.node === null ? null : editor.actions.selectPath(problem.node)
    if (found !== null) view.request({ kind: 'reveal', node: found })
    else if (wire !== null) {
      editor.actions.enter([])
      editor.actions.select({ wires: [wire] })
    } else editor.actions.select({})
  }

  const error = problem.severity === 'error'
  return (
    <li>
      <button type="button" className="problem" data-severity={problem.severity} onClick={show}>
        {error ? (
          <CircleX size={15} aria-label={words.error} />
        ) : (
          <TriangleAlert size={15} aria-label={words.warning} />
        )}
        <span>
          {!message.includes(name) && <b>{words.about(name)}</b>}
          <Prose text={message} />
        </span>
      </button>
      {problem.file === true && problem.node !== null && (
        <button
          type="button"
          className="button problem-do"
          onClick={() => void tableImport.find(problem.node ?? '')}
        >
          {strings.dataset.choose}
        </button>
      )}
    </li>
  )
}
