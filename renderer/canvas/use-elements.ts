/** The graph that is open as React Flow's nodes and edges, with stable identity. */
import { useCallback, useLayoutEffect, useMemo, useState } from 'react'
import type { Scene } from '../state/scene'
import { useEditor, useStores } from '../ui/stores'
import { useLanguage } from '../ui/use-language'
import { blockEnds, endEdges } from './block-ends'
import { cardModels, type CardModel } from './card-model'
import { flowEdges, flowNodes, type CanvasNode, type WireEdge } from './flow-elements'
import { useNewFaces } from './faces'
import { stillNodes, stillWires, type StillNode, type StillWire } from './still'
import type { Moving } from './use-moving'

/** All that is drawn, with what it shows, which React Flow does not hear. */
export interface WholeGraph {
  readonly nodes: readonly CanvasNode[]
  readonly edges: readonly WireEdge[]
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
  const edges = useMemo(() => {
    const made = flowEdges(document, models, analysis, selection, cache.edges)
    if (block !== null) made.push(...endEdges(document, block, models, analysis, selection, cache.edges))
    cache.edges = new Map(made.map((edge) => [edge.id, edge]))
    return made
  }, [cache, document, models, analysis, selection, block])
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
