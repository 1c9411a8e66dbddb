/**
 * The gradient of the selected node as text, a few times a second, past React: the same numbers that the overlay paints.
 */
import type { LayerReading } from '../../engine/diagnose/readings'
import type { NodeId } from '../../engine/graph/document'
import { readingsOf } from '../state/run-readings'
import { Fact } from '../ui/fields'
import { formatCount } from '../../engine/diagnose/format'
import { formatNumber } from '../ui/format'
import { LiveText } from '../ui/live-text'
import { strings } from '../ui/strings'
import { useEditor, useSession, useStores } from '../ui/stores'
import { Section } from './section'

const words = strings.inspector

export function GradientFacts({ id }: { readonly id: NodeId }) {
  const { editor, session, moment } = useStores()
  const runId = useSession((state) => state.runId)
  const { analysis, prefix } = useEditor((state) => state.open)
  // Of a block: the first weighted node inside stands for it.
  const inside = analysis.plan.steps.find(
    (step) => (step.path === id || step.path.startsWith(`${id}/`)) && step.trainableParameters > 0,
  )?.path
  if (inside === undefined) return null
  const path = prefix + inside

  function show(read: (reading: LayerReading) => number): string {
    const reading = readingsOf(session, moment, editor.catalogue)?.readings.layer(path) ?? null
    if (reading === null) return words.noValue
    const value = read(reading)
    return value === -1 ? words.noValue : formatNumber(value)
  }

  return (
    <Section title={words.now}>
      {runId === null ? (
        <p className="inspector-text">{words.noNumbers}</p>
      ) : (
        <dl className="facts">
          <Fact label={words.atStep}>
            <LiveText
              read={() => {
                const step = readingsOf(session, moment, editor.catalogue)?.readings.step ?? null
                return step === null ? words.noValue : formatCount(step)
              }}
            />
          </Fact>
          <Fact label={words.relativeGradient} title={words.relativeGradientDoc}>
            <LiveText className="live-number" read={() => show((reading) => reading.relativeGradient)} />
          </Fact>
          <Fact label={words.updateRatio} title={words.updateRatioDoc}>
            <LiveText className="live-number" read={() => show((reading) => reading.updateRatio)} />
          </Fact>
          <Fact label={words.gradientNorm}>
            <LiveText className="live-number" read={() => show((reading) => reading.gradNorm)} />
          </Fact>
        </dl>
      )}
    </Section>
  )
}
