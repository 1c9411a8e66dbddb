/**
 * The node that the window looks at: with the probes of the run while it trains, once more when it pauses, and on the
 * weights that it left when it has ended. One node at a time, nothing where none is asked for, never two looks at once,
 * and no more than a share of the time while a run goes on.
 */
import type { Document } from '../graph/document'
import { takeLook, type Looked, type Moment } from '../probe/look'
import type { BackendChoice, DataFile, RunEvent, RunId, WeightSet } from '../session/protocol'
import type { Wish } from '../session/look'
import type { Machinery } from './machinery'
import { prepare, type Ready } from './prepare'

/** Share of a run's time that looking may take, unless said. */
const usualShare = 0.05
/** Milliseconds of running that are lent at the start, so that the first steps of a short run are seen too. */
const lent = 4000

/** A run that goes on: what it computes with now (another after a lost device). */
export interface GoingRun {
  readonly id: RunId
  readonly looked: () => Looked
  /** Steps done. */
  readonly step: () => number
}

/** A run that has ended, and what it takes to build its net again. */
export interface EndedRun {
  readonly id: RunId
  readonly step: number
  readonly document: Document
  readonly weights: WeightSet
  readonly backend: BackendChoice
  readonly files: readonly DataFile[]
}

export interface InspectorOptions {
  readonly machinery: Machinery
  /** Share of a run's time that looking may take. */
  readonly share: number | undefined
  readonly now: () => number
  readonly emit: (event: RunEvent) => void
  readonly going: () => GoingRun | null
  readonly ended: () => EndedRun | null
  /** One after another with whatever else uses the backend. */
  readonly exclusive: <T>(work: () => Promise<T>) => Promise<T>
}

export interface Inspector {
  /** Asks for a node of a run from now on; null ends it. Throws where there is no such run, or no such node. */
  ask(run: RunId, wish: Wish | null): Promise<void>
  /** From the first step of a run that is about to begin. */
  begin(run: RunId, wish: Wish | null): void
  /** A step is about to be taken; `probed`: its numbers are sent. */
  before(step: number, probed: boolean): void
  /** The run stands still. */
  paused(): void
  /** The run has ended and left its weights. */
  over(): void
  /** Somebody else needs the backend: lets go of the net of an ended run. */
  release(): void
}

export function createInspector(options: InspectorOptions): Inspector {
  const { machinery, now, emit, share = usualShare } = options
  let asked: { readonly run: RunId; readonly wish: Wish } | null = null
  /** The net of an ended run, built again. */
  let bench: { readonly run: RunId; readonly ready: Ready } | null = null
  let busy = false
  let taken = 0
  let spent = 0
  let since = 0

  const restart = (): void => {
    taken = 0
    spent = 0
    since = now()
  }
  /** One more would take too much of the time. */
  const isDear = (): boolean => taken > 0 && spent + spent / taken > share * (now() - since + lent)
  const release = (): void => {
    bench?.ready.compiled.dispose()
    bench?.ready.data.dispose()
    bench = null
  }

  /** Computes before it returns; the event comes when the numbers have arrived. */
  function look(looked: Looked, run: RunId, wish: Wish, moment: Moment): Promise<void> {
    busy = true
    taken++
    const start = now()
    const coming = takeLook(looked, wish, moment)
    spent += now() - start
    return coming
      .then((found) => {
        if (asked?.run !== run) return
        const cost = spent / Math.max(1, now() - since)
        emit({ kind: 'look', run, look: found, cost })
      })
      .finally(() => (busy = false))
  }

  /** At the weights of a run that stands still or goes on: those that its next step will begin with. */
  function lookNow(run: GoingRun, wish: Wish): Promise<void> {
    const done = run.step()
    return look(run.looked(), run.id, wish, { step: done + 1, done })
  }

  async function netOf(run: EndedRun): Promise<Ready> {
    if (bench?.run === run.id) return bench.ready
    release()
    const { document, weights, backend, files } = run
    const ready = await prepare(machinery, { document, backend, files, weights }, 'remembered')
    if (!ready.accepted) throw new Error(ready.message)
    bench = { run: run.id, ready }
    return ready
  }

  function lookBack(run: EndedRun, wish: Wish): Promise<void> {
    return options.exclusive(async () => {
      // By now something else may be wanted, or a new run have begun.
      if (asked?.wish !== wish || options.going() !== null) return
      const { compiled, data, document } = await netOf(run)
      const { seed } = document.training
      const moment = { step: Math.max(1, run.step), done: run.step }
      await look({ tf: machinery.tf, compiled, data, seed }, run.id, wish, moment)
    })
  }

  return {
    release,
    begin(run, wish) {
      asked = wish === null ? null : { run, wish }
      restart()
    },
    async ask(run, wish) {
      if (wish === null) {
        asked = null
        return options.exclusive(async () => {
          if (asked === null) release()
        })
      }
      asked = { run, wish }
      restart()
      const going = options.going()
      if (going?.id === run) return lookNow(going, wish)
      const ended = options.ended()
      if (ended?.id !== run)
        throw new Error(`There is no run ${run} here; it may have been replaced by a newer one.`)
      return lookBack(ended, wish)
    },
    before(step, probed) {
      const going = options.going()
      if (asked === null || going?.id !== asked.run || !probed || busy || isDear()) return
      const { run, wish } = asked
      // A node that is not there was refused when it was asked for.
      look(going.looked(), run, wish, { step, done: step - 1 }).catch(() => undefined)
    },
    paused() {
      const going = options.going()
      if (asked === null || going?.id !== asked.run || busy) return
      lookNow(going, asked.wish).catch(() => undefined)
    },
    over() {
      const ended = options.ended()
      if (asked === null || ended?.id !== asked.run) return
      lookBack(ended, asked.wish).catch(() => undefined)
    },
  }
}
