/** The graph that is open as React Flow's nodes and edges, with stable identity. */
import { useCallback, useDeferredValue, useLayoutEffect, useMemo, useState } from 'react'
import type { Document } from '../../engine/graph/document'
import type { Scene } from '../state/scene'
import { useEditor, useStores } from '../ui/stores'
import { useLanguage } from '../ui/use-language'
import { blockEnds, endEdges, type BlockEnds } from './block-ends'
import { cardModels, type CardModel } from './card-model'
import { useNewFaces } from './faces'
import { flowEdges, flowNodes, withLabels, type CanvasNode, type WireEdge } from './flow-elements'
import { placesOf } from './geometry'
import { labelPlaces } from './label-places'
import type { Placed } from './reach'
import { stillNodes, stillWires, type StillNode, type StillWire } from './still'
import type { Moving } from './use-moving'

/** All that is drawn, with what it shows, which React Flow does not hear. */
export interface WholeGraph {
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly WireEdge[]
}

/** With more cards than this, places for shapes are looked for once an edit is on the screen. */
const manyCards = 200

interface Graph {
  readonly document: Document
  readonly models: ReadonlyMap<string, CardModel>
  readonly ends: BlockEnds | null
}

/** The cards where they stand in the document: no drag moves them. */
function standing({ document, models, ends }: Graph): ReadonlyMap<string, Placed> {
  const places = Object.entries(document.nodes).map(([id, { at }]) => [id, at] as const)
  const cards = new Map<string, Placed>()
  for (const [id, [x, y]] of [...places, ...(ends?.places ?? [])]) {
    const model = models.get(id)
    if (model !== undefined) cards.set(id, { position: { x, y }, data: { model, places: placesOf(model) } })
  }
  return cards
}

/** Nodes and edges of the graph that is open, each kept as it is where nothing about it changed. */
export function useElements(moving: Moving, scene: Scene) {
  const { editor } = useStores()
  const { document, analysis, block: blockId } = useEditor((state) => state.open)
  const block = useEditor((state) => (blockId === null ? null : (state.document.blocks[blockId] ?? null)))
  const selection = useEditor((state) => state.selection)
  const { places, sizes } = moving
  const language = useLanguage()
  const [cache] = useState(() => ({
    models: new Map() as ReadonlyMap<string, CardModel>,
    nodes: new Map() as ReadonlyMap<string, CanvasNode>,
    edges: new Map() as ReadonlyMap<string, WireEdge>,
    stillNodes: [] as StillNode[],
    stillWires: [] as StillWire[],
  }))
  const { models, ends } = useMemo(() => {
    // They hold words.
    void language
    const cards = cardModels(document, analysis, editor.catalogue, cache.models, block)
    const ends = block === null ? null : blockEnds(document, block, cards, cache.models)
    const models = ends === null ? cards : new Map([...cards, ...ends.models])
    cache.models = models
    return { models, ends }
  }, [cache, document, analysis, editor, block, language])
  const nodes = useMemo(() => {
    // Frames say what they are.
    void language
    const made = flowNodes(document, models, selection, places, cache.nodes, { sizes, ends })
    cache.nodes = new Map(made.map((node) => [node.id, node]))
    return made
  }, [cache, document, models, selection, places, sizes, ends, language])
  const drawn = useMemo(() => {
    const made = flowEdges(document, models, analysis, selection, cache.edges)
    if (block !== null) made.push(...endEdges(document, block, models, analysis, selection, cache.edges))
    cache.edges = new Map(made.map((edge) => [edge.id, edge]))
    return made
  }, [cache, document, models, analysis, selection, block])
  const now = useMemo(() => ({ document, models, ends, analysis }), [document, models, ends, analysis])
  const later = useDeferredValue(now)
  const graph = models.size > manyCards ? later : now
  const labels = useMemo(() => labelPlaces(standing(graph), [...cache.edges.values()]), [cache, graph])
  const edges = useMemo(() => {
    const labelled = withLabels(drawn, labels)
    cache.edges = new Map(labelled.map((edge) => [edge.id, edge]))
    return labelled
  }, [cache, drawn, labels])
  const faces = useNewFaces()
  // Before React Flow hears of the nodes, which is in an effect: a card that is new finds what it shows.
  useLayoutEffect(() => {
    faces.cards.take(new Map(nodes.flatMap((node) => (node.type === 'card' ? [[node.id, node.data]] : []))))
  }, [nodes, faces])
  useLayoutEffect(() => {
    faces.wires.take(new Map(edges.flatMap(({ id, data }) => (data === undefined ? [] : [[id, data]]))))
  }, [edges, faces])
  const still = useMemo(() => (cache.stillNodes = stillNodes(nodes, cache.stillNodes)), [cache, nodes])
  const stillEdges = useMemo(() => (cache.stillWires = stillWires(edges, cache.stillWires)), [cache, edges])
  useLayoutEffect(() => {
    scene.setCards(
      new Map(
        nodes.flatMap((node) =>
          node.type === 'card'
            ? [
                [
                  node.id,
                  {
                    x: node.position.x,
                    y: node.position.y,
                    width: node.width ?? 0,
                    height: node.height ?? 0,
                  },
                ],
              ]
            : [],
        ),
      ),
    )
  }, [nodes, scene])
  const whole = useCallback(
    (): WholeGraph => ({ nodes: [...cache.nodes.values()], edges: [...cache.edges.values()] }),
    [cache],
  )
  return { nodes: still, edges: stillEdges, models, faces, whole }
}
