/** A selected wire, and a selection of several things. */
import { formatCount } from '../../engine/diagnose/format'
import { nodeName, shapeText } from '../ui/node-name'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { Fact } from '../ui/fields'
import { FlagToggles } from './flag-toggles'
import { Section } from './section'

const words = strings.inspector

export function WirePanel({ id }: { readonly id: string }) {
  const { editor } = useStores()
  const document = useEditor((state) => state.open.document)
  const spec = useEditor((state) => state.open.analysis.wires.get(id))
  const selected = useEditor((state) => state.selection.wires.size)
  const problems = useEditor((state) => state.open.analysis.problems)
  const wire = document.wires[id]
  if (wire === undefined) return null
  const name = (node: string) => {
    const there = document.nodes[node]
    return there === undefined ? node : nodeName(there, editor.catalogue)
  }
  return (
    <>
      <header className="inspector-heading">
        <h2>{words.wires(selected)}</h2>
      </header>
      <ul className="inspector-problems">
        {problems
          .filter((problem) => problem.wire === id)
          .map((problem) => (
            <li key={problem.message} data-severity={problem.severity}>
              {translate(problem.message)}
            </li>
          ))}
      </ul>
      <dl className="facts inspector-block">
        <Fact label={words.from}>{`${name(wire.from[0])} · ${wire.from[1]}`}</Fact>
        <Fact label={words.to}>{`${name(wire.to[0])} · ${wire.to[1]}`}</Fact>
        <Fact label={words.shape}>{spec === undefined ? words.unknown : shapeText(spec.shape)}</Fact>
      </dl>
    </>
  )
}

export function ManyPanel() {
  const actions = useEditorActions()
  const nodes = useEditor((state) => state.selection.nodes)
  const plan = useEditor((state) => state.open.analysis.plan)
  const parameters = plan.steps
    .filter((step) => nodes.has(step.path.split('/')[0] ?? ''))
    .reduce((sum, step) => sum + step.parameters, 0)
  return (
    <>
      <header className="inspector-heading">
        <h2>{words.several(nodes.size)}</h2>
      </header>
      <Section title={words.size}>
        <dl className="facts">
          <Fact label={words.parameters}>{formatCount(parameters)}</Fact>
        </dl>
      </Section>
      <div className="row">
        <button type="button" className="button" onClick={() => actions.makeBlock(words.defaultBlock)}>
          {strings.commands.makeBlock}
        </button>
      </div>
      <Section title={words.flags}>
        <FlagToggles ids={[...nodes]} />
      </Section>
    </>
  )
}
