/**
 * The document as React Flow wants it: nodes and edges whose identity is kept wherever nothing about them changed, so
 * that an edit, a selection or a drag renders only what it touched. Live numbers are never in here.
 */
import type { Edge, Node as FlowNode } from '@xyflow/react'
import type { CSSProperties } from 'react'
import type { Analysis } from '../../engine/analyse/plan'
import type { Document, Frame, NodeId, WireId } from '../../engine/graph/document'
import type { Kind, Spec } from '../../nodes/kit/spec'
import { labelLevels, type LabelLevel } from '../state/detail'
import type { Selection } from '../state/editor-types'
import { shapeText } from '../ui/node-name'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import type { CardModel } from './card-model'
import { cardWidth } from '../state/card-size'
import { flowHandles, placesOf, type PortPlaces } from './geometry'
import type { BlockEnds } from './block-ends'
import { describeWire } from './describe'

export type CardNode = FlowNode<{ readonly model: CardModel; readonly places: PortPlaces }, 'card'>
export type FrameNode = FlowNode<{ readonly id: string; readonly frame: Frame }, 'frame'>
export type CanvasNode = CardNode | FrameNode

/** From the middle of a wire's path to where its shape is written. */
export type LabelStep = readonly [x: number, y: number]

/** In each size that shapes are written in; null where there is no room. */
export type LabelPlaces = Readonly<Record<LabelLevel, LabelStep | null>>

export interface WireData extends Record<string, unknown> {
  /** What a screen reader says of it. */
  readonly name: string
  /** Shape that it carries; empty where not known. */
  readonly label: string
  /** Where it is written; on the middle of the path before that was looked for. */
  readonly labelPlaces?: LabelPlaces
  readonly kind: Kind
  readonly problem: 'error' | 'warning' | null
  /** Height of the lane that it takes, where a plain curve would cross cards. */
  readonly lane: number | null
}
export type WireEdge = Edge<WireData, 'wire'>

/** React Flow's name for the one graph of the page; it begins the names of handles. */
export const flowId = '1'

/** React Flow needs ids of frames and cards not to collide; ids of nodes have no dash. */
const frameMark = 'frame-'
const frameFlowId = (id: string) => frameMark + id

/** The frame of the document that a node of React Flow stands for, or null where it is a card. */
export const frameOf = (flowId: string): string | null =>
  flowId.startsWith(frameMark) ? flowId.slice(frameMark.length) : null

/** Positions during a drag, before they are in the document; `frame-` ids are those of frames. */
export type Places = ReadonlyMap<string, readonly [number, number]>
/** Sizes of frames while their edge is dragged. */
export type Sizes = ReadonlyMap<string, readonly [number, number]>

export function flowNodes(
  document: Document,
  models: ReadonlyMap<NodeId, CardModel>,
  selection: Selection,
  dragged: Places | null,
  before: ReadonlyMap<string, CanvasNode>,
  more: { readonly sizes?: Sizes | null; readonly ends?: BlockEnds | null } = {},
): CanvasNode[] {
  const nodes: CanvasNode[] = []
  for (const [id, frame] of Object.entries(document.frames)) {
    const flowId = frameFlowId(id)
    const at = dragged?.get(flowId) ?? frame.at
    const size = more.sizes?.get(flowId) ?? frame.size
    const selected = selection.frames.has(id)
    const old = before.get(flowId)
    const same =
      old?.type === 'frame' &&
      old.data.frame === frame &&
      old.ariaLabel === nameOfFrame(frame) &&
      old.selected === selected &&
      old.position.x === at[0] &&
      old.position.y === at[1] &&
      old.width === size[0] &&
      old.height === size[1]
    nodes.push(same ? old : flowFrame(id, frame, at, size, selected))
  }
  for (const [id, at] of more.ends?.places ?? []) {
    const model = more.ends?.models.get(id)
    if (model === undefined) continue
    const old = before.get(id)
    const card = flowCard(id, model, at, false, old)
    const same =
      old !== undefined && old.data === card.data && old.position.x === at[0] && old.position.y === at[1]
    nodes.push(same ? old : { ...card, draggable: false, selectable: false, deletable: false })
  }
  for (const [id, node] of Object.entries(document.nodes)) {
    const model = models.get(id)
    if (model === undefined) continue
    const at = dragged?.get(id) ?? node.at
    const selected = selection.nodes.has(id)
    const old = before.get(id)
    const same =
      old?.type === 'card' &&
      old.data.model === model &&
      old.selected === selected &&
      old.position.x === at[0] &&
      old.position.y === at[1]
    nodes.push(same ? old : flowCard(id, model, at, selected, old))
  }
  return nodes
}

/** Not by the transform that React Flow would set: each one is a space of its own to layerise and to find the pointer in. */
function placedAt([left, top]: readonly [number, number]): CSSProperties {
  return { transform: 'none', left, top }
}

function flowCard(
  id: NodeId,
  model: CardModel,
  at: readonly [number, number],
  selected: boolean,
  old: CanvasNode | undefined,
): CardNode {
  const kept = old?.type === 'card' && old.data.model === model ? old : null
  const places = kept?.data.places ?? placesOf(model)
  const names = (ports: readonly { readonly name: string }[]) => ports.map((port) => port.name)
  return {
    id,
    type: 'card',
    position: { x: at[0], y: at[1] },
    selected,
    width: places.width,
    height: places.height,
    style: placedAt(at),
    // React Flow forgets what it measured when a node is replaced, and then leaves it out of "fit".
    measured: { width: places.width, height: places.height },
    handles: kept?.handles ?? flowHandles(names(model.inputs), names(model.outputs), places),
    data: kept?.data ?? { model, places },
  }
}

function nameOfFrame(frame: Frame): string {
  const words = strings.canvas
  return frame.text === undefined ? words.frame(frame.title) : words.note(frame.text)
}

function flowFrame(
  id: string,
  frame: Frame,
  at: readonly [number, number],
  size: readonly [number, number],
  selected: boolean,
): FrameNode {
  return {
    id: frameFlowId(id),
    type: 'frame',
    position: { x: at[0], y: at[1] },
    width: size[0],
    height: size[1],
    style: placedAt(at),
    measured: { width: size[0], height: size[1] },
    data: { id, frame },
    selected,
    zIndex: -1,
    connectable: false,
    ariaLabel: nameOfFrame(frame),
  }
}

export function flowEdges(
  document: Document,
  models: ReadonlyMap<NodeId, CardModel>,
  analysis: Analysis,
  selection: Selection,
  before: ReadonlyMap<WireId, WireEdge>,
): WireEdge[] {
  const problems = new Map<string, { readonly severity: 'error' | 'warning'; readonly message: string }>()
  for (const problem of analysis.problems) {
    if (problem.wire !== null && problems.get(problem.wire)?.severity !== 'error')
      problems.set(problem.wire, problem)
  }
  const lanes = models.size <= laneLimit
  const edges: WireEdge[] = []
  for (const [id, wire] of Object.entries(document.wires)) {
    const from = models.get(wire.from[0])
    const to = models.get(wire.to[0])
    // A wire whose port is gone (a file from elsewhere) has no place on the canvas; the problems list names it.
    const output = from?.outputs.find((port) => port.name === wire.from[1])
    if (output === undefined || to?.inputs.some((port) => port.name === wire.to[1]) !== true) continue
    const spec = analysis.wires.get(id)
    const problem = problems.get(id)
    const selected = selection.wires.has(id)
    const old = before.get(id)
    const source: EdgeSource = { wire, from, to, spec, problem: problem?.message }
    if (old !== undefined && old.selected === selected && !lanes && sameSource(sources.get(old), source)) {
      edges.push(old)
      continue
    }
    const label = spec === undefined ? '' : shapeText(spec.shape)
    const data: WireData = {
      name: describeWire(from?.title ?? '', to.title, label, translate(problem?.message ?? '')),
      label,
      kind: spec?.kind ?? output.kind,
      problem: problem?.severity ?? null,
      lane: lanes ? laneOf(document, models, wire.from, wire.to) : null,
    }
    const edge: WireEdge = {
      id,
      type: 'wire',
      source: wire.from[0],
      sourceHandle: wire.from[1],
      target: wire.to[0],
      targetHandle: wire.to[1],
      selected,
      reconnectable: selected,
      data,
    }
    const shown = old !== undefined && sameEdge(old, edge) ? old : edge
    sources.set(shown, source)
    edges.push(shown)
  }
  return edges
}

const isSameStep = (a: LabelStep | null, b: LabelStep | null) => a?.[0] === b?.[0] && a?.[1] === b?.[1]

/** The edges with places for their labels, each as it is where that does not change. */
export function withLabels(edges: readonly WireEdge[], places: ReadonlyMap<WireId, LabelPlaces>): WireEdge[] {
  return edges.map((edge) => {
    const there = edge.data?.labelPlaces
    const next = places.get(edge.id)
    if (edge.data === undefined || next === undefined) return edge
    if (there !== undefined && labelLevels.every((level) => isSameStep(there[level], next[level])))
      return edge
    const placed = { ...edge, data: { ...edge.data, labelPlaces: next } }
    const source = sources.get(edge)
    if (source !== undefined) sources.set(placed, source)
    return placed
  })
}

/** All that an edge is made from; where lanes are looked for, the other cards' places come in, too. */
interface EdgeSource {
  readonly wire: Document['wires'][string]
  readonly from: CardModel | undefined
  readonly to: CardModel
  readonly spec: Spec | undefined
  readonly problem: string | undefined
}
const sources = new WeakMap<WireEdge, EdgeSource>()

function sameSource(a: EdgeSource | undefined, b: EdgeSource): boolean {
  return (
    a !== undefined &&
    a.wire === b.wire &&
    a.from === b.from &&
    a.to === b.to &&
    a.spec === b.spec &&
    a.problem === b.problem
  )
}

/** Whether two wires lead from the same port to the same port. */
export function sameEnds(a: WireEnds, b: WireEnds): boolean {
  return (
    a.source === b.source &&
    a.target === b.target &&
    a.sourceHandle === b.sourceHandle &&
    a.targetHandle === b.targetHandle
  )
}
type WireEnds = Pick<Edge, 'source' | 'target' | 'sourceHandle' | 'targetHandle'>

function sameEdge(a: WireEdge, b: WireEdge): boolean {
  return (
    sameEnds(a, b) &&
    a.selected === b.selected &&
    a.data?.name === b.data?.name &&
    a.data?.kind === b.data?.kind &&
    a.data?.problem === b.data?.problem &&
    a.data?.lane === b.data?.lane
  )
}

/** A wire that runs this far ahead may have cards between its ends. */
const longWire = cardWidth * 1.6
/** One that runs this far back goes round. */
const backWire = 24
const clearance = 26
/** With more cards than this nobody looks for free lanes: the picture is an overview then. */
const laneLimit = 400

/**
 * The height of the lane that the wire should take, or null where a plain curve will do: half way between two rows when
 * it returns to the next one, below everything in its way when a plain curve would cross cards.
 */
function laneOf(
  document: Document,
  models: ReadonlyMap<NodeId, CardModel>,
  from: readonly [NodeId, string],
  to: readonly [NodeId, string, string?],
): number | null {
  const a = portAt(document, models, from[0], from[1], 'outputs')
  const b = portAt(document, models, to[0], to[1], 'inputs')
  if (a === null || b === null) return null
  const [left, right] = [Math.min(a[0], b[0]), Math.max(a[0], b[0])]
  const back = b[0] - a[0] < -backWire
  if (!back && right - left < longWire) return null
  const between = Object.entries(document.nodes).flatMap(([id, node]) => {
    const model = models.get(id)
    const inside = node.at[0] + cardWidth > left + 4 && node.at[0] < right - 4
    return model === undefined || !inside
      ? []
      : [
          {
            top: node.at[1],
            bottom: node.at[1] + placesOf(model).height,
          },
        ]
  })
  const crossed = (low: number, high: number) =>
    between.some((card) => card.top - 4 < high && card.bottom + 4 > low)
  if (back) {
    const middle = (a[1] + b[1]) / 2
    if (!crossed(middle, middle)) {
      // In a narrow gap as far from the cards above it as from those below.
      const above = Math.max(...between.map(({ bottom }) => (bottom <= middle ? bottom : -Infinity)))
      const below = Math.min(...between.map(({ top }) => (top >= middle ? top : Infinity)))
      return below - above < 2 * clearance ? (above + below) / 2 : middle
    }
  } else if (!crossed(Math.min(a[1], b[1]), Math.max(a[1], b[1]))) {
    return null
  }
  // Below all that begins above the lane found so far: rows that lie wholly lower are not in the way.
  let lane = Math.max(a[1], b[1])
  for (const card of between.sort((one, other) => one.top - other.top)) {
    if (card.top < lane + clearance) lane = Math.max(lane, card.bottom + clearance)
  }
  return lane
}

function portAt(
  document: Document,
  models: ReadonlyMap<NodeId, CardModel>,
  id: NodeId,
  port: string,
  side: 'inputs' | 'outputs',
): readonly [number, number] | null {
  const node = document.nodes[id]
  const model = models.get(id)
  if (node === undefined || model === undefined) return null
  const places = placesOf(model)
  const y = places[side][model[side].findIndex((there) => there.name === port)]
  return y === undefined ? null : [node.at[0] + (side === 'outputs' ? cardWidth : 0), node.at[1] + y]
}
