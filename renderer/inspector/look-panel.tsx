/**
 * What goes on in a node while it trains: one view of numbers at a time. Only while it is open is the node looked at,
 * and only for the tensor and the sample that it shows.
 */
import { useEffect, useMemo, useState } from 'react'
import { analyse } from '../../engine/analyse/analyse'
import type { Plan, PlanStep } from '../../engine/analyse/plan'
import type { Document, NodeId } from '../../engine/graph/document'
import type { ChosenSample, TensorName, Wish } from '../../engine/session/look'
import { SelectField } from '../ui/fields'
import { LiveText } from '../ui/live-text'
import { pathName } from '../ui/node-name'
import { useEditor, useSession, useStores } from '../ui/stores'
import { strings } from '../ui/strings'
import { tokensOf } from './answers'
import { HistogramView } from './histogram-view'
import { PictureView } from './picture-view'
import { SampleView } from './sample-view'
import { Section } from './section'
import { firstOf, nameOf, pictureKind, pictureOf, stepsOf, tensorsOf, type NumbersView } from './tensors'
import './look.css'

const words = strings.inspect

/** The plan of the run on show, which an edit does not change; before a run, that of the graph as it is. */
function useShownPlan(): { readonly plan: Plan; readonly document: Document; readonly ofRun: boolean } {
  const { editor } = useStores()
  const runId = useSession((state) => state.runId)
  const runDocument = useSession((state) => state.runDocument)
  const now = useEditor((state) => state.analysis.plan)
  const drawn = useEditor((state) => state.document)
  const document = runId === null ? null : runDocument
  const ofRun = useMemo(
    () => (document === null ? null : analyse(document, editor.catalogue).plan),
    [document, editor],
  )
  return { plan: ofRun ?? now, document: document ?? drawn, ofRun: ofRun !== null }
}

export function LookPanel({ id, view }: { readonly id: NodeId; readonly view: NumbersView }) {
  const { plan, document, ofRun } = useShownPlan()
  const status = useSession((state) => state.status)
  const [inner, setInner] = useState<string | null>(null)
  const steps = stepsOf(plan, id)
  const step = steps.find(({ path }) => path === inner) ?? firstOf(steps)
  const begun = ofRun && status !== 'idle' && status !== 'starting'
  if (step === undefined)
    return <p className="inspector-text look-empty">{ofRun ? words.notInRun : words.noOutput}</p>
  return (
    <>
      {steps.length > 1 && (
        <SelectField
          label={words.inner}
          value={step.path}
          options={steps.map(({ path }) => [path, pathName(document, path, id.split('/').length)] as const)}
          onChange={setInner}
        />
      )}
      <Numbers key={step.path} plan={plan} step={step} view={view} begun={begun} />
    </>
  )
}

/** The sample that was chosen last, for every node alike. */
let lastChosen: ChosenSample | null = null

function useChosen(): readonly [ChosenSample, (chosen: ChosenSample) => void] {
  const { session } = useStores()
  const [chosen, set] = useState<ChosenSample | null>(lastChosen)
  const samples = session.run()?.samples ?? null
  const first: ChosenSample = {
    split: (samples?.validation ?? 0) > 0 ? 'validation' : 'train',
    index: 0,
  }
  const there = chosen !== null && chosen.index < (samples?.[chosen.split] ?? 0)
  return [
    there ? chosen : first,
    (next) => {
      lastChosen = next
      set(next)
    },
  ]
}

interface NumbersProps {
  readonly plan: Plan
  readonly step: PlanStep
  readonly view: NumbersView
  /** Before a run there is nothing to show yet, but what to look at is known: it is seen from the first step on. */
  readonly begun: boolean
}

function nothing({ view, step }: NumbersProps): string {
  if (view === 'weights') return words.noWeights
  if (view === 'gradients') return words.noGradient
  return step.definition.role === 'data' ? '' : words.noOutput
}

function Numbers(props: NumbersProps) {
  const { plan, step, view } = props
  const { session, moment } = useStores()
  const [named, setNamed] = useState<TensorName | null>(null)
  const [chosen, choose] = useChosen()
  const tensors = tensorsOf(step, view)
  const tensor = tensors.find((each) => each === named) ?? tensors[0] ?? null
  const picture = tensor === null ? null : pictureOf(tensor)
  const sample = view === 'output' ? chosen : null
  useWish({
    path: step.path,
    histograms: tensor === null ? [] : [tensor],
    pictures: picture === null ? [] : [picture],
    sample,
  })
  if (!props.begun) return <p className="inspector-text look-empty">{words.noRun[view]}</p>
  const tokens = () =>
    tokensOf(plan, session.run()?.looks.sample(step.path, chosen, moment.step)?.what ?? null)
  const label = (name: TensorName) =>
    name.startsWith('backward:') ? words.backward(nameOf(name)) : nameOf(name)
  return (
    <>
      {view === 'gradients' && step.frozen && <p className="inspector-text">{words.frozen}</p>}
      {tensor === null && <p className="inspector-text look-empty">{nothing(props)}</p>}
      {tensor !== null && tensors.length > 1 && (
        <SelectField
          label={words.tensor[view]}
          value={tensor}
          options={tensors.map((name) => [name, label(name)] as const)}
          onChange={(name) => setNamed(name as TensorName)}
        />
      )}
      {sample !== null && (
        <Section title={words.sample}>
          <SampleView plan={plan} path={step.path} chosen={chosen} onChoose={choose} />
        </Section>
      )}
      {picture !== null && (
        <Section title={words.picture[pictureKind(step, picture)]}>
          <PictureView
            key={picture}
            step={step}
            tensor={picture}
            kind={view === 'output' ? 'sequential' : 'diverging'}
            chosen={sample}
            tokens={tokens}
          />
        </Section>
      )}
      {tensor !== null && <HistogramView key={tensor} path={step.path} tensor={tensor} />}
      <p className="inspector-text look-note">
        {words.since} {/* What stands still has time enough. */}
        {status === 'running' && <LiveText read={({ looks }) => words.cost(percent(looks.cost))} />}
      </p>
    </>
  )
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}

/** Looks as long as the view is open. */
function useWish(wish: Wish): void {
  const { session } = useStores()
  const key = JSON.stringify(wish)
  useEffect(() => {
    void session.actions.inspect(JSON.parse(key) as Wish)
    return () => void session.actions.inspect(null)
  }, [session, key])
}
