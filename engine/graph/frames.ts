/** Frames and notes: areas behind the nodes. */
import type { BlockId, Document, Frame } from './document'
import { graphOf } from './edit'

export function setFrame(draft: Document, block: BlockId | null, id: string, values: Partial<Frame>): void {
  const frame = graphOf(draft, block).frames[id]
  if (frame !== undefined) Object.assign(frame, values)
}

export function moveFrames(
  draft: Document,
  block: BlockId | null,
  places: Iterable<readonly [string, readonly [number, number]]>,
): void {
  for (const [id, [x, y]] of places) setFrame(draft, block, id, { at: [x, y] })
}

/** What stands in them stays. */
export function removeFrames(draft: Document, block: BlockId | null, ids: Iterable<string>): void {
  const { frames } = graphOf(draft, block)
  for (const id of ids) delete frames[id]
}
