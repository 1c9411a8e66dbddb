/** The way back from `promote`: a setting that instances chose for themselves is the block's alone again. */
import type { BlockId, Document, NodeId } from './document'
import { instancesOf } from './edit'

/** What the instances had set is forgotten, so that all have the block's value. */
export function demote(draft: Document, id: BlockId, node: NodeId, field: string): void {
  const block = draft.blocks[id]
  if (block === undefined) return
  for (const [name, entry] of Object.entries(block.promoted)) {
    if (entry.node !== node || entry.field !== field) continue
    delete block.promoted[name]
    for (const instance of instancesOf(draft, id))
      delete (instance.node.params['set'] as Record<string, unknown>)[name]
  }
}
