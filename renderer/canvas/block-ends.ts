/**
 * The ends of the block that was entered, as cards: its inputs on the left, its outputs on the right, and wires between
 * them and the inner ports that they stand for. Their places follow from those of the nodes.
 */
import type { Analysis } from '../../engine/analyse/plan'
import type { Block, Document, WireId } from '../../engine/graph/document'
import type { PortSide } from '../../engine/graph/ports'
import type { Kind } from '../../nodes/kit/spec'
import { blockWireId, inputsEnd, newPort, outputsEnd } from '../state/block-ends'
import { columnWidth } from '../state/card-size'
import type { Selection } from '../state/editor-types'
import { currentLanguage } from '../ui/language'
import { shapeText } from '../ui/node-name'
import { strings } from '../ui/strings'
import type { CardModel, CardPort } from './card-model'
import { describeWire } from './describe'
import { sameEnds, type WireEdge } from './flow-elements'

const words = strings.canvas

export interface BlockEnds {
  readonly models: ReadonlyMap<string, CardModel>
  readonly places: ReadonlyMap<string, readonly [number, number]>
}

function endModel(block: Block, side: PortSide, kinds: (port: string) => Kind): CardModel {
  const ports = Object.keys(block[side])
    .sort()
    .map((name): CardPort => ({
      name,
      doc: words.blockPort,
      kind: kinds(name),
      list: false,
      optional: true,
      wired: true,
    }))
  ports.push({
    name: newPort,
    doc: words.newPort,
    kind: 'tensor',
    list: false,
    optional: false,
    wired: false,
  })
  const model = {
    form: 'end' as const,
    title: side === 'inputs' ? words.blockInputs : words.blockOutputs,
    summary: block.name,
    brief: '',
    family: 'block' as const,
    inputs: side === 'inputs' ? [] : ports,
    outputs: side === 'inputs' ? ports : [],
    parameters: null,
    shared: false,
    shape: '',
    errors: [],
    warnings: [],
    repeat: 1,
    frozen: false,
    bypass: false,
    disabled: false,
  }
  return { ...model, key: JSON.stringify([currentLanguage(), model]) }
}

function kindAt(
  models: ReadonlyMap<string, CardModel>,
  side: PortSide,
  [node, port]: readonly [string, string],
): Kind {
  const found = models.get(node)?.[side].find(({ name }) => name === port)
  return found?.kind ?? 'tensor'
}

/** Left of the leftmost node and right of the rightmost, at the height of the middle. */
function endPlaces(document: Document): ReadonlyMap<string, readonly [number, number]> {
  const places = Object.values(document.nodes).map(({ at }) => at)
  const xs = places.length === 0 ? [0] : places.map(([x]) => x)
  const ys = places.length === 0 ? [0] : places.map(([, y]) => y)
  const y = Math.round((Math.min(...ys) + Math.max(...ys)) / 2)
  return new Map([
    [inputsEnd, [Math.min(...xs) - columnWidth - 20, y] as const],
    [outputsEnd, [Math.max(...xs) + columnWidth + 20, y] as const],
  ])
}

export function blockEnds(
  document: Document,
  block: Block,
  models: ReadonlyMap<string, CardModel>,
  before: ReadonlyMap<string, CardModel>,
): BlockEnds {
  const inner = (side: PortSide) => (name: string) => {
    const end = block[side][name]
    return end === undefined ? 'tensor' : kindAt(models, side, end)
  }
  const made = [
    [inputsEnd, endModel(block, 'inputs', inner('inputs'))],
    [outputsEnd, endModel(block, 'outputs', inner('outputs'))],
  ] as const
  return {
    models: new Map(
      made.map(([id, model]) => {
        const old = before.get(id)
        return [id, old?.key === model.key ? old : model]
      }),
    ),
    places: endPlaces(document),
  }
}

/** One wire for each port of the block. */
export function endEdges(
  document: Document,
  block: Block,
  models: ReadonlyMap<string, CardModel>,
  analysis: Analysis,
  selection: Selection,
  before: ReadonlyMap<WireId, WireEdge>,
): WireEdge[] {
  const edges: WireEdge[] = []
  for (const side of ['inputs', 'outputs'] as const) {
    for (const [port, [node, inner]] of Object.entries(block[side])) {
      const model = models.get(node)
      if (model === undefined || !model[side].some(({ name }) => name === inner)) continue
      const step = analysis.plan.byPath.get(node)
      const spec = side === 'outputs' ? step?.outputs[inner] : step?.inputSpecs[inner]
      const shape = spec === undefined || !('shape' in spec) ? '' : shapeText(spec.shape)
      const id = blockWireId({ side, port })
      const ends =
        side === 'inputs'
          ? { source: inputsEnd, sourceHandle: port, target: node, targetHandle: inner }
          : { source: node, sourceHandle: inner, target: outputsEnd, targetHandle: port }
      const selected = selection.wires.has(id)
      const [from, to] = side === 'inputs' ? [port, model.title] : [model.title, port]
      const name = describeWire(from, to, shape, '')
      const kind = kindAt(models, side, [node, inner])
      const old = before.get(id)
      const same =
        old !== undefined &&
        sameEnds(old, ends) &&
        old.selected === selected &&
        old.data?.name === name &&
        old.data.kind === kind
      edges.push(
        same
          ? old
          : {
              id,
              type: 'wire',
              ...ends,
              selected,
              reconnectable: false,
              data: { name, label: shape, kind, problem: null, lane: null },
            },
      )
    }
  }
  return edges
}
