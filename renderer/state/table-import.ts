/**
 * A table of the user's on its way into the graph: surveyed, its columns chosen in a dialog, then put into a data node,
 * an old one or a new one, with a network after it where people want one. One step of undo.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Document, NodeId, Path } from '../../engine/graph/document'
import { defaultTraining, defaultTrainingStep } from '../../engine/graph/create'
import { addNode, connect, setParams } from '../../engine/graph/edit'
import type { Draft } from 'immer'
import type { Dataset, TableDataset } from '../../nodes/kit/dataset'
import type { Catalogue } from '../../nodes/kit/define'
import type { Strings } from '../ui/strings'
import type { Editor } from './editor-types'
import type { Notices } from './notices'
import type { Session } from './session-types'
import {
  firstChoice,
  namesColumnsOf,
  outcomeOf,
  retarget,
  type TableChoice,
  type TableOutcome,
} from './table-choice'
import { missingTables, tableAt, type MissingTable } from './missing-tables'
import { surveyTable, type TableSurvey, type Unreadable } from './table-survey'

/** Where the table goes: into a data node, a new one, or a new one with a network that learns it, here or in a document of its own. */
export type Place = { readonly node: NodeId } | 'new-node' | 'new-network' | 'new-document'

/** How the samples are dealt and scaled: settings of the data node. */
export interface Dealing {
  readonly scale: 'none' | 'standardise'
  readonly validation: number
  readonly test: number
  readonly shuffle: boolean
}

export interface TableImportState {
  readonly survey: TableSurvey
  readonly choice: TableChoice
  readonly outcome: TableOutcome
  readonly dealing: Dealing
  readonly place: Place
  readonly places: readonly { readonly node: NodeId; readonly label: string }[]
}

export interface TableImport {
  /** What the dialog shows, or null where there is none. */
  readonly store: StoreApi<TableImportState | null>
  /** The very file that the data node was made with is taken as it is; any other opens the dialog. */
  give(file: string, bytes: Uint8Array<ArrayBuffer>, node: Path): Promise<void>
  /** Lets people choose the file of a data node. */
  find(node: Path): Promise<void>
  /**
   * Says which files of the user's the graph wants that are not here, and offers to choose them; answers whether all are
   * here. `error`: something was to be done that cannot be without them.
   */
  askFor(kind: 'offer' | 'error'): boolean
  /** Opens the dialog; `wish` is where people asked for it. */
  open(
    file: string,
    bytes: Uint8Array<ArrayBuffer>,
    wish?: { readonly node: Path } | 'new-document',
  ): Promise<void>
  setHeader(header: boolean): Promise<void>
  choose(change: Partial<TableChoice>): void
  /** Takes another column as what is to be learnt. */
  aim(target: string): void
  deal(change: Partial<Dealing>): void
  put(place: Place): void
  /** Puts it into the graph. */
  take(): void
  close(): void
}

interface Options {
  readonly editor: Editor
  readonly session: Session
  readonly notices: Notices
  readonly strings: Strings
  readonly catalogue: Catalogue
  /** Puts an empty document on show; unsaved work stays in its tab. */
  readonly begin: () => void
  /** Brings the whole graph into view. */
  readonly show: () => void
  /** Asks people for a file. */
  readonly pick: (
    accept: string,
  ) => Promise<{ readonly name: string; readonly bytes: Uint8Array<ArrayBuffer> } | null>
}

/** What a dialog for files may offer. */
export const tableEndings = '.csv,.csv.gz,.tsv,.tab,.txt,.gz,text/csv'
const tableEnding = /\.(csv|tsv|tab|txt)(\.gz)?$/i

export const isTable = (name: string): boolean => tableEnding.test(name)

/** Bytes that take about a second. */
const largeTable = 5e6

const usualDealing: Dealing = { scale: 'standardise', validation: 0.2, test: 0.2, shuffle: true }

function dealingOf(document: Document, node: NodeId | undefined): Dealing {
  const params = node === undefined ? undefined : document.nodes[node]?.params
  const dataset = params?.['dataset'] as Dataset | undefined
  // What was right for numbers written by hand is not what a table wants.
  if (params === undefined || dataset?.kind !== 'table') return usualDealing
  return {
    scale: params['scale'] === 'none' ? 'none' : 'standardise',
    validation: Number(params['validation']),
    test: Number(params['test']),
    shuffle: params['shuffle'] === true,
  }
}

export function createTableImport(options: Options): TableImport {
  const { editor, session, notices, strings } = options
  const words = strings.table
  const store = createStore<TableImportState | null>(() => null)
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0)

  const draw = (next: Omit<TableImportState, 'outcome'>): void =>
    store.setState({ ...next, outcome: outcomeOf(next.survey, next.choice, words) }, true)
  const change = (of: (state: TableImportState) => Partial<TableImportState>): void => {
    const state = store.getState()
    if (state !== null) draw({ ...state, ...of(state) })
  }
  const say = (file: string, { unreadable, ...more }: Unreadable): void => {
    notices.error(words.unreadable(file, unreadable, 'detail' in more ? more.detail : ''), 'opening')
  }

  const planNow = () => editor.store.getState().analysis.plan

  function tableOf(node: Path | undefined): TableDataset | null {
    return node === undefined ? null : tableAt(planNow(), node)
  }

  /** A large table takes seconds, in which the window stands still: that is said first. */
  async function surveyed(
    file: string,
    given: Uint8Array<ArrayBuffer>,
    header: boolean | undefined,
  ): Promise<TableSurvey | Unreadable> {
    if (given.length < largeTable) return surveyTable(file, given, header)
    const done = notices.hint(strings.notices.importing(file))
    await new Promise((resolve) => setTimeout(resolve, 50))
    const survey = await surveyTable(file, given, header)
    done()
    return survey
  }

  async function give(file: string, given: Uint8Array<ArrayBuffer>, node: Path): Promise<void> {
    const before = tableOf(node)
    const survey = await surveyed(file, given, before?.header)
    if (before !== null && !('unreadable' in survey) && survey.hash === before.hash) {
      session.actions.giveFile(node, before.file, given)
      return
    }
    if (before?.file === file && before.hash !== '') notices.hint(strings.dataset.another(file))
    await open(file, given, { node })
  }

  async function open(
    file: string,
    given: Uint8Array<ArrayBuffer>,
    wish?: { readonly node: Path } | 'new-document',
  ): Promise<void> {
    const { document, selection, dirty } = editor.store.getState()
    // Inside a block no table is put: its copies would share it unasked.
    const node = typeof wish === 'object' && Object.hasOwn(document.nodes, wish.node) ? wish.node : undefined
    const places = Object.entries(document.nodes).flatMap(([id, { type, label }]) =>
      type === 'data' ? [{ node: id, label: label ?? id }] : [],
    )
    const chosen = node ?? places.find((each) => selection.nodes.has(each.node))?.node
    const survey = await surveyed(file, given, tableOf(node)?.header)
    if ('unreadable' in survey) {
      say(file, survey)
      return
    }
    bytes = given
    // A graph that nobody has worked on was not drawn for this table, unless it has the very columns.
    const known = places.find((each) => namesColumnsOf(survey, tableOf(each.node)))?.node
    const own = wish === 'new-document' || (chosen === undefined && known === undefined && !dirty)
    const asked = own ? undefined : (chosen ?? known ?? places[0]?.node)
    draw({
      survey,
      choice: firstChoice(survey, tableOf(asked)),
      dealing: dealingOf(document, asked),
      place: own ? 'new-document' : asked === undefined ? 'new-network' : { node: asked },
      places,
    })
  }

  async function find(node: Path): Promise<void> {
    try {
      const chosen = await options.pick(tableEndings)
      if (chosen !== null) await give(chosen.name, chosen.bytes, node)
    } catch (error) {
      notices.error(error instanceof Error ? error.message : String(error), 'opening')
    }
  }

  /** Notices that ask for a file, with what takes each back. */
  let asked: readonly (MissingTable & { readonly takeBack: () => void })[] = []
  const missing = () => missingTables(planNow(), session.store.getState().files)

  function askForOne(kind: 'offer' | 'error', node: Path, file: string): () => void {
    const message = strings.dataset.needed(file)
    const actions = [{ label: strings.dataset.choose, run: () => void find(node) }]
    return kind === 'offer' ? notices.offer(message, actions) : notices.error(message, null, actions)
  }

  function askFor(kind: 'offer' | 'error'): boolean {
    const wanted = missing()
    if (wanted.length > 0) watch()
    asked = wanted.map(({ node, file }) => ({
      node,
      file,
      takeBack: askForOne(kind, node, file),
    }))
    const [first] = wanted
    if (kind === 'error' && first !== undefined) editor.actions.selectPath(first.node)
    return first === undefined
  }

  /** Whoever chose the file elsewhere, or left the graph, is asked no longer. */
  let watching = false
  function watch(): void {
    if (watching) return
    watching = true
    const look = () => {
      if (asked.length === 0) return
      const wanted = missing()
      const still = asked.filter((each) =>
        wanted.some(({ node, file }) => node === each.node && file === each.file),
      )
      for (const each of asked) if (!still.includes(each)) each.takeBack()
      asked = still
    }
    session.store.subscribe((state, before) => state.files !== before.files && look())
    editor.store.subscribe((state, before) => state.analysis !== before.analysis && look())
  }

  return {
    store,
    askFor,
    find,
    give,
    open,
    async setHeader(header) {
      const state = store.getState()
      if (state === null) return
      const survey = await surveyTable(state.survey.file, bytes, header)
      if ('unreadable' in survey) say(state.survey.file, survey)
      else draw({ ...state, survey, choice: firstChoice(survey, null) })
    },
    choose: (part) => change(({ choice }) => ({ choice: { ...choice, ...part } })),
    aim: (target) => change(({ survey, choice }) => ({ choice: retarget(survey, target, choice) })),
    deal: (part) => change(({ dealing }) => ({ dealing: { ...dealing, ...part } })),
    put: (place) => change(() => ({ place })),
    take() {
      const state = store.getState()
      const dataset = state?.outcome.dataset ?? null
      if (state === null || dataset === null) return
      let node: NodeId = ''
      if (state.place === 'new-document') options.begin()
      editor.actions.edit(words.label(dataset.file), (draft) => {
        node = putInto(draft, options.catalogue, state, dataset)
      })
      session.actions.giveFile(node, dataset.file, bytes)
      editor.actions.select({ nodes: [node] })
      if (typeof state.place === 'string') options.show()
      store.setState(null, true)
    },
    close: () => store.setState(null, true),
  }
}

/** A small network has learned most of a table by then: seconds, whatever the table's length. */
const enoughSteps = 1500

function putInto(
  draft: Draft<Document>,
  catalogue: Catalogue,
  { place, dealing, outcome }: TableImportState,
  dataset: TableDataset,
): NodeId {
  const classes = dataset.task === 'classes'
  // What only the other kind of target can have.
  const params = {
    dataset,
    shape: [],
    ...dealing,
    ...(classes ? { scaleTarget: 'none' } : { encoding: 'index' }),
  }
  if (typeof place === 'object') {
    setParams(draft, null, place.node, params)
    return place.node
  }
  const name = dataset.file.replace(tableEnding, '')
  if (place === 'new-document') draft.name = name
  const below = Math.max(0, ...Object.values(draft.nodes).map(({ at }) => at[1] + 220))
  const add = (type: string, column: number, row: number, own: Record<string, unknown>, label?: string) => {
    const definition = catalogue.get(type)
    if (definition === undefined) throw new Error(`There is no node type "${type}".`)
    const id = addNode(draft, null, definition, [260 * column, below + row], own)
    const node = draft.nodes[id]
    if (node !== undefined && label !== undefined) node.label = label
    return id
  }
  const wire = (from: NodeId, output: string, to: NodeId, input: string): void => {
    connect(draft, null, catalogue, [from, output], [to, input])
  }
  const first = !Object.values(draft.nodes).some(({ type }) => type === 'data')
  if (place === 'new-node') return add('data', 0, 60, params, name)
  // Amounts may be of any size; fresh weights expect them about 1.
  const data = add('data', 0, 60, classes ? params : { ...params, scaleTarget: 'standardise' }, name)
  const hidden = add('dense', 1, 0, {
    units: 32,
    activation: 'relu',
    kernelInitialiser: { kind: 'heNormal' },
  })
  const scores = add('dense', 2, 0, { units: classes ? dataset.classes.length : 1 })
  const loss = add(classes ? 'sparse-categorical-crossentropy' : 'mean-squared-error', 3, 0, {})
  const metric = add(classes ? 'accuracy' : 'r2', 3, 150, {})
  wire(data, 'x', hidden, 'x')
  wire(hidden, 'y', scores, 'x')
  for (const judge of [loss, metric]) {
    wire(scores, 'y', judge, 'prediction')
    wire(data, 'y', judge, 'target')
  }
  // What was set for a graph that is no more does not fit the first table.
  if (first) {
    const { optimiser, ...step } = defaultTrainingStep()
    const steps = [
      {
        ...step,
        losses: [loss],
        optimiser: { ...optimiser, learningRate: 0.003 },
        schedule: { kind: 'cosine' as const, warmup: 0, final: 0.1 },
      },
    ]
    const usual = defaultTraining()
    const perEpoch = (outcome.rows * (1 - dealing.validation - dealing.test)) / usual.batchSize
    const epochs = Math.round(Math.min(100, Math.max(5, enoughSteps / perEpoch)))
    draft.training = { ...usual, length: { epochs }, seed: draft.training.seed, steps }
  }
  return data
}
