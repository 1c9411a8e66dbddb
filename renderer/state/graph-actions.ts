/**
 * Edits of nodes and wires: add, wire, insert, replace, move, delete. All go to the graph that is on the canvas.
 */
import type { Draft } from 'immer'
import { accepts } from '../../engine/analyse/kinds'
import { wireChecker } from '../../engine/analyse/connect'
import { applyFix } from '../../engine/analyse/fixes'
import { blockType, rerouteType, type Document, type NodeId, type WireId } from '../../engine/graph/document'
import {
  addNode,
  connect,
  disconnect,
  graphOf,
  moveNodes,
  removeNodes,
  removePort,
} from '../../engine/graph/edit'
import { moveFrames, removeFrames } from '../../engine/graph/frames'
import { removeHealing } from '../../engine/graph/heal'
import { freshId } from '../../engine/graph/ids'
import { insertOnWire, makeRoom, type Ports } from '../../engine/graph/insert'
import { setPort } from '../../engine/graph/ports'
import { replaceNode } from '../../engine/graph/replace-node'
import type { Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import { blockWireOf, inputsEnd, newPort, outputsEnd } from './block-ends'
import { columnWidth } from './card-size'
import type { EditorCore } from './editor'
import { isJudge, onlyTarget } from './fitting'
import type { AddNodeOptions, EditorActions, PortRef } from './editor-types'

type GraphActions = Pick<
  EditorActions,
  | 'addNode'
  | 'connect'
  | 'reconnect'
  | 'disconnect'
  | 'removeSelection'
  | 'moveNodes'
  | 'insertOnWire'
  | 'insertType'
  | 'replaceNodes'
  | 'reroute'
  | 'fix'
  | 'select'
  | 'selectAll'
>

export function graphActions(core: EditorCore): GraphActions {
  const { catalogue, labels } = core

  function put(label: string, from: PortRef, to: PortRef, moving?: WireId): WireId | null {
    if (from.node === inputsEnd || to.node === outputsEnd) return putPort(core, from, to)
    if (core.judge(from, to, moving)?.kind === 'refused') return null
    let id: WireId | null = null
    core.apply(label, (draft) => {
      id = connect(draft, core.block(), catalogue, [from.node, from.port], [to.node, to.port], moving)
    })
    return id
  }

  return {
    addNode: (type, at, options = {}) => add(core, type, at, options),
    connect: (from, to) => put(labels.connect, from, to),
    reconnect: (wire, from, to) => void put(labels.reconnect, from, to, wire),
    disconnect(wires) {
      core.apply(labels.disconnect, (draft) => cut(core, draft, wires))
    },
    removeSelection({ heal = true } = {}) {
      const { nodes, wires, frames } = core.get().selection
      if (nodes.size === 0 && wires.size === 0 && frames.size === 0) return
      const fits = fitsNow(core)
      core.apply(labels.remove(nodes.size, wires.size, frames.size), (draft) => {
        cut(core, draft, wires)
        if (heal) removeHealing(draft, core.block(), nodes, (id) => inputNames(core, id), fits)
        else removeNodes(draft, core.block(), nodes)
        removeFrames(draft, core.block(), frames)
      })
    },
    moveNodes(positions, frames = new Map()) {
      core.apply(frames.size > 0 ? labels.moveAll : labels.move(positions.size), (draft) => {
        moveNodes(draft, core.block(), positions)
        moveFrames(draft, core.block(), frames)
      })
    },
    insertOnWire(wire, node, at) {
      const ports = core.throughPorts(wire, node)
      if (ports === null) return false
      core.apply(labels.insert(titleOf(core, node)), (draft) => {
        if (at !== undefined) moveNodes(draft, core.block(), [[node, at]])
        into(core, draft, wire, node, ports)
      })
      return true
    },
    insertType(wire, type, at) {
      const definition = catalogue.get(type)
      if (definition === undefined) return null
      let id = ''
      core.apply(
        labels.insert(definition.title),
        (draft) => {
          id = addNode(draft, core.block(), definition, at)
          const carried = core.get().open.analysis.wires.get(wire)
          const input = fittingInput(definition, carried)
          const output = Object.keys(definition.outputs)[0]
          if (input !== null && output !== undefined) into(core, draft, wire, id, { input, output })
        },
        { selection: () => ({ nodes: new Set([id]), wires: new Set(), frames: new Set() }) },
      )
      return id
    },
    replaceNodes(ids, type) {
      const definition = catalogue.get(type)
      if (definition === undefined) return
      core.apply(labels.replace(definition.title), (draft) => {
        for (const id of ids) replaceNode(draft, core.block(), catalogue, id, definition)
      })
    },
    reroute(wire, at) {
      let id: NodeId = ''
      core.apply(
        labels.reroute,
        (draft) => {
          const { nodes } = graphOf(draft, core.block())
          id = freshId(rerouteType, nodes)
          nodes[id] = {
            type: rerouteType,
            version: 1,
            params: {},
            at: [Math.round(at[0]), Math.round(at[1])],
          }
          insertOnWire(draft, core.block(), catalogue, wire, id, { input: 'x', output: 'y' })
        },
        { selection: () => ({ nodes: new Set([id]), wires: new Set(), frames: new Set() }) },
      )
      return id
    },
    fix(fix, from, to, wire) {
      const label = fix.kind === 'insert' ? labels.fixInsert(fix.title) : labels.fixSet(fix.field, fix.value)
      core.apply(label, (draft) => {
        const ends = [
          [from.node, from.port],
          [to.node, to.port],
        ] as const
        const made = applyFix(draft, core.block(), catalogue, fix, ends[0], ends[1], wire)
        if (made !== null) makeRoomAround(core, draft, from.node, made)
      })
    },
    select: ({ nodes = [], wires = [], frames = [] }) =>
      core.select({ nodes: new Set(nodes), wires: new Set(wires), frames: new Set(frames) }),
    selectAll() {
      const { document } = core.get().open
      core.select({
        nodes: new Set(Object.keys(document.nodes)),
        wires: new Set(Object.keys(document.wires)),
        frames: new Set(Object.keys(document.frames)),
      })
    },
  }
}

function titleOf({ catalogue, get }: EditorCore, id: NodeId): string {
  const node = get().open.document.nodes[id]
  return node?.label ?? catalogue.get(node?.type ?? '')?.title ?? node?.type ?? id
}

/** Names of a node's inputs, in their order. */
function inputNames({ catalogue, get }: EditorCore, id: NodeId): readonly string[] {
  const { document } = get().open
  const node = document.nodes[id]
  if (node?.type === rerouteType) return ['x']
  const block = node?.type === blockType ? node.params['block'] : null
  if (typeof block === 'string') return Object.keys(document.blocks[block]?.inputs ?? {}).sort()
  return Object.keys(catalogue.get(node?.type ?? '')?.inputs ?? {})
}

/** What the graph as it is says of wires that close a gap; only kinds count, since shapes change with the node that goes. */
function fitsNow({
  catalogue,
  get,
}: EditorCore): (from: readonly [NodeId, string], to: readonly [NodeId, string]) => boolean {
  const { document, analysis, open } = get()
  const within = open.prefix === '' ? null : open.prefix.slice(0, -1)
  const question = { document, catalogue, analysis, within, block: open.block }
  return (from, to) => wireChecker(question, from)(to)?.kind !== 'refused'
}

function cut(core: EditorCore, draft: Draft<Document>, wires: Iterable<WireId>): void {
  const block = core.block()
  for (const id of wires) {
    const port = blockWireOf(id)
    if (port === null) disconnect(draft, block, [id])
    else if (block !== null) removePort(draft, block, port.side, port.port)
  }
}

function isThere(core: EditorCore, node: NodeId): boolean {
  return Object.hasOwn(core.get().open.document.nodes, node)
}

/** A wire to an end of the block: a port of the block that stands for an inner one. */
function putPort(core: EditorCore, from: PortRef, to: PortRef): WireId | null {
  const block = core.block()
  if (block === null || from.node === outputsEnd || to.node === inputsEnd) return null
  const isInput = from.node === inputsEnd
  if (isInput && to.node === outputsEnd) return null
  const side = isInput ? 'inputs' : 'outputs'
  const port = isInput ? from.port : to.port
  const inner = isInput ? to : from
  if (!isThere(core, inner.node)) return null
  core.apply(core.labels.port, (draft) => {
    setPort(draft, block, side, port === newPort ? null : port, [inner.node, inner.port])
  })
  return null
}

function into(core: EditorCore, draft: Draft<Document>, wire: WireId, node: NodeId, ports: Ports): void {
  const from = graphOf(draft, core.block()).wires[wire]?.from[0]
  if (!insertOnWire(draft, core.block(), core.catalogue, wire, node, ports)) return
  if (from !== undefined) makeRoomAround(core, draft, from, node)
}

/** First the node steps clear of what it comes after, then what follows steps clear of the node. */
function makeRoomAround(core: EditorCore, draft: Draft<Document>, from: NodeId, node: NodeId): void {
  const { nodes } = graphOf(draft, core.block())
  const before = nodes[from]
  const here = nodes[node]
  if (before === undefined || here === undefined) return
  const level = Math.abs(before.at[1] - here.at[1]) < 70
  const missing = before.at[0] + columnWidth - here.at[0]
  if (level && missing > 0 && missing < 2 * columnWidth) here.at = [here.at[0] + missing, here.at[1]]
  makeRoom(draft, core.block(), node, columnWidth)
}

function add(
  core: EditorCore,
  type: string,
  at: readonly [number, number],
  options: AddNodeOptions,
): NodeId | null {
  const { catalogue } = core
  const definition = catalogue.get(type)
  if (definition === undefined) return null
  const { params } = options
  const from = endThere(core, options.from, inputsEnd)
  const to = endThere(core, options.to, outputsEnd)
  const block = core.block()
  const carried =
    from === undefined ? undefined : core.get().open.analysis.plan.byPath.get(from.node)?.outputs[from.port]
  let id = ''
  core.apply(
    core.labels.addNode(definition.title),
    (draft) => {
      id = addNode(draft, block, definition, [Math.round(at[0]), Math.round(at[1])], params)
      const input = from === undefined ? null : fittingInput(definition, carried)
      const output = Object.keys(definition.outputs)[0]
      if (from !== undefined && input !== null) {
        if (from.node !== inputsEnd) connect(draft, block, catalogue, [from.node, from.port], [id, input])
        else if (block !== null)
          setPort(draft, block, 'inputs', from.port === newPort ? null : from.port, [id, input])
        const wanted = isJudge(definition) ? onlyTarget(core.get().open, catalogue) : null
        if (wanted !== null && input !== 'target')
          connect(draft, block, catalogue, [wanted.node, wanted.port], [id, 'target'])
      }
      if (to !== undefined && output !== undefined) {
        if (to.node !== outputsEnd) connect(draft, block, catalogue, [id, output], [to.node, to.port])
        else if (block !== null)
          setPort(draft, block, 'outputs', to.port === newPort ? null : to.port, [id, output])
      }
    },
    { selection: () => ({ nodes: new Set([id]), wires: new Set(), frames: new Set() }) },
  )
  return id
}

/** An end that a wire may be drawn to: a node that is there, or the block's own end. */
function endThere(core: EditorCore, end: PortRef | undefined, own: string): PortRef | undefined {
  return end !== undefined && (end.node === own || isThere(core, end.node)) ? end : undefined
}

/** The first input that takes what the wire carries. */
function fittingInput(definition: Definition, carried: Spec | undefined): string | null {
  const fitting = Object.entries(definition.inputs).find(
    ([, port]) => carried === undefined || accepts(port, carried.kind),
  )
  return fitting?.[0] ?? null
}
