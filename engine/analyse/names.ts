/**
 * What nodes are called in sentences: their label, else their title, with the id behind it where the title alone could
 * mean several.
 */
import type { Node } from '../graph/document'
import { idFrom } from '../graph/ids'
import { blockType, rerouteType, type Document } from '../graph/document'
import type { Catalogue } from '../../nodes/kit/define'

/** `“Encoder”`, `Dense`, `Dense (dense_2)`. */
export function nodeName(document: Document, catalogue: Catalogue, id: string, node: Node): string {
  if (node.label !== undefined && node.label.trim() !== '') return `“${node.label.trim()}”`
  const title =
    node.type === blockType
      ? blockTitle(document, node)
      : node.type === rerouteType
        ? 'Reroute point'
        : (catalogue.get(node.type)?.title ?? `“${node.type}”`)
  return id === idFrom(node.type) ? title : `${title} (${id})`
}

function blockTitle(document: Document, node: Node): string {
  const block = node.params['block']
  const name =
    typeof block === 'string' && Object.hasOwn(document.blocks, block)
      ? document.blocks[block]?.name
      : undefined
  return name === undefined || name.trim() === '' ? 'Block' : `“${name.trim()}”`
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`
}
