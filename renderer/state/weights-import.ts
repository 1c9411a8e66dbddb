/**
 * Weights of another program into the open graph. A safetensors file holds tensors and no graph: where every tensor of
 * the graph finds its name, they are taken at once; otherwise people see what was matched, and how, and set the rest.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Weights } from '../../engine/export/run-weights'
import { readRunWeights } from '../../engine/export/run-weights'
import { readSafetensors, type Safetensors } from '../../engine/export/safetensors'
import { matchSafetensors, type SafetensorsMatch, type TensorMapping } from '../../engine/import/safetensors'
import { isRefusal } from '../../nodes/kit/spec'
import type { Strings } from '../ui/strings'
import type { Editor, EditorState } from './editor-types'
import type { Notices } from './notices'
import type { Session } from './session-types'

/** One tensor of the graph, and what stands for it in the file. */
export interface MappingRow {
  readonly ours: string
  readonly shape: readonly number[]
  readonly theirs: string | null
  readonly by: SafetensorsMatch['matched'][number]['by'] | null
  /** Tensors of the file with this very shape. */
  readonly choices: readonly string[]
}

export interface MappingState {
  readonly fileName: string
  readonly rows: readonly MappingRow[]
  /** Tensors of the file that nothing takes. */
  readonly left: readonly string[]
  readonly proposals: number
  readonly problems: readonly string[]
}

export interface WeightsImport {
  /** What the dialog shows, or null where there is none. */
  readonly store: StoreApi<MappingState | null>
  open(fileName: string, bytes: Uint8Array): Promise<void>
  /** Gives a tensor of the graph one of the file, or null: it keeps what it has. */
  choose(ours: string, theirs: string | null): void
  useProposals(): void
  /** Takes what is matched; the next training goes on from it. */
  take(): Promise<void>
  close(): void
}

interface Opened {
  readonly fileName: string
  readonly file: Safetensors
  readonly state: EditorState
  readonly mapping: TensorMapping
  readonly match: SafetensorsMatch
}

interface Options {
  readonly editor: Editor
  readonly session: Session
  readonly notices: Notices
  readonly strings: Strings
}

export function createWeightsImport({ editor, session, notices, strings }: Options): WeightsImport {
  const words = strings.notices
  const store = createStore<MappingState | null>(() => null)
  let opened: Opened | null = null

  function show(next: Omit<Opened, 'match'>): Opened {
    opened = { ...next, match: matchSafetensors(next.state.analysis.plan, next.file, next.mapping) }
    return opened
  }

  function draw(shown: Opened): void {
    store.setState(stateOf(shown), true)
  }

  function remap(mapping: TensorMapping): void {
    if (opened !== null) draw(show({ ...opened, mapping: { ...opened.mapping, ...mapping } }))
  }

  async function adopt(fileName: string, state: EditorState, weights: Weights, open: number): Promise<void> {
    // What the file says nothing of keeps the values of the last training.
    const kept = open === 0 ? null : await session.actions.weights()
    session.actions.reset()
    session.actions.adopt(state.document, { ...kept, ...weights })
    notices.info(words.weightsTaken(fileName, Object.keys(weights).length, open), 'opening')
  }

  function close(): void {
    opened = null
    store.setState(null, true)
  }

  return {
    store,
    async open(fileName, bytes) {
      const state = editor.store.getState()
      const own = readRunWeights(bytes)
      if (!isRefusal(own) && Object.keys(own).some((name) => name.includes(':'))) {
        const missing = missingOf(state, own)
        if (missing === null) await adopt(fileName, state, own, 0)
        else notices.error(words.weightsOfAnother(fileName, missing), 'opening')
        return
      }
      const file = readSafetensors(bytes)
      if (isRefusal(file)) {
        notices.error(words.openFailed(fileName, file.refused), 'opening')
        return
      }
      const shown = show({ fileName, file, state, mapping: {} })
      const { match } = shown
      const certain = match.matched.every(({ by }) => by === 'name') && match.open.ours.length === 0
      if (match.wanted.length === 0) {
        notices.error(words.openFailed(fileName, words.noWeightsHere), 'opening')
        close()
      } else if (certain && match.open.theirs.length === 0) {
        close()
        await adopt(fileName, state, match.weights, 0)
      } else draw(shown)
    },
    choose: (ours, theirs) => remap({ [ours]: theirs }),
    useProposals() {
      if (opened !== null)
        remap(Object.fromEntries(opened.match.proposals.map(({ ours, theirs }) => [ours, theirs])))
    },
    async take() {
      const taken = opened
      close()
      if (taken === null) return
      const { fileName, state, match } = taken
      await adopt(fileName, state, match.weights, match.open.ours.length)
    },
    close,
  }
}

/** A weight of the graph that is not among these in its shape, or null. */
function missingOf({ analysis }: EditorState, weights: Weights): string | null {
  for (const step of analysis.plan.steps) {
    if (step.sharesWeightsOf !== null) continue
    for (const [name, { shape }] of Object.entries(step.weights))
      if (weights[`${step.path}:${name}`]?.shape.join() !== shape.join()) return `${step.path}:${name}`
  }
  return null
}

function stateOf({ fileName, file, match }: Opened): MappingState {
  const found = new Map(match.matched.map((pair) => [pair.ours, pair]))
  const byShape = new Map<string, string[]>()
  for (const [name, { shape }] of file.tensors) {
    const key = shape.join()
    byShape.set(key, [...(byShape.get(key) ?? []), name])
  }
  return {
    fileName,
    rows: match.wanted.map(({ name, shape }) => ({
      ours: name,
      shape,
      theirs: found.get(name)?.theirs ?? null,
      by: found.get(name)?.by ?? null,
      choices: byShape.get(shape.join()) ?? [],
    })),
    left: match.open.theirs.map(({ name }) => name),
    proposals: match.proposals.length,
    problems: match.problems,
  }
}
