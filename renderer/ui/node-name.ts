/** How the window calls a node. */
import type { Document, Path } from '../../engine/graph/document'
import type { Catalogue } from '../../nodes/kit/define'
import { formatShape, type Shape } from '../../nodes/kit/spec'
import { strings } from './strings'
import { translate } from './translate'

/** `B × 8`, or a word where there is no axis. */
export function shapeText(shape: Shape): string {
  return shape.length === 0 ? strings.canvas.scalar : formatShape(shape)
}

interface Named {
  readonly type: string
  readonly label?: string | undefined
}

/** What people called it, or else its type in the language of the window. */
export function nodeName(node: Named, catalogue: Catalogue): string {
  return node.label ?? typeTitle(node.type, catalogue)
}

/** `Encoder/0/Attention`: a path of the Plan by what people called what is on it; what has no name is called by its id.
 *  `skip`: how many of the first parts are left out. */
export function pathName({ nodes, blocks }: Document, path: Path, skip = 0): string {
  let inside: Document['nodes'] = nodes
  return path
    .split('/')
    .map((id) => {
      // The number of a copy.
      const node = Object.hasOwn(inside, id) ? inside[id] : undefined
      if (node === undefined) return id
      const block = node.params['block']
      const held = typeof block === 'string' && Object.hasOwn(blocks, block) ? blocks[block] : undefined
      if (held !== undefined) inside = held.nodes
      return node.label ?? held?.name ?? id
    })
    .slice(skip)
    .join('/')
}

export function typeTitle(type: string, catalogue: Catalogue): string {
  return translate(catalogue.get(type)?.title ?? type)
}

/** What a card says under its title; each part is words of its own. */
export function translateSummary(summary: string): string {
  return summary.split(' · ').map(translate).join(' · ')
}
