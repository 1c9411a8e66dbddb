/**
 * Going through one batch step by step: the batch is traced once by the worker, worked out here, and from then on every
 * step forwards or backwards is at hand. What is on show follows the graph and the run: an edit, a training step or other
 * samples trace it anew.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import { stopsOf, type Phase, type Stop } from '../../engine/explain/stops'
import { workOut, type Worked } from '../../engine/explain/work-out'
import type { Editor } from './editor-types'
import type { Session } from './session-types'

export interface StepwiseState {
  readonly open: boolean
  readonly waiting: boolean
  /** Why there is nothing to see, in a sentence. */
  readonly message: string | null
  readonly worked: Worked | null
  readonly stops: readonly Stop[]
  /** Which stop is on show. */
  readonly at: number
  /** What is looked at: a sample of the batch and a number of the node's output, both from 0. */
  readonly sample: number
  readonly unit: number
  /** The samples that make the batch: the first, from 0, and how many. */
  readonly first: number
  readonly count: number
  readonly trainingStep: number
}

export interface Stepwise {
  readonly store: StoreApi<StepwiseState>
  open(): void
  close(): void
  /** To a stop; what is too far is the last. */
  go(at: number): void
  goTo(phase: Phase): void
  look(place: { readonly sample?: number; readonly unit?: number }): void
  /** Other samples, or another training step. */
  take(batch: { readonly first?: number; readonly count?: number; readonly trainingStep?: number }): void
}

/** So many samples at once can still be read. */
const mostSamples = 4

const shut = {
  open: false,
  waiting: false,
  message: null,
  worked: null,
  stops: [],
  at: 0,
  sample: 0,
  unit: 0,
  first: 0,
  count: 0,
  trainingStep: 0,
} satisfies StepwiseState

export function createStepwise(editor: Editor, session: Session): Stepwise {
  const store = createStore<StepwiseState>(() => shut)
  let asked = 0

  async function trace(): Promise<void> {
    const mine = ++asked
    const { first, count, trainingStep } = store.getState()
    const { analysis } = editor.store.getState()
    store.setState({ waiting: true })
    try {
      await session.actions.rest()
      const reply = await session.actions.trace({ split: 'train', first, count, trainingStep })
      if (mine !== asked || !store.getState().open) return
      if (!reply.accepted) {
        store.setState({ waiting: false, message: reply.message, worked: null, stops: [], at: 0 })
        return
      }
      const worked = workOut(analysis.plan, reply.trace)
      const stops = stopsOf(worked)
      const before = store.getState()
      const here = before.stops[before.at]
      const there = stops.findIndex(({ phase, path }) => phase === here?.phase && path === here.path)
      store.setState({
        waiting: false,
        message: null,
        worked,
        stops,
        at: Math.max(0, there),
        first: reply.trace.samples.first,
        count: reply.trace.samples.count,
        sample: Math.min(before.sample, reply.trace.samples.count - 1),
      })
    } catch (error) {
      if (mine !== asked) return
      const message = error instanceof Error ? error.message : String(error)
      store.setState({ waiting: false, message, worked: null, stops: [], at: 0 })
    }
  }

  const refresh = () => {
    if (store.getState().open) void trace()
  }
  editor.store.subscribe((state, before) => {
    if (state.generation !== before.generation) store.setState(shut)
    else if (state.analysis !== before.analysis || state.document.training !== before.document.training)
      refresh()
  })
  session.store.subscribe((state, before) => {
    const rests = state.status !== 'running' && state.status !== 'starting'
    if (rests && (state.status !== before.status || state.runId !== before.runId)) refresh()
  })

  return {
    store,
    open() {
      const { batchSize } = editor.store.getState().document.training
      store.setState({ ...shut, open: true, count: Math.min(batchSize, mostSamples) })
      void trace()
    },
    close() {
      asked++
      store.setState(shut)
    },
    go(at) {
      const { stops } = store.getState()
      store.setState({ at: Math.max(0, Math.min(at, stops.length - 1)) })
    },
    goTo(phase) {
      const at = store.getState().stops.findIndex((stop) => stop.phase === phase)
      if (at >= 0) store.setState({ at })
    },
    look: (place) => store.setState(place),
    take(batch) {
      store.setState(batch)
      refresh()
    },
  }
}
