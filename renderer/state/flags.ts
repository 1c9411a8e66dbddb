/** Which nodes a flag says anything about: only layers have weights to freeze, and what has no input has none to hand on. */
import { blockType, type Node } from '../../engine/graph/document'
import type { Catalogue } from '../../nodes/kit/define'
import type { Flag } from './editor-types'

/** A flag that is set can be taken away, whatever the node. */
export function takesFlag(node: Node, catalogue: Catalogue, flag: Flag): boolean {
  if (node[flag] === true || flag === 'disabled' || node.type === blockType) return true
  const definition = catalogue.get(node.type)
  if (definition === undefined) return true
  return flag === 'frozen' ? definition.role === 'layer' : Object.keys(definition.inputs).length > 0
}
