/** The worker of "Tidy up": dagre's layered layout, left to right. */
import { graphlib, layout } from '@dagrejs/dagre'
import * as z from 'zod'

const requestSchema = z.object({
  id: z.number(),
  cards: z.array(z.object({ id: z.string(), width: z.number(), height: z.number() })),
  wires: z.array(z.tuple([z.string(), z.string()])),
})

/** Middles of the cards, in units of the document. */
function place({
  cards,
  wires,
}: z.infer<typeof requestSchema>): readonly (readonly [string, number, number])[] {
  const graph = new graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', nodesep: 34, ranksep: 56, ranker: 'network-simplex' })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const { id, width, height } of cards) graph.setNode(id, { width, height })
  for (const [from, to] of wires) graph.setEdge(from, to)
  layout(graph)
  return cards.map(({ id }) => {
    const { x = 0, y = 0 } = graph.node(id) as { readonly x?: number; readonly y?: number }
    return [id, x, y]
  })
}

addEventListener('message', (event: MessageEvent<unknown>) => {
  const request = requestSchema.parse(event.data)
  postMessage({ id: request.id, places: place(request) })
})
