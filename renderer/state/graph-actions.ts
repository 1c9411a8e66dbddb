/**
 * Edits of nodes and wires: add, wire, move, delete, duplicate, copy, paste.
 */
import type { Draft } from 'immer'
import * as z from 'zod'
import {
  nodeSchema,
  wireSchema,
  idSchema,
  type Document,
  type Node,
  type NodeId,
  type Wire,
  type WireId,
} from '../../engine/graph/document'
import { freshId, freshWireId } from '../../engine/graph/ids'
import { compareKeys, freshKeys, keyBetween } from '../../engine/graph/keys'
import { initialParams, type Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import type { EditorCore } from './editor'
import type { AddNodeOptions, EditorActions, PortRef } from './editor-types'
import { judgeWire } from './wiring'

type GraphActions = Pick<
  EditorActions,
  | 'addNode'
  | 'connect'
  | 'reconnect'
  | 'disconnect'
  | 'removeSelection'
  | 'moveNodes'
  | 'duplicateSelection'
  | 'copySelection'
  | 'paste'
  | 'select'
  | 'selectAll'
>

/** How far a copy lands from its original. */
const copyOffset = 32

const clipboardSchema = z.strictObject({
  format: z.literal('wiregrad-selection'),
  nodes: z.record(idSchema, nodeSchema),
  wires: z.record(idSchema, wireSchema),
})
type Clipboard = z.infer<typeof clipboardSchema>

export function graphActions(core: EditorCore): GraphActions {
  const { catalogue, labels } = core

  function connect(from: PortRef, to: PortRef): WireId | null {
    const { document, analysis } = core.get()
    if (judgeWire({ document, analysis, catalogue, words: labels.wiring }, from, to)?.kind === 'refused')
      return null
    let id: WireId | null = null
    core.apply(labels.connect, (draft) => {
      id = putWire(draft, core, from, to)
    })
    return id
  }

  function insert(label: string, clipboard: Clipboard, offset: readonly [number, number]): void {
    const renamed = new Map<NodeId, NodeId>()
    core.apply(label, (draft) => insertCopy(draft, core, clipboard, offset, renamed))
    core.select({ nodes: new Set(renamed.values()), wires: new Set() })
  }

  return {
    addNode: (type, at, options = {}) => addNode(core, type, at, options),
    connect,
    reconnect(wire, from, to) {
      const { document, analysis } = core.get()
      if (
        judgeWire({ document, analysis, catalogue, words: labels.wiring }, from, to, wire)?.kind === 'refused'
      )
        return
      core.apply(labels.reconnect, (draft) => {
        delete draft.wires[wire]
        putWire(draft, core, from, to, wire)
      })
    },
    disconnect(wires) {
      core.apply(labels.disconnect, (draft) => {
        for (const id of wires) delete draft.wires[id]
      })
    },
    removeSelection() {
      const { selection } = core.get()
      if (selection.nodes.size === 0 && selection.wires.size === 0) return
      core.apply(labels.remove(selection.nodes.size, selection.wires.size), (draft) => {
        for (const id of selection.wires) delete draft.wires[id]
        for (const id of selection.nodes) delete draft.nodes[id]
        for (const [id, wire] of Object.entries(draft.wires)) {
          if (selection.nodes.has(wire.from[0]) || selection.nodes.has(wire.to[0])) delete draft.wires[id]
        }
        forgetInTraining(draft, selection.nodes)
      })
    },
    moveNodes(positions) {
      core.apply(labels.move(positions.size), (draft) => {
        for (const [id, [x, y]] of positions) {
          const node = draft.nodes[id]
          if (node !== undefined) node.at = [x, y]
        }
      })
    },
    duplicateSelection() {
      const { document, selection } = core.get()
      if (selection.nodes.size === 0) return
      insert(labels.duplicate(selection.nodes.size), cut(document, selection.nodes), [copyOffset, copyOffset])
    },
    copySelection() {
      const { document, selection } = core.get()
      return selection.nodes.size === 0 ? null : JSON.stringify(cut(document, selection.nodes))
    },
    paste(text, at) {
      const clipboard = parseClipboard(text)
      if (clipboard === null) return false
      const nodes = Object.values(clipboard.nodes)
      const left = Math.min(...nodes.map((node) => node.at[0]))
      const top = Math.min(...nodes.map((node) => node.at[1]))
      insert(
        labels.paste(nodes.length),
        clipboard,
        at === undefined ? [copyOffset, copyOffset] : [at[0] - left, at[1] - top],
      )
      return true
    },
    select: ({ nodes = [], wires = [] }) => core.select({ nodes: new Set(nodes), wires: new Set(wires) }),
    selectAll() {
      const { document } = core.get()
      core.select({
        nodes: new Set(Object.keys(document.nodes)),
        wires: new Set(Object.keys(document.wires)),
      })
    },
  }
}

function addNode(
  core: EditorCore,
  type: string,
  at: readonly [number, number],
  options: AddNodeOptions,
): NodeId | null {
  const definition = core.catalogue.get(type)
  if (definition === undefined) return null
  const { document, analysis } = core.get()
  const id = freshId(type, document.nodes)
  const spec =
    options.from === undefined
      ? undefined
      : analysis.plan.byPath.get(options.from.node)?.outputs[options.from.port]
  core.apply(
    core.labels.addNode(definition.title),
    (draft) => {
      const params = { ...initialParams(definition), ...options.params } as Node['params']
      draft.nodes[id] = {
        type,
        version: definition.version,
        params,
        at: [Math.round(at[0]), Math.round(at[1])],
      }
      if (definition.role === 'loss') minimise(draft, id)
      const port = options.from === undefined ? null : fittingInput(definition, spec)
      if (options.from !== undefined && port !== null) putWire(draft, core, options.from, { node: id, port })
      const output = Object.keys(definition.outputs)[0]
      if (options.to !== undefined && output !== undefined)
        putWire(draft, core, { node: id, port: output }, options.to)
    },
    { selection: { nodes: new Set([id]), wires: new Set() } },
  )
  return id
}

/** The first input that takes what the wire carries. */
function fittingInput(definition: Definition, spec: Spec | undefined): string | null {
  const fitting = Object.entries(definition.inputs).find(
    ([, port]) => spec === undefined || (port.accepts ?? ['tensor']).includes(spec.kind),
  )
  return fitting?.[0] ?? null
}

/** Draws a wire; a single input gives up the one it has. */
function putWire(
  draft: Draft<Document>,
  core: EditorCore,
  from: PortRef,
  to: PortRef,
  keepId?: WireId,
): WireId {
  const target = draft.nodes[to.node]
  const port = target === undefined ? undefined : core.catalogue.get(target.type)?.inputs[to.port]
  const there = Object.entries(draft.wires).filter(
    ([, wire]) => wire.to[0] === to.node && wire.to[1] === to.port,
  )
  const source: [string, string] = [from.node, from.port]
  let wire: Wire
  if (port?.list === true) {
    wire = { from: source, to: [to.node, to.port, lastKey(there.map(([, other]) => other))] }
  } else {
    for (const [id] of there) delete draft.wires[id]
    wire = { from: source, to: [to.node, to.port] }
  }
  const id = keepId ?? freshWireId(draft.wires)
  draft.wires[id] = wire
  return id
}

/** A key after all of these wires; where there is no room after the last one, they are numbered anew. */
function lastKey(wires: Draft<Wire>[]): string {
  const order = wires.toSorted((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
  const key = keyBetween(order.at(-1)?.to[2] ?? null, null)
  if (key !== null) return key
  const keys = freshKeys(order.length + 1)
  order.forEach((wire, index) => {
    wire.to = [wire.to[0], wire.to[1], keys[index] ?? '']
  })
  return keys.at(-1) ?? ''
}

/** Selected nodes with the wires between them. */
function cut(document: Document, ids: ReadonlySet<NodeId>): Clipboard {
  return {
    format: 'wiregrad-selection',
    nodes: Object.fromEntries(Object.entries(document.nodes).filter(([id]) => ids.has(id))),
    wires: Object.fromEntries(
      Object.entries(document.wires).filter(([, wire]) => ids.has(wire.from[0]) && ids.has(wire.to[0])),
    ),
  }
}

function insertCopy(
  draft: Draft<Document>,
  core: EditorCore,
  clipboard: Clipboard,
  offset: readonly [number, number],
  renamed: Map<NodeId, NodeId>,
): void {
  for (const [id, node] of Object.entries(clipboard.nodes)) {
    const copy = freshId(node.type, draft.nodes)
    renamed.set(id, copy)
    if (core.catalogue.get(node.type)?.role === 'loss') minimise(draft, copy)
    draft.nodes[copy] = structuredClone({
      ...node,
      at: [node.at[0] + offset[0], node.at[1] + offset[1]] as [number, number],
    })
  }
  const order = Object.values(clipboard.wires).sort((a, b) => compareKeys(a.to[2] ?? '', b.to[2] ?? ''))
  for (const wire of order) {
    const from = renamed.get(wire.from[0])
    const to = renamed.get(wire.to[0])
    if (from !== undefined && to !== undefined)
      putWire(draft, core, { node: from, port: wire.from[1] }, { node: to, port: wire.to[1] })
  }
}

function parseClipboard(text: string): Clipboard | null {
  if (!text.includes('wiregrad-selection')) return null
  try {
    const parsed = clipboardSchema.safeParse(JSON.parse(text))
    return parsed.success && Object.keys(parsed.data.nodes).length > 0 ? parsed.data : null
  } catch {
    return null
  }
}

/** A new loss is minimised where there is but one training step; with several, the user decides which. */
function minimise(draft: Draft<Document>, id: NodeId): void {
  const [only, second] = draft.training.steps
  if (only !== undefined && second === undefined) only.losses.push(id)
}

/** Training steps don't keep names of nodes that are gone. */
function forgetInTraining(draft: Draft<Document>, gone: ReadonlySet<NodeId>): void {
  const stays = (path: string) => !gone.has(path.split('/')[0] ?? path)
  for (const step of draft.training.steps) {
    if (!step.losses.every(stays)) step.losses = step.losses.filter(stays)
    if (step.trains !== 'all' && !step.trains.every(stays)) step.trains = step.trains.filter(stays)
  }
}
