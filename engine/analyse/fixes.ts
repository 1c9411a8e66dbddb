/**
 * Quick fixes for a wire that does not fit: a node to put between, or a size to set. Each one is tried on a copy of the
 * document and offered only where the Plan then takes the wire, so that no rule here can be wrong about a node.
 */
import { produce } from 'immer'
import {
  blockType,
  type BlockId,
  type Document,
  type NodeId,
  type Wire,
  type WireId,
} from '../graph/document'
import { addNode, connect, disconnect, graphOf, setParams, type End } from '../graph/edit'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import { sampleSize, type Spec } from '../../nodes/kit/spec'
import { analyse } from './analyse'
import { wireChecker, type WireQuestion } from './connect'

export type WireFix =
  | {
      readonly kind: 'insert'
      readonly type: string
      readonly title: string
      readonly params: Readonly<Record<string, unknown>>
    }
  | {
      readonly kind: 'set'
      readonly node: NodeId
      readonly field: string
      readonly value: number
    }

/** What stands between layers of different ranks, the likeliest first. */
const between: readonly string[] = [
  'flatten',
  'embedding',
  'reshape',
  'expand-dims',
  'global-average-pool2d',
  'last-step',
  'repeat',
]
/** Sizes that a layer gives its output. */
const sizeFields: readonly string[] = ['units', 'filters', 'size', 'features']
/** More than a few would be no help. */
const mostFixes = 3
/** How far back a size may be set: through layers that keep it. */
const farthest = 4

/** Where a new node stands: half way. */
function middle(document: Document, block: BlockId | null, from: NodeId, to: NodeId): [number, number] {
  const { nodes } = graphOf(document, block)
  const a = nodes[from]?.at ?? [0, 0]
  const b = nodes[to]?.at ?? a
  return [Math.round((a[0] + b[0]) / 2), Math.round((a[1] + b[1]) / 2)]
}

/** Carries a fix out and draws the wire. Answers the new node, or null where none was needed. */
export function applyFix(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  fix: WireFix,
  from: End,
  to: End,
  wire?: WireId,
): NodeId | null {
  if (fix.kind === 'set') {
    setParams(draft, block, fix.node, { [fix.field]: fix.value })
    connect(draft, block, catalogue, from, to, wire)
    return null
  }
  const definition = catalogue.get(fix.type)
  if (definition === undefined) return null
  const id = insertAfter(draft, block, catalogue, definition, fix.params, from, to[0])
  connect(draft, block, catalogue, [id, firstOf(definition.outputs)], to, wire)
  return id
}

function firstOf(ports: Readonly<Record<string, unknown>>): string {
  return Object.keys(ports)[0] ?? ''
}

function insertAfter(
  draft: Document,
  block: BlockId | null,
  catalogue: Catalogue,
  definition: Definition,
  params: Readonly<Record<string, unknown>>,
  from: End,
  to: NodeId,
): NodeId {
  const id = addNode(draft, block, definition, middle(draft, block, from[0], to), params)
  connect(draft, block, catalogue, from, [id, firstOf(definition.inputs)])
  return id
}

/** Shapes that a row of so many numbers could be meant as. */
function shapesFor(size: number): number[][] {
  const shapes: number[][] = []
  for (const channels of [1, 3]) {
    const side = Math.sqrt(size / channels)
    if (Number.isInteger(side) && side > 1) shapes.push([side, side, channels])
  }
  shapes.push([size, 1], [size])
  return shapes
}

function paramsFor(type: string, spec: Spec | undefined): Readonly<Record<string, unknown>>[] {
  if (type !== 'reshape') return [{}]
  const size = spec === undefined ? null : sampleSize(spec.shape)
  return size === null ? [] : shapesFor(size).map((shape) => ({ shape }))
}

/** The nodes behind the wire whose size it may carry, the nearest first. */
function sizedNodes(document: Document, block: BlockId | null, start: NodeId): NodeId[] {
  const graph = graphOf(document, block)
  const found: NodeId[] = []
  let at: NodeId | undefined = start
  for (let step = 0; step < farthest && at !== undefined; step += 1) {
    const id: NodeId = at
    if (graph.nodes[id] !== undefined && graph.nodes[id].type !== blockType) found.push(id)
    const into: Wire[] = Object.values(graph.wires).filter((wire) => wire.to[0] === id)
    at = into.length === 1 ? into[0]?.from[0] : undefined
  }
  return found
}

function errors(document: Document, catalogue: Catalogue) {
  const analysis = analyse(document, catalogue)
  return { analysis, count: analysis.problems.filter(({ severity }) => severity === 'error').length }
}

/** Fixes for a wire from an output to an input, at most three; `moving` is the wire where it is drawn already. */
export function findFixes(question: WireQuestion, from: End, to: End): readonly WireFix[] {
  const { catalogue, moving, within } = question
  const block = question.block ?? null
  const document =
    moving === undefined
      ? question.document
      : produce(question.document, (draft) => disconnect(draft, block, [moving]))
  const base = errors(document, catalogue)
  const message = wireChecker(
    { ...question, document, analysis: base.analysis, moving: undefined },
    from,
  )(to)?.message
  if (message === undefined) return []
  const prefix = within === undefined || within === null ? '' : `${within}/`
  const spec = base.analysis.plan.byPath.get(prefix + from[0])?.outputs[from[1]]
  const fixes: WireFix[] = []

  /** Whether the wire fits after the change. */
  function tried(change: (draft: Document) => End): boolean {
    let end = from
    const next = produce(document, (draft) => {
      end = change(draft)
    })
    const after = errors(next, catalogue)
    if (after.count > base.count || !after.analysis.plan.byPath.has(prefix + end[0])) return false
    return (
      wireChecker({ ...question, document: next, analysis: after.analysis, moving: undefined }, end)(to) ===
      null
    )
  }

  const numbers = [...new Set((message.match(/\d+/g) ?? []).map(Number))].filter((n) => n > 0).slice(0, 6)
  for (const node of sizedNodes(document, block, from[0])) {
    const there = graphOf(document, block).nodes[node]
    const fields = Object.keys(catalogue.get(there?.type ?? '')?.fields ?? {}).filter((name) =>
      sizeFields.includes(name),
    )
    for (const field of fields) {
      for (const value of numbers) {
        if (fixes.length >= mostFixes || there?.params[field] === value) continue
        const fits = tried((draft) => {
          setParams(draft, block, node, { [field]: value })
          return from
        })
        if (fits) fixes.push({ kind: 'set', node, field, value })
      }
    }
  }
  for (const type of between) {
    const definition = catalogue.get(type)
    if (definition === undefined) continue
    for (const params of paramsFor(type, spec)) {
      if (fixes.length >= mostFixes) break
      const fits = tried((draft) => [
        insertAfter(draft, block, catalogue, definition, params, from, to[0]),
        firstOf(definition.outputs),
      ])
      if (fits) {
        fixes.push({ kind: 'insert', type, title: definition.title, params })
        break
      }
    }
  }
  return fixes
}
