/**
 * Shown when nothing is selected: name, notes, how it trains, and what it all amounts to.
 */
import { Plus } from 'lucide-react'
import { Fact, NumberField, SelectField, TextField } from '../ui/fields'
import { formatBytes, formatCount } from '../../engine/diagnose/format'
import { formatLarge } from '../ui/format'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions } from '../ui/stores'
import { Section } from './section'
import { TrainingStepEditor } from './training-step'
import { defaultTrainingStep } from '../../engine/graph/create'
import { longest } from '../../engine/graph/document'

const words = strings.document

export function DocumentPanel() {
  const actions = useEditorActions()
  const name = useEditor((state) => state.document.name)
  const notes = useEditor((state) => state.document.notes)
  return (
    <>
      <header className="inspector-heading">
        <h2>{words.title}</h2>
      </header>
      <TextField label={words.name} value={name} maxLength={longest.name} onChange={actions.setName} />
      <TextField
        bare
        lines={5}
        label={words.notes}
        placeholder={words.notesPlaceholder}
        value={notes}
        maxLength={longest.notes}
        onChange={actions.setNotes}
      />
      <div className="inspector-gap" />
      <Section title={words.training}>
        <TrainingFields />
      </Section>
      <TrainingSteps />
      <Section title={words.totals}>
        <Totals />
      </Section>
    </>
  )
}

function TrainingFields() {
  const training = useEditor((state) => state.document.training)
  const { setTraining } = useEditorActions()
  const epochs = 'epochs' in training.length
  const count = 'epochs' in training.length ? training.length.epochs : training.length.steps
  const lengthLabel = epochs ? words.epochs : words.steps
  return (
    <>
      <NumberField
        label={words.batchSize}
        value={training.batchSize}
        integer
        min={1}
        max={1_000_000}
        gesture={words.change(words.batchSize)}
        onChange={(batchSize) =>
          setTraining(words.change(words.batchSize), (draft) => void (draft.batchSize = batchSize))
        }
      />
      <SelectField
        label={words.lengthUnit}
        value={epochs ? 'epochs' : 'steps'}
        options={[
          ['epochs', words.epochs],
          ['steps', words.steps],
        ]}
        onChange={(unit) =>
          setTraining(
            words.change(words.length),
            (draft) => void (draft.length = unit === 'epochs' ? { epochs: 10 } : { steps: 1000 }),
          )
        }
      />
      <NumberField
        label={lengthLabel}
        value={count}
        integer
        min={1}
        max={epochs ? 1_000_000 : 1_000_000_000}
        gesture={words.change(lengthLabel)}
        onChange={(next) =>
          setTraining(
            words.change(lengthLabel),
            (draft) => void (draft.length = epochs ? { epochs: next } : { steps: next }),
          )
        }
      />
      <NumberField
        label={words.seed}
        value={training.seed}
        integer
        min={0}
        max={4_294_967_295}
        gesture={words.change(words.seed)}
        onChange={(seed) => setTraining(words.change(words.seed), (draft) => void (draft.seed = seed))}
      />
      <NumberField
        label={words.validateEveryEpochs}
        value={training.validateEvery}
        integer
        min={1}
        gesture={words.change(words.validateEvery)}
        onChange={(every) =>
          setTraining(words.change(words.validateEvery), (draft) => void (draft.validateEvery = every))
        }
      />
      <SelectField
        label={words.precision}
        doc={words.precisionDoc}
        value={training.precision ?? 'float32'}
        options={Object.entries(words.precisions)}
        onChange={(precision) =>
          setTraining(words.change(words.precision), (draft) => {
            if (precision === 'mixed') draft.precision = precision
            else delete draft.precision
          })
        }
      />
    </>
  )
}

function TrainingSteps() {
  const steps = useEditor((state) => state.document.training.steps)
  const { setTraining } = useEditorActions()
  // A document without steps trains by the default one.
  const shown = steps.length === 0 ? [defaultTrainingStep()] : steps
  return (
    <>
      {shown.map((step, index) => (
        <Section key={index} title={shown.length === 1 ? words.optimiser : words.step(index + 1)}>
          <TrainingStepEditor index={index} step={step} alone={shown.length === 1} />
        </Section>
      ))}
      <button
        type="button"
        className="button button-quiet inspector-add"
        disabled={shown.length >= 16}
        onClick={() =>
          setTraining(words.addStep, (draft) => {
            if (draft.steps.length === 0) draft.steps.push(defaultTrainingStep())
            draft.steps.push(defaultTrainingStep())
          })
        }
      >
        <Plus size={14} aria-hidden />
        {words.addStep}
      </button>
    </>
  )
}

function Totals() {
  const { plan, ok } = useEditor((state) => state.analysis)
  const inspector = strings.inspector
  // Of what has errors nothing is computed, which is not the same as nothing.
  if (!ok && plan.parameters === 0)
    return (
      <dl className="facts">
        <Fact label={inspector.parameters}>{inspector.unknown}</Fact>
      </dl>
    )
  return (
    <dl className="facts">
      <Fact label={inspector.parameters}>{formatCount(plan.parameters)}</Fact>
      {plan.trainableParameters !== plan.parameters && (
        <Fact label={inspector.trainable}>{formatCount(plan.trainableParameters)}</Fact>
      )}
      <Fact label={inspector.multiplyAdds}>{inspector.perSample(formatLarge(plan.multiplyAdds))}</Fact>
      <Fact label={inspector.memoryWeights}>{formatBytes(plan.memory.weights)}</Fact>
      <Fact label={inspector.memoryTraining}>{formatBytes(plan.memory.training)}</Fact>
    </dl>
  )
}
