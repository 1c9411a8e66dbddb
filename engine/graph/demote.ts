/** The way back from `promote`: a setting that instances chose for themselves is the block's alone again. */
import type { BlockId, Document, NodeId } from './document'
import { instancesOf, promotionsOf, setOf } from './instances'

/** What the instances had set is forgotten, so that all have the block's value. */
export function demote(draft: Document, id: BlockId, node: NodeId, field: string): void {
  for (const [name, entry] of Object.entries(draft.blocks[id]?.promoted ?? {}))
    if (entry.node === node && entry.field === field) removeSetting(draft, id, name)
}

/** Takes a setting off a block, with the values on its instances and the settings of blocks around it that stood for it. */
export function removeSetting(draft: Document, id: BlockId, name: string): void {
  const block = draft.blocks[id]
  if (block === undefined || !Object.hasOwn(block.promoted, name)) return
  delete block.promoted[name]
  for (const { node } of instancesOf(draft, id)) delete setOf(node)[name]
  for (const outer of promotionsOf(draft, id, name)) removeSetting(draft, outer.block, outer.name)
}
