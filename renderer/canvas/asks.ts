/**
 * What the list at the cursor may ask for: a node to add, the other end of a wire, another type for a node, a quick fix.
 * Each is a search over choices; a choice carries itself out.
 */
import type { WireFix } from '../../engine/analyse/fixes'
import type { Document, NodeId, WireId } from '../../engine/graph/document'
import type { Definition, Family } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import type { Editor, PortRef } from '../state/editor-types'
import { misfit, onlyTarget } from '../state/fitting'
import type { OpenGraph } from '../state/open-graph'
import { nodeName } from '../ui/node-name'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import type { CardModel, CardPort } from './card-model'
import type { FixedEnd } from './connecting'
import { findTypes, letters, type LooseEnd } from './search'
import { likelyAfter, likelyBefore, type Likelihood } from './usual'

const words = strings.canvas

export interface Choice {
  readonly id: string
  readonly title: string
  readonly detail?: string
  readonly family?: Family | 'block'
  readonly disabled?: boolean
  choose(): void
}

export interface Ask {
  readonly title: string
  /** A sentence above the field. */
  readonly message?: string
  /** Said where nothing is offered. */
  readonly none: string
  find(query: string): readonly Choice[]
}

type Models = ReadonlyMap<string, CardModel>

function typeChoice(definition: Definition, choose: () => void, detail: string | null = null): Choice {
  return {
    id: definition.type,
    title: translate(definition.title),
    family: definition.family,
    ...(detail === null ? {} : { detail: translate(detail) }),
    choose,
  }
}

/** Types by a few letters; those that take the spec as they are come first, the others say why not. */
function types(
  editor: Editor,
  query: string,
  end: LooseEnd | null,
  spec: Spec | undefined,
  add: (type: string) => void,
  likely?: Likelihood,
): Choice[] {
  const target = onlyTarget(editor.store.getState().open, editor.catalogue)
  const found = findTypes(editor.catalogue, query, end, likely).map(({ definition }) => ({
    definition,
    why: misfit(definition, spec, target),
  }))
  const fitting = found.filter(({ why }) => why === null)
  const others = found.filter(({ why }) => why !== null)
  return [...fitting, ...others].map(({ definition, why }) =>
    typeChoice(definition, () => add(definition.type), why),
  )
}

export interface AddOptions {
  readonly editor: Editor
  readonly loose: FixedEnd | null
  readonly models: Models
  add(type: string): void
  addInstance(block: string): void
}

/** A node to add; with a wire in the hand, what takes it. */
export function askAdd({ editor, loose, models, add, addInstance }: AddOptions): Ask {
  const { open } = editor.store.getState()
  const end = looseEnd(loose, models)
  const spec =
    loose?.side === 'source' ? open.analysis.plan.byPath.get(loose.node)?.outputs[loose.port] : undefined
  const inside = new Set(open.trail.map(({ block }) => block))
  const likely = loose === null ? undefined : likelyAt(editor, loose, spec)
  return {
    title: loose === null ? words.searchHint : words.searchFits,
    none: loose === null ? words.nothingFound : words.nothingFits,
    find(query) {
      const own =
        loose !== null
          ? []
          : Object.entries(open.document.blocks)
              .filter(([id, block]) => !inside.has(id) && query !== '' && letters(query, block.name))
              .map(([id, block]): Choice => ({
                id: `block ${id}`,
                title: block.name,
                family: 'block',
                choose: () => addInstance(id),
              }))
      return [...own, ...types(editor, query, end, spec, add, likely)]
    },
  }
}

function likelyAt(editor: Editor, { node, side }: FixedEnd, spec: Spec | undefined): Likelihood {
  const { open } = editor.store.getState()
  const there = open.document.nodes[node]
  return side === 'target'
    ? likelyBefore(editor.catalogue, there)
    : likelyAfter(editor.catalogue, there, spec, onlyTarget(open, editor.catalogue)?.spec)
}

/** A node for the middle of a wire: it must take what the wire carries and give something on. */
export function askInsert(editor: Editor, wire: WireId, add: (type: string) => void): Ask {
  const { open } = editor.store.getState()
  const spec = open.analysis.wires.get(wire)
  const end: LooseEnd = { side: 'source', kinds: [spec?.kind ?? 'tensor'] }
  const likely = likelyAfter(
    editor.catalogue,
    open.document.nodes[open.document.wires[wire]?.from[0] ?? ''],
    spec,
    undefined,
  )
  return {
    title: words.searchInsert,
    none: words.nothingFits,
    find: (query) =>
      types(editor, query, end, spec, add, likely).filter(({ id }) => {
        const definition = editor.catalogue.get(id)
        return definition?.role === 'layer' || definition?.role === 'function'
      }),
  }
}

/** Another type for nodes that are there; relatives first. */
export function askReplace(editor: Editor, ids: readonly NodeId[]): Ask {
  const { document } = editor.store.getState().open
  const before = editor.catalogue.get(document.nodes[ids[0] ?? '']?.type ?? '')
  return {
    title: words.searchReplace,
    none: words.nothingFound,
    find(query) {
      const found = findTypes(editor.catalogue, query, null).filter(
        ({ definition }) => definition !== before && (query !== '' || definition.family === before?.family),
      )
      return found.map(({ definition }) =>
        typeChoice(definition, () => editor.actions.replaceNodes(ids, definition.type)),
      )
    },
  }
}

interface Pair {
  readonly from: PortRef
  readonly to: PortRef
  readonly title: string
  readonly why: string | null
  readonly refused: boolean
  /** The input that it would end at. */
  readonly input: CardPort
}

/** How far it is from one card to the other, to the left twice as far: most wires lead to the right. */
function wayOf({ nodes }: Document, from: NodeId, to: NodeId): number {
  const [x1, y1] = nodes[from]?.at ?? [0, 0]
  const [x2, y2] = nodes[to]?.at ?? [0, 0]
  return Math.hypot(x2 > x1 ? x2 - x1 : 2 * (x2 - x1), y2 - y1)
}

/** Whether an input waits for a wire, would change the one that it has, can do without, or has this very one. */
function needOf({ document }: OpenGraph, { from, to, input }: Pair): number {
  const drawn = Object.values(document.wires).some(
    (wire) =>
      wire.from[0] === from.node &&
      wire.from[1] === from.port &&
      wire.to[0] === to.node &&
      wire.to[1] === to.port,
  )
  return drawn ? 3 : input.optional && !input.wired ? 2 : input.wired && !input.list ? 1 : 0
}

/**
 * Every wire that could be drawn from or to a node: those that fit first, of these the ones to an input that still needs
 * one, of these the short ones.
 */
function pairsOf(editor: Editor, node: NodeId, models: Models): Pair[] {
  const here = models.get(node)
  if (here === undefined) return []
  const pairs: Pair[] = []
  const add = (from: PortRef, to: PortRef, title: string, input: CardPort) => {
    const verdict = editor.judge(from, to)
    pairs.push({
      from,
      to,
      title,
      why: verdict === null ? null : translate(verdict.message),
      refused: verdict?.kind === 'refused',
      input,
    })
  }
  for (const [id, model] of models) {
    if (id === node) continue
    for (const output of here.outputs)
      for (const input of model.inputs)
        add(
          { node, port: output.name },
          { node: id, port: input.name },
          words.toPort(model.title, input.name),
          input,
        )
    for (const input of here.inputs)
      for (const output of model.outputs)
        add(
          { node: id, port: output.name },
          { node, port: input.name },
          words.fromPort(model.title, output.name),
          input,
        )
  }
  const { open } = editor.store.getState()
  return pairs
    .map((pair) => ({
      pair,
      rank: (pair.why === null ? 0 : pair.refused ? 8 : 4) + needOf(open, pair),
      way: wayOf(open.document, pair.from.node, pair.to.node),
    }))
    .sort((a, b) => a.rank - b.rank || a.way - b.way)
    .map(({ pair }) => pair)
}

/** The other end of a wire from (or to) a node: the keyboard's way of wiring. */
export function askConnect(
  editor: Editor,
  node: NodeId,
  models: Models,
  misfits: (from: PortRef, to: PortRef) => boolean,
): Ask {
  const pairs = pairsOf(editor, node, models)
  return {
    title: words.searchPort(models.get(node)?.title ?? node),
    none: words.nothingFits,
    find: (query) =>
      pairs
        .filter(({ title, refused }) => (query === '' ? !refused : letters(query, title)))
        .slice(0, 60)
        .map(({ from, to, title, why, refused }) => ({
          id: `${from.node}:${from.port}>${to.node}:${to.port}`,
          title,
          ...(why === null ? {} : { detail: why }),
          // A refused wire may have a quick fix all the same.
          disabled: false,
          choose: () => {
            if (why !== null && misfits(from, to)) return
            if (!refused) editor.actions.connect(from, to)
          },
        })),
  }
}

function fixTitle(editor: Editor, fix: WireFix): string {
  if (fix.kind === 'insert') {
    const shape = fix.params['shape']
    return words.fixInsert(fix.title, Array.isArray(shape) ? shape.join(' × ') : '')
  }
  const node = editor.store.getState().open.document.nodes[fix.node]
  const name = node === undefined ? fix.node : nodeName(node, editor.catalogue)
  return words.fixSet(name, strings.words(fix.field).toLowerCase(), fix.value)
}

/** Ways to make a wire fit; null where there is none. `wire`: it is there already. */
export function askFix(editor: Editor, from: PortRef, to: PortRef, wire?: WireId): Ask | null {
  const fixes = editor.fixes(from, to, wire)
  if (fixes.length === 0) return null
  const verdict = editor.judge(from, to, wire)
  const choices: Choice[] = fixes.map((fix, index) => ({
    id: `fix ${index}`,
    title: fixTitle(editor, fix),
    family: fix.kind === 'insert' ? (editor.catalogue.get(fix.type)?.family ?? 'shape') : 'training',
    choose: () => editor.actions.fix(fix, from, to, wire),
  }))
  if (wire !== undefined)
    choices.push({ id: 'remove', title: words.removeWire, choose: () => editor.actions.disconnect([wire]) })
  else if (verdict?.kind !== 'refused')
    choices.push({
      id: 'anyway',
      title: words.connectAnyway,
      choose: () => void editor.actions.connect(from, to),
    })
  return {
    title: words.fixes,
    message: translate(verdict?.message ?? ''),
    none: words.nothingFound,
    find: (query) => choices.filter(({ title }) => letters(query, title)),
  }
}

/** Names of the fixes, for the sentence beside the pointer. */
export function fixNames(editor: Editor, from: PortRef, to: PortRef): readonly string[] {
  return editor.fixes(from, to).map((fix) => fixTitle(editor, fix))
}

/** The wire that a broken node suffers from: the first into it for which there is a fix. */
export function fixOfNode(editor: Editor, node: NodeId): Ask | null {
  const { document } = editor.store.getState().open
  for (const [id, { from, to }] of Object.entries(document.wires)) {
    if (to[0] !== node) continue
    const ask = askFix(editor, { node: from[0], port: from[1] }, { node: to[0], port: to[1] }, id)
    if (ask !== null) return ask
  }
  return null
}

export function looseEnd(fixed: FixedEnd | null, models: Models): LooseEnd | null {
  if (fixed === null) return null
  const model = models.get(fixed.node)
  const port = (fixed.side === 'source' ? model?.outputs : model?.inputs)?.find(
    ({ name }) => name === fixed.port,
  )
  return { side: fixed.side, kinds: [port?.kind ?? 'tensor'] }
}
