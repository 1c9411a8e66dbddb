/**
 * Carries out a cure: the edits of a finding on a draft of the document, so that the window can make them one step of
 * undo and the command line can write the result.
 */
import { produce } from 'immer'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import { defaultTrainingStep } from '../graph/create'
import { blockType, type BlockId, type Document, type Node, type NodeId, type Path } from '../graph/document'
import { addNode, connect, graphOf, removeNodes, type End, type Graph } from '../graph/edit'
import { replaceNode } from '../graph/replace-node'
import type { Cure, CureEdit, Finding } from './finding'

/** A path as an id within the document's own graph (null) or a block's. */
interface Place {
  readonly block: BlockId | null
  readonly id: NodeId
  readonly graph: Graph
  readonly node: Node
}

function placeOf(document: Document, path: Path): Place | null {
  let block: BlockId | null = null
  let found: Place | null = null
  for (const id of path.split('/')) {
    // A copy's number: all copies are one definition.
    if (/^\d/.test(id)) continue
    if (found !== null) {
      const inner: unknown = found.node.params['block']
      if (found.node.type !== blockType || typeof inner !== 'string') return null
      if (!Object.hasOwn(document.blocks, inner)) return null
      block = inner
    }
    const graph: Graph = graphOf(document, block)
    const node = Object.hasOwn(graph.nodes, id) ? graph.nodes[id] : undefined
    if (node === undefined) return null
    found = { block, id, graph, node }
  }
  return found
}

const gap = 40

/** Where a new node is put: behind its source, the rest of the row making room is left to people. */
function behind({ node }: Place): readonly [number, number] {
  return [node.at[0] + gap, node.at[1] + 2 * gap]
}

function insert(draft: Document, catalogue: Catalogue, edit: Extract<CureEdit, { kind: 'insert' }>): void {
  const { into } = edit
  const place = placeOf(draft, into === null ? edit.after : into.path)
  const definition = catalogue.get(edit.type)
  if (place === null || definition === undefined) return
  const wires = Object.values(place.graph.wires).filter(({ from, to }) =>
    into === null ? from[0] === place.id && from[1] === edit.port : to[0] === place.id && to[1] === into.port,
  )
  const [first] = wires
  if (into !== null && first === undefined) return
  const source: End = into === null || first === undefined ? [place.id, edit.port] : [...first.from]
  const [input, output] = firstPorts(definition)
  const id = addNode(draft, place.block, definition, behind(place), edit.params)
  for (const wire of wires) wire.from = [id, output]
  if (into === null && place.block !== null) {
    for (const end of Object.values(draft.blocks[place.block]?.outputs ?? {}))
      if (end[0] === place.id && end[1] === edit.port) end.splice(0, 2, id, output)
  }
  connect(draft, place.block, catalogue, source, [id, input])
}

function firstPorts(definition: Definition): [string, string] {
  return [Object.keys(definition.inputs)[0] ?? 'x', Object.keys(definition.outputs)[0] ?? 'y']
}

function remove(draft: Document, edit: Extract<CureEdit, { kind: 'remove' }>): void {
  const place = placeOf(draft, edit.path)
  if (place === null) return
  const { id, graph, block } = place
  const source = Object.values(graph.wires).find((wire) => wire.to[0] === id && wire.to[1] === edit.from)
  if (source === undefined) return
  const from: [string, string] = [source.from[0], source.from[1]]
  for (const wire of Object.values(graph.wires)) if (wire.from[0] === id) wire.from = from
  if (block !== null) {
    for (const end of Object.values(draft.blocks[block]?.outputs ?? {}))
      if (end[0] === id) end.splice(0, 2, ...from)
  }
  removeNodes(draft, block, [id])
}

function replace(draft: Document, catalogue: Catalogue, edit: Extract<CureEdit, { kind: 'replace' }>): void {
  const place = placeOf(draft, edit.path)
  const definition = catalogue.get(edit.type)
  if (place === null || definition === undefined) return
  replaceNode(draft, place.block, catalogue, place.id, definition, edit.params)
}

function beside(draft: Document, catalogue: Catalogue, edit: Extract<CureEdit, { kind: 'beside' }>): void {
  const place = placeOf(draft, edit.loss)
  const definition = catalogue.get(edit.type)
  if (place === null || definition === undefined) return
  const { graph, id, block } = place
  const ends = Object.keys(definition.inputs).flatMap((port): (readonly [End, string])[] => {
    const wire = Object.values(graph.wires).find(({ to }) => to[0] === id && to[1] === port)
    return wire === undefined ? [] : [[[wire.from[0], wire.from[1]], port]]
  })
  const made = addNode(draft, block, definition, behind(place))
  for (const [from, port] of ends) connect(draft, block, catalogue, from, [made, port])
}

function setStep(draft: Document, edit: Extract<CureEdit, { kind: 'step' }>): void {
  if (draft.training.steps.length === 0) draft.training.steps = [defaultTrainingStep()]
  const step = draft.training.steps[edit.index]
  if (step === undefined) return
  if (edit.optimiser !== undefined) step.optimiser = { ...edit.optimiser }
  if (edit.schedule !== undefined) step.schedule = { ...edit.schedule }
  if (edit.clip !== undefined) step.clip = edit.clip === null ? null : { ...edit.clip }
}

function carryOut(draft: Document, catalogue: Catalogue, edit: CureEdit): void {
  switch (edit.kind) {
    case 'set': {
      const place = placeOf(draft, edit.path)
      if (place !== null) Object.assign(place.node.params, structuredClone(edit.params))
      return
    }
    case 'insert':
      return insert(draft, catalogue, edit)
    case 'remove':
      return remove(draft, edit)
    case 'replace':
      return replace(draft, catalogue, edit)
    case 'beside':
      return beside(draft, catalogue, edit)
    case 'training':
      if (edit.batchSize !== undefined) draft.training.batchSize = edit.batchSize
      if (edit.length !== undefined) draft.training.length = { ...edit.length }
      return
    case 'step':
      return setStep(draft, edit)
  }
}

/** The cure of this id, or the first where none is named; undefined where there is none. */
export function cureOf(finding: Finding, id?: string): Cure | undefined {
  return id === undefined ? finding.cures[0] : finding.cures.find((cure) => cure.id === id)
}

/** Carries a cure out on a draft (an immer draft of an undoable edit, or a document of one's own). */
export function cureDraft(draft: Document, catalogue: Catalogue, cure: Cure): void {
  for (const edit of cure.edits) carryOut(draft, catalogue, edit)
}

/** The document with a cure of the finding carried out; the same document where there is no such cure. */
export function applyCure(
  document: Document,
  catalogue: Catalogue,
  finding: Finding,
  cureId?: string,
): Document {
  const cure = cureOf(finding, cureId)
  if (cure === undefined) return document
  return produce(document, (draft) => {
    cureDraft(draft, catalogue, cure)
  })
}
