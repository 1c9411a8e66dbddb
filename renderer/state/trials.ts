/**
 * What the user tries before a training: dry batches, and the range test of the learning rate. Both run in the worker on
 * copies of the weights; what they found is of one graph and is dropped with the next edit that changes it.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import {
  smoothRange,
  suggestRate,
  type RateRange,
  type RateSuggestion,
} from '../../engine/diagnose/rate-range'
import { defaultTrainingStep } from '../../engine/graph/create'
import type { Preflight } from '../../engine/session/trial'
import type { Editor } from './editor-types'
import type { Session } from './session-types'

export interface TrialsState {
  readonly flight: 'none' | 'flying' | 'done'
  readonly measured: Preflight | null
  readonly test: 'none' | 'running' | 'done'
  readonly trainingStep: number
  /** What came so far. */
  readonly range: RateRange | null
  /** How much of the test is done, 0 to 1. */
  readonly progress: number
  readonly diverged: boolean
  readonly suggestion: RateSuggestion | null
  /** Why nothing could be tried, in a sentence. */
  readonly message: string | null
}

export interface Trials {
  readonly store: StoreApi<TrialsState>
  fly(): Promise<void>
  testRate(): Promise<void>
  /** Ends the test; what came so far stays on show. */
  cancel(): void
  choose(trainingStep: number): void
  /** One edit: the suggested rate, or another. */
  useRate(rate: number, label: string): void
}

/** Rates from far too small to far too large, twenty to a decade. */
export const rateSpan = { from: 1e-6, to: 10, steps: 140 } as const

const none = {
  flight: 'none',
  measured: null,
  test: 'none',
  trainingStep: 0,
  range: null,
  progress: 0,
  diverged: false,
  suggestion: null,
  message: null,
} satisfies TrialsState

export function createTrials(editor: Editor, session: Session): Trials {
  const store = createStore<TrialsState>(() => none)
  let asked = 0
  const say = (error: unknown) =>
    store.setState({ message: error instanceof Error ? error.message : String(error) })

  /** The rate is what the test is about: a new one does not make it wrong. */
  const meaning = () => {
    const { analysis, document } = editor.store.getState()
    const { batchSize, steps, length, seed } = document.training
    const bare = steps.map((step) => ({ ...step, optimiser: { ...step.optimiser, learningRate: 0 } }))
    return { analysis, text: JSON.stringify([batchSize, length, seed, bare]) }
  }
  let known = meaning()
  editor.store.subscribe((state, before) => {
    if (state.analysis === before.analysis && state.document.training === before.document.training) return
    const now = meaning()
    const same = now.text === known.text && (now.analysis === known.analysis || sameGraph())
    known = now
    if (same) return
    asked++
    store.setState({ ...none, trainingStep: store.getState().trainingStep })
    function sameGraph(): boolean {
      return state.document.nodes === before.document.nodes && state.document.wires === before.document.wires
    }
  })

  return {
    store,
    async fly() {
      store.setState({ flight: 'flying', message: null })
      try {
        const reply = await session.actions.preflight()
        if (reply.accepted) store.setState({ flight: 'done', measured: reply.measured })
        else store.setState({ flight: 'none', message: reply.message })
      } catch (error) {
        store.setState({ flight: 'none' })
        say(error)
      }
    },
    async testRate() {
      const mine = ++asked
      const { trainingStep } = store.getState()
      store.setState({
        test: 'running',
        range: smoothRange([], []),
        progress: 0,
        diverged: false,
        suggestion: null,
        message: null,
      })
      try {
        const begun = await session.actions.beginRateTest({ trainingStep, ...rateSpan })
        if (!begun.accepted) {
          if (mine === asked) store.setState({ test: 'none', range: null, message: begun.message })
          return
        }
        const rates: number[] = []
        const losses: number[] = []
        for (;;) {
          if (mine !== asked) return session.actions.endRateTest(begun.test)
          const part = await session.actions.moreOfRateTest(begun.test)
          if (mine !== asked) return session.actions.endRateTest(begun.test)
          rates.push(...part.rates)
          losses.push(...part.losses)
          const range = smoothRange(rates, losses)
          const done = part.over !== null
          store.setState({
            range,
            progress: done ? 1 : rates.length / rateSpan.steps,
            diverged: part.over === 'diverged',
            test: done ? 'done' : 'running',
            suggestion: done ? suggestRate(range) : null,
          })
          if (done) return
        }
      } catch (error) {
        if (mine !== asked) return
        store.setState({ test: 'none' })
        say(error)
      }
    },
    cancel() {
      asked++
      const { range } = store.getState()
      store.setState({
        test: range === null || range.rates.length === 0 ? 'none' : 'done',
        suggestion: range === null ? null : suggestRate(range),
      })
    },
    choose: (trainingStep) => store.setState({ trainingStep, test: 'none', range: null, suggestion: null }),
    useRate(rate, label) {
      const { trainingStep } = store.getState()
      editor.actions.setTraining(label, (draft) => {
        if (draft.steps.length === 0) draft.steps.push(defaultTrainingStep())
        const step = draft.steps[trainingStep]
        if (step !== undefined) step.optimiser.learningRate = rate
      })
    },
  }
}
