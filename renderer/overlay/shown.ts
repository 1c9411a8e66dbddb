/** What the overlays show from, gathered from the stores; what follows from the graph alone is made once per analysis. */
import { memoryByStep } from '../../engine/analyse/memory'
import type { Plan } from '../../engine/analyse/plan'
import { readingsOf } from '../state/run-readings'
import type { Stores } from '../ui/stores'
import { createTurn } from '../ui/turns'
import { pathsByCard, type Shown } from './show'

type OfGraph = Pick<Shown, 'costs' | 'cards'>

const known = new WeakMap<Plan, Map<string, OfGraph>>()

export function shownNow({ editor, session, moment }: Stores): Shown & { readonly probing: number } {
  const { document, analysis, open } = editor.store.getState()
  const { plan } = analysis
  let graphs = known.get(plan)
  if (graphs === undefined) known.set(plan, (graphs = new Map<string, OfGraph>()))
  let graph = graphs.get(open.prefix)
  if (graph === undefined) {
    const memory = memoryByStep(document, plan)
    graph = {
      cards: pathsByCard(
        plan.steps.map(({ path }) => path),
        open.prefix,
      ),
      costs: new Map(
        plan.steps.map(({ path, multiplyAdds }) => [path, { memory: memory.get(path) ?? 0, multiplyAdds }]),
      ),
    }
    graphs.set(open.prefix, graph)
  }
  const run = readingsOf(session, moment, editor.catalogue)
  return {
    ...graph,
    readings: run === null || run.readings.step === null ? null : run.readings,
    changes: run?.readings.changes ?? 0,
    prefix: open.prefix,
    probing: run?.cost ?? 0,
  }
}

/**
 * Calls back when anything of it may have changed, and `onNumbers` instead where that is only the run's numbers; answers how
 * to stop.
 */
export function onShown(
  { editor, session, moment }: Stores,
  listener: () => void,
  onNumbers: () => void = listener,
): () => void {
  const stops = [
    editor.store.subscribe(listener),
    session.onNumbers(onNumbers),
    session.store.subscribe(listener),
    moment.subscribe(listener),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Listens, but calls back at most once in so many milliseconds; the last call is never lost. */
export function paced(
  listen: (listener: () => void) => () => void,
  call: () => void,
  milliseconds: number,
): () => void {
  const turn = createTurn(call, milliseconds)
  const stop = listen(turn.ask)
  return () => {
    stop()
    turn.stop()
  }
}
