/** A document, its analysis and cards to try the canvas on, from the real catalogue. */
import { analyse } from '../../../engine/analyse/analyse'
import { createDocument } from '../../../engine/graph/create'
import type { Document, Node } from '../../../engine/graph/document'
import { initialParams } from '../../../nodes/kit/define'
import { catalogue } from '../../../nodes/catalogue'
import { cardModels, type CardModel } from '../../../renderer/canvas/card-model'

export function node(type: string, at: [number, number], more: Partial<Node> = {}): Node {
  const definition = catalogue.get(type)
  if (definition === undefined) throw new Error(`No node type ${type}.`)
  return {
    type,
    version: definition.version,
    params: initialParams(definition) as Node['params'],
    at,
    ...more,
  }
}

/** data -> a -> b -> loss, with the target beside. */
export function smallDocument(): Document {
  return {
    ...createDocument('small'),
    nodes: {
      data: node('data', [0, 0]),
      a: node('dense', [220, 0]),
      b: node('dense', [440, 0]),
      loss: node('sparse-categorical-crossentropy', [660, 0]),
    },
    wires: {
      w1: { from: ['data', 'x'], to: ['a', 'x'] },
      w2: { from: ['a', 'y'], to: ['b', 'x'] },
      w3: { from: ['b', 'y'], to: ['loss', 'prediction'] },
      w4: { from: ['data', 'y'], to: ['loss', 'target'] },
    },
  }
}

export function cardsOf(document: Document, before: ReadonlyMap<string, CardModel> = new Map()) {
  const analysis = analyse(document, catalogue)
  return { analysis, models: cardModels(document, analysis, catalogue, before) }
}
