/**
 * One training step: which losses it minimises, which weights it moves, and how.
 */
import type { Draft } from 'immer'
import { defaultTrainingStep } from '../../engine/graph/create'
import type { Optimiser, Schedule, TrainingStep } from '../../engine/graph/document'
import { NumberField, SelectField, ToggleField } from '../ui/fields'
import { nodeName } from '../ui/node-name'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useStores } from '../ui/stores'

const words = strings.document

/** Numbers of each optimiser when it is chosen; the learning rate is kept. */
const optimisers: {
  readonly [K in Optimiser['kind']]: (learningRate: number) => Extract<Optimiser, { kind: K }>
} = {
  sgd: (learningRate) => ({ kind: 'sgd', learningRate }),
  momentum: (learningRate) => ({ kind: 'momentum', learningRate, momentum: 0.9, nesterov: false }),
  rmsprop: (learningRate) => ({ kind: 'rmsprop', learningRate, rho: 0.9, epsilon: 1e-7 }),
  adam: (learningRate) => ({ kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 }),
  adamw: (learningRate) => ({
    kind: 'adamw',
    learningRate,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    weightDecay: 0.01,
  }),
}

const schedules: { readonly [K in Schedule['kind']]: (warmup: number) => Extract<Schedule, { kind: K }> } = {
  constant: (warmup) => ({ kind: 'constant', warmup }),
  step: (warmup) => ({ kind: 'step', warmup, every: 1000, factor: 0.5 }),
  cosine: (warmup) => ({ kind: 'cosine', warmup, final: 0 }),
}

/** What each number may be; the document's schema says the same. */
const ranges: Readonly<
  Record<string, { readonly min?: number; readonly max?: number; readonly integer?: true }>
> = {
  learningRate: { min: 1e-12 },
  momentum: { min: 0, max: 0.999999 },
  rho: { min: 0, max: 0.999999 },
  beta1: { min: 0, max: 0.999999 },
  beta2: { min: 0, max: 0.999999 },
  epsilon: { min: 1e-20 },
  weightDecay: { min: 0 },
  warmup: { min: 0, integer: true },
  every: { min: 1, integer: true },
  factor: { min: 1e-6, max: 1 },
  final: { min: 0, max: 1 },
}

interface TrainingStepProps {
  readonly index: number
  readonly step: TrainingStep
  readonly alone: boolean
}

export function TrainingStepEditor({ index, step, alone }: TrainingStepProps) {
  const { setTraining } = useEditorActions()

  function change(what: string, recipe: (step: Draft<TrainingStep>) => void): void {
    setTraining(words.change(what), (draft) => {
      if (draft.steps.length === 0) draft.steps.push(defaultTrainingStep())
      const target = draft.steps[index]
      if (target !== undefined) recipe(target)
    })
  }

  function numbers(record: Optimiser | Schedule, set: (name: string, value: number | boolean) => void) {
    return Object.entries(record).map(([name, value]) =>
      typeof value === 'number' ? (
        <NumberField
          key={name}
          label={strings.words(name)}
          value={value}
          integer={ranges[name]?.integer === true}
          min={ranges[name]?.min}
          max={ranges[name]?.max}
          gesture={words.change(strings.words(name))}
          onChange={(next) => set(name, next)}
        />
      ) : typeof value === 'boolean' ? (
        <ToggleField
          key={name}
          label={strings.words(name)}
          value={value}
          onChange={(next) => set(name, next)}
        />
      ) : null,
    )
  }

  return (
    <>
      {!alone && <Targets step={step} change={change} />}
      <SelectField
        label={words.optimiser}
        value={step.optimiser.kind}
        options={Object.entries(words.optimisers)}
        onChange={(kind) =>
          change(
            words.optimiser,
            (draft) =>
              void (draft.optimiser = optimisers[kind as Optimiser['kind']](step.optimiser.learningRate)),
          )
        }
      />
      {numbers(step.optimiser, (name, value) =>
        change(strings.words(name), (draft) => void Object.assign(draft.optimiser, { [name]: value })),
      )}
      <SelectField
        label={words.schedule}
        value={step.schedule.kind}
        options={Object.entries(words.schedules)}
        onChange={(kind) =>
          change(
            words.schedule,
            (draft) => void (draft.schedule = schedules[kind as Schedule['kind']](step.schedule.warmup)),
          )
        }
      />
      {numbers(step.schedule, (name, value) =>
        change(strings.words(name), (draft) => void Object.assign(draft.schedule, { [name]: value })),
      )}
      <ToggleField
        label={words.clip}
        value={step.clip !== null}
        onChange={(on) => change(words.clip, (draft) => void (draft.clip = on ? { norm: 1 } : null))}
      />
      {step.clip !== null && (
        <NumberField
          label={words.clipNorm}
          value={step.clip.norm}
          integer={false}
          min={1e-9}
          gesture={words.change(words.clipNorm)}
          onChange={(norm) => change(words.clipNorm, (draft) => void (draft.clip = { norm }))}
        />
      )}
      {!alone && <StepEnd index={index} step={step} change={change} />}
    </>
  )
}

interface PartProps {
  readonly step: TrainingStep
  change(what: string, recipe: (step: Draft<TrainingStep>) => void): void
}

/** Which losses, and whose weights: lists to tick. */
function Targets({ step, change }: PartProps) {
  const { editor } = useStores()
  const document = useEditor((state) => state.document)
  const plan = useEditor((state) => state.analysis.plan)
  const label = (id: string) => {
    const node = document.nodes[id]
    if (node === undefined) return id
    return node.label ?? `${nodeName(node, editor.catalogue)} (${id})`
  }
  const weighted = Object.keys(document.nodes).filter((id) =>
    plan.steps.some(
      (each) => (each.path === id || each.path.startsWith(`${id}/`)) && each.trainableParameters > 0,
    ),
  )
  // A step that lists none minimises all.
  const minimised = step.losses.length === 0 ? plan.losses : step.losses
  const trains = step.trains === 'all' ? null : new Set(step.trains)
  return (
    <>
      <Ticks
        title={words.losses}
        items={[...plan.losses]}
        label={label}
        ticked={(id) => minimised.includes(id)}
        toggle={(id, on) =>
          change(
            words.losses,
            (draft) =>
              void (draft.losses = on ? [...minimised, id] : minimised.filter((other) => other !== id)),
          )
        }
      />
      <SelectField
        label={words.trains}
        value={trains === null ? 'all' : 'some'}
        options={[
          ['all', words.trainsAll],
          ['some', words.trainsSome],
        ]}
        onChange={(which) =>
          change(words.trains, (draft) => void (draft.trains = which === 'all' ? 'all' : weighted))
        }
      />
      {trains !== null && (
        <Ticks
          title={words.trained}
          items={weighted}
          label={label}
          ticked={(id) => trains.has(id)}
          toggle={(id, on) =>
            change(words.trains, (draft) => {
              const others = draft.trains === 'all' ? [] : draft.trains.filter((other) => other !== id)
              draft.trains = on ? [...others, id] : others
            })
          }
        />
      )}
    </>
  )
}

interface TicksProps {
  readonly title: string
  readonly items: readonly string[]
  label(id: string): string
  ticked(id: string): boolean
  toggle(id: string, on: boolean): void
}

function Ticks({ title, items, label, ticked, toggle }: TicksProps) {
  return (
    <fieldset className="ticks">
      <legend>{title}</legend>
      {items.map((id) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={ticked(id)}
            onChange={(event) => toggle(id, event.target.checked)}
          />
          {label(id)}
        </label>
      ))}
    </fieldset>
  )
}

function StepEnd({ index, step, change }: PartProps & { readonly index: number }) {
  const { setTraining } = useEditorActions()
  return (
    <>
      <NumberField
        label={words.every}
        value={step.every}
        integer
        min={1}
        gesture={words.change(words.every)}
        onChange={(every) => change(words.every, (draft) => void (draft.every = every))}
      />
      <button
        type="button"
        className="button button-quiet"
        onClick={() => setTraining(words.removeStep, (draft) => void draft.steps.splice(index, 1))}
      >
        {words.removeStep}
      </button>
    </>
  )
}
