/**
 * One node: its settings (from its definition), state, sizes, live gradient, note and help.
 */
import type { Plan, PlanStep } from '../../engine/analyse/plan'
import { blockType, longest, type Node, type NodeId, type Path } from '../../engine/graph/document'
import type { Definition } from '../../nodes/kit/define'
import { changesNothing } from '../../nodes/kit/idle'
import { Fact, TextField } from '../ui/fields'
import { formatBytes, formatCount } from '../../engine/diagnose/format'
import { formatLarge } from '../ui/format'
import { nodeName, shapeText } from '../ui/node-name'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { BlockFields } from './block-fields'
import { FieldEditor } from './field-editor'
import { FlagToggles } from './flag-toggles'
import { GradientFacts } from './gradient-facts'
import { LookPanel } from './look-panel'
import { Section } from './section'
import type { View } from './tensors'
import { Views } from './views'

const words = strings.inspector

interface NodePanelProps {
  readonly id: NodeId
  readonly view: View
  onView(view: View): void
}

export function NodePanel({ id, view, onView }: NodePanelProps) {
  const { editor } = useStores()
  const node = useEditor((state) => state.open.document.nodes[id])
  // Inside a block that was entered, a run knows the node by its whole path.
  const prefix = useEditor((state) => state.open.prefix)
  if (node === undefined) return null
  const definition = editor.catalogue.get(node.type)
  const settings = <NodeSettings id={id} node={node} definition={definition} />
  const { role } = definition ?? { role: null }
  return (
    <>
      <Heading id={id} node={node} definition={definition} />
      {role === 'loss' || role === 'metric' || role === 'output' ? (
        settings
      ) : (
        <Views view={view} onView={onView}>
          {view === 'settings' ? settings : <LookPanel key={view} id={prefix + id} view={view} />}
        </Views>
      )}
    </>
  )
}

function NodeSettings({ id, node, definition }: PartProps) {
  return (
    <>
      <NodeProblems id={id} />
      {node.type === blockType ? (
        <Section title={words.settings}>
          <BlockFields id={id} node={node} />
        </Section>
      ) : definition === undefined ? (
        <p className="inspector-text">{words.unknownType(node.type)}</p>
      ) : (
        <Section title={words.settings}>
          <NodeFields id={id} node={node} definition={definition} />
        </Section>
      )}
      <Section title={words.size}>
        <Sizes id={id} />
      </Section>
      <GradientFacts id={id} />
      <Section title={words.flags}>
        <FlagToggles ids={[id]} />
      </Section>
      <Note id={id} note={node.note ?? ''} />
      {definition !== undefined && <Help definition={definition} />}
    </>
  )
}

interface PartProps {
  readonly id: NodeId
  readonly node: Node
  readonly definition: Definition | undefined
}

function Heading({ id, node, definition }: PartProps) {
  const actions = useEditorActions()
  const block = node.params['block']
  const blockName = useEditor((state) =>
    typeof block === 'string' ? state.document.blocks[block]?.name : undefined,
  )
  const plan = useEditor((state) => state.open.analysis.plan)
  const title = definition === undefined ? (blockName ?? node.type) : translate(definition.title)
  return (
    <header className="inspector-heading inspector-heading-node" data-family={definition?.family ?? 'block'}>
      <TextField
        bare
        label={words.label}
        placeholder={title}
        maxLength={longest.label}
        value={node.label ?? ''}
        onChange={(label) => actions.setLabel(id, label)}
      />
      <div className="inspector-kind">
        <h2>{title}</h2>
        {sizeFacts(plan, id).map((fact) => (
          <span key={fact}>{fact}</span>
        ))}
      </div>
    </header>
  )
}

/** The steps that a node stands for: its own, or those inside a block. */
function stepsAt(plan: Plan, id: NodeId): readonly PlanStep[] {
  const step = plan.byPath.get(id)
  return step === undefined ? plan.steps.filter((other) => other.path.startsWith(`${id}/`)) : [step]
}

/** What comes out, and how many weights there are. */
function sizeFacts(plan: Plan, id: NodeId): readonly string[] {
  const parameters = stepsAt(plan, id).reduce((sum, each) => sum + each.parameters, 0)
  const shape = Object.values(plan.byPath.get(id)?.outputs ?? {})[0]?.shape
  return [
    ...(shape === undefined ? [] : [shapeText(shape)]),
    ...(parameters > 0
      ? [strings.canvas.parameters(formatCount(parameters))]
      : ownerOf(plan, id) === null
        ? []
        : [strings.canvas.sharedWeights]),
  ]
}

/** The node whose weights this one uses in place of its own, or null. */
function ownerOf(plan: Plan, id: NodeId): Path | null {
  const owner = stepsAt(plan, id)
    .find((step) => step.sharesWeightsOf !== null)
    ?.sharesWeightsOf?.split('/')[0]
  return owner === undefined || owner === id ? null : owner
}

function NodeProblems({ id }: { readonly id: NodeId }) {
  const problems = useEditor((state) => state.open.analysis.problems)
  const own = problems.filter((problem) => problem.node === id || problem.node?.startsWith(`${id}/`) === true)
  if (own.length === 0) return null
  return (
    <ul className="inspector-problems">
      {own.map((problem) => (
        <li key={problem.message} data-severity={problem.severity}>
          <Prose text={translate(problem.message)} />
        </li>
      ))}
    </ul>
  )
}

function NodeFields({
  id,
  node,
  definition,
}: {
  readonly id: NodeId
  readonly node: Node
  readonly definition: Definition
}) {
  const step = useEditor((state) => state.open.analysis.plan.byPath.get(id))
  const fields = Object.entries(definition.fields).filter(
    ([name]) => step === undefined || !changesNothing(definition, name, step.params, step.inputSpecs),
  )
  if (fields.length === 0) return <p className="inspector-text">{words.noSettings}</p>
  return fields.map(([name, field]) => (
    <FieldEditor
      key={name}
      node={id}
      name={name}
      field={field}
      value={node.params[name] ?? (field.initial as unknown)}
    />
  ))
}

function Sizes({ id }: { readonly id: NodeId }) {
  const { editor } = useStores()
  const nodes = useEditor((state) => state.open.document.nodes)
  const plan = useEditor((state) => state.open.analysis.plan)
  const step = plan.byPath.get(id)
  const inside = stepsAt(plan, id)
  if (inside.length === 0) return <p className="inspector-text">{words.unknown}</p>
  const parameters = inside.reduce((sum, each) => sum + each.parameters, 0)
  const trainable = inside.reduce((sum, each) => sum + each.trainableParameters, 0)
  const multiplyAdds = inside.reduce((sum, each) => sum + each.multiplyAdds, 0)
  const outputs = Object.entries(step?.outputs ?? {})
  const ownerId = ownerOf(plan, id)
  const owner = ownerId === null ? undefined : nodes[ownerId]
  return (
    <dl className="facts">
      {outputs.map(([port, spec]) => (
        <Fact key={port} label={outputs.length === 1 ? words.outputs : words.output(port)}>
          {shapeText(spec.shape)}
        </Fact>
      ))}
      <Fact label={words.parameters}>
        {parameters === 0 && owner !== undefined
          ? words.sharedWith(nodeName(owner, editor.catalogue))
          : formatCount(parameters)}
      </Fact>
      {trainable !== parameters && <Fact label={words.trainable}>{formatCount(trainable)}</Fact>}
      {multiplyAdds > 0 && (
        <Fact label={words.multiplyAdds}>{words.perSample(formatLarge(multiplyAdds))}</Fact>
      )}
      {parameters > 0 && <Fact label={words.memoryWeights}>{formatBytes(4 * parameters)}</Fact>}
      {Object.entries(step?.weights ?? {}).map(([name, weight]) => (
        <Fact key={name} label={name}>
          {shapeText(weight.shape)}
        </Fact>
      ))}
    </dl>
  )
}

function Note({ id, note }: { readonly id: NodeId; readonly note: string }) {
  const actions = useEditorActions()
  return (
    <Section title={words.note}>
      <TextField
        bare
        lines={3}
        label={words.note}
        placeholder={words.notePlaceholder}
        maxLength={longest.note}
        value={note}
        onChange={(text) => actions.setNote(id, text)}
      />
    </Section>
  )
}

function Help({ definition }: { readonly definition: Definition }) {
  const inputs = Object.entries(definition.inputs)
  const outputs = Object.entries(definition.outputs)
  return (
    <Section title={words.help}>
      <p className="inspector-text">
        <Prose text={translate(definition.doc)} />
      </p>
      <dl className="inspector-ports">
        {inputs.map(([name, port]) => (
          <div key={`in-${name}`}>
            <dt>
              → {name}
              {port.optional === true && <small> {words.optional}</small>}
              {port.list === true && <small> {words.many}</small>}
            </dt>
            <dd>{translate(port.doc)}</dd>
          </div>
        ))}
        {outputs.map(([name, port]) => (
          <div key={`out-${name}`}>
            <dt>{name} →</dt>
            <dd>{translate(port.doc)}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}
