/**
 * The weights outlive the window: when a run pauses or ends, its files go to the host (the same four as the command line
 * writes, and its probes), and a window that opens on the same graph takes them up again, to continue, to export, and to go
 * back in.
 */
import type { Document } from '../../engine/graph/document'
import { readDocument } from '../../engine/graph/read'
import { sameWeights } from '../../engine/graph/same-network'
import { writeDocument } from '../../engine/graph/text'
import { readRunWeights, writeRunWeights } from '../../engine/export/run-weights'
import { endLine, scoresLine, toJson, type EndLine } from '../../engine/session/lines'
import type { Run } from '../../engine/session/runs'
import { isRefusal } from '../../nodes/kit/spec'
import type { Editor } from './editor-types'
import { readRun, writeProbes } from './kept-probes'
import type { Session } from './session-types'

export type KeptFile =
  'graph.wiregrad' | 'weights.safetensors' | 'run.json' | 'metrics.jsonl' | 'probes.safetensors'

/** What is needed of the host. A set that was written becomes readable, whole, with `commit`. */
export interface RunHost {
  version(): Promise<string>
  list(): Promise<readonly { readonly run: string; readonly modified: number }[]>
  read(run: string, file: KeptFile): Promise<Uint8Array<ArrayBuffer>>
  write(run: string, file: KeptFile, bytes: Uint8Array<ArrayBuffer>): Promise<void>
  commit(run: string): Promise<void>
  discard(run: string): Promise<void>
}

interface KeptRunOptions {
  readonly editor: Editor
  readonly session: Session
  readonly host: RunHost
  onFail(why: string): void
  /** Weights of an earlier window are there again. */
  onRestored(): void
}

/** Runs kept; older ones go. */
const mostRuns = 5

export function createKeptRun({ editor, session, host, onFail, onRestored }: KeptRunOptions) {
  const slot = crypto.randomUUID()
  let keeping: Promise<void> = Promise.resolve()

  async function keep(run: Run, document: Document): Promise<void> {
    const weights = await session.actions.weights()
    if (weights === null) return
    const text = (words: string) => new TextEncoder().encode(words)
    await host.write(slot, 'graph.wiregrad', text(writeDocument(document)))
    await host.write(slot, 'weights.safetensors', writeRunWeights(weights))
    await host.write(slot, 'run.json', text(`${toJson(factsOf(run, document, await host.version()), 2)}\n`))
    await host.write(
      slot,
      'metrics.jsonl',
      text(
        linesOf(run, document)
          .map((line) => `${toJson(line)}\n`)
          .join(''),
      ),
    )
    const probes = writeProbes(run, document.training.seed)
    if (probes !== null) await host.write(slot, 'probes.safetensors', probes)
    await host.commit(slot)
    const kept = [...(await host.list())].sort((a, b) => b.modified - a.modified)
    for (const old of kept.slice(mostRuns)) await host.discard(old.run)
  }

  /** The run itself, with its curves and probes; null where an older window kept none. */
  async function runIn(slotOf: string): Promise<Run | null> {
    try {
      const lines = new TextDecoder().decode(await host.read(slotOf, 'metrics.jsonl'))
      return readRun(`kept-${slotOf}`, await host.read(slotOf, 'probes.safetensors'), lines)
    } catch {
      return null
    }
  }

  return {
    /** Keeps every run that pauses or ends from now on. */
    watch(): void {
      session.store.subscribe((state, before) => {
        if (state.status === before.status || (state.status !== 'ended' && state.status !== 'paused')) return
        const run = session.run()
        if (run === null || run.step === 0 || state.runDocument === null || state.reopened) return
        const document = state.runDocument
        keeping = keeping
          .then(() => keep(run, document))
          .catch((error: unknown) => onFail(error instanceof Error ? error.message : String(error)))
      })
    },
    /** Takes up the newest kept weights of the graph that is open, if there are any. */
    async restore(): Promise<void> {
      const kept = [...(await host.list())].sort((a, b) => b.modified - a.modified)
      for (const { run } of kept.slice(0, mostRuns)) {
        const read = readDocument(new TextDecoder().decode(await host.read(run, 'graph.wiregrad')))
        if (!read.ok || !sameWeights(read.document, editor.store.getState().document)) continue
        const weights = readRunWeights(await host.read(run, 'weights.safetensors'))
        if (isRefusal(weights) || session.store.getState().status !== 'idle') return
        const back = await runIn(run)
        // As it stands here, unless it trains otherwise: names and places are no edit that matters.
        const { document: open } = editor.store.getState()
        const same = JSON.stringify(open.training) === JSON.stringify(read.document.training)
        session.actions.adopt(same ? open : read.document, weights, back)
        return onRestored()
      }
    },
    /** Settles when everything begun is written. */
    settled: () => keeping,
  }
}

function factsOf(run: Run, document: Document, version: string): object {
  return {
    seed: document.training.seed,
    backend: run.backend?.name ?? null,
    adapter: run.backend?.adapter ?? null,
    versions: { wiregrad: version },
    settings: document.training,
    step: run.step,
    result: endOf(run),
  }
}

/** The end line, once there is one. */
function endOf(run: Run): EndLine | null {
  const { ending, backend, parameters } = run
  return ending === null || backend === null ? null : endLine({ parameters, backend }, ending)
}

/** The lines of the run that its buffers still hold: of a very long run every n-th tick. */
function linesOf(run: Run, document: Document): object[] {
  const names = run.names.map((name) => [name, run.values(name)] as const)
  const lines: object[] = [
    {
      type: 'start',
      backend: run.backend?.name ?? null,
      adapter: run.backend?.adapter ?? null,
      parameters: run.parameters,
      seed: document.training.seed,
    },
  ]
  let epoch = 0
  const finished = (before: number) => {
    for (; (run.epochs[epoch]?.step ?? Infinity) < before; epoch++) {
      const done = run.epochs[epoch]
      if (done !== undefined && done.validation !== null)
        lines.push({ type: 'epoch', epoch: done.epoch, validation: scoresLine(done.validation) })
    }
  }
  for (let row = 0; row < run.length; row++) {
    const step = run.steps[row] ?? 0
    finished(step)
    const metrics = Object.fromEntries(names.map(([name, values]) => [name, values[row]]))
    const perEpoch = Math.max(1, run.stepsPerEpoch)
    lines.push({
      type: 'tick',
      step,
      epoch: Math.floor((step - 1) / perEpoch) + 1,
      loss: run.loss[row],
      metrics,
    })
  }
  finished(Infinity)
  const end = endOf(run)
  if (end !== null) lines.push(end)
  return lines
}
