/**
 * What stands in the way of training, worst first. A row selects and shows the node that it is about.
 */
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import type { Problem } from '../../engine/analyse/plan'
import { drawnWire } from '../../engine/analyse/plan'
import { nodeName } from '../ui/node-name'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import './problems.css'

const words = strings.problems

export function Problems() {
  const problems = useEditor((state) => state.analysis.problems)
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const sorted = [...problems].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  )
  return (
    <section className="problems" aria-labelledby="problems-title">
      <header className="dock-title">
        <h2 id="problems-title">{words.title}</h2>
        <small role="status">{words.count(errors, problems.length - errors)}</small>
      </header>
      {sorted.length === 0 ? (
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

function Row({ problem }: { readonly problem: Problem }) {
  const { editor, view } = useStores()
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
    </li>
  )
}
