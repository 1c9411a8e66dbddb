/** How the window calls a node. */
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

export function typeTitle(type: string, catalogue: Catalogue): string {
  return translate(catalogue.get(type)?.title ?? type)
}

/** What a card says under its title; each part is words of its own. */
export function translateSummary(summary: string): string {
  return summary.split(' · ').map(translate).join(' · ')
}
