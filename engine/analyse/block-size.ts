/**
 * How large every block is when taken apart, found without taking any apart: a few nested repeats of 1000 would make
 * more nodes than there is memory, and a block that contains itself would never end.
 */
import { blockType, type BlockId, type Document } from '../graph/document'

/** Most nodes that a graph may have once its blocks are taken apart. */
export const largestGraph = 20_000
/** Deepest blocks within blocks: keeps paths within their length. */
export const deepestBlock = 12

interface BlockSize {
  /** Nodes of one copy, instances counted with what is in them. */
  readonly nodes: number
  /** 1 for a block without blocks in it. */
  readonly depth: number
}
/** Blocks that contain themselves, and those that contain such blocks, are missing. */
export type BlockSizes = ReadonlyMap<BlockId, BlockSize>

interface Inner {
  readonly block: BlockId
  readonly repeat: number
}

function innerBlocks(document: Document, id: BlockId): Inner[] {
  return Object.values(document.blocks[id]?.nodes ?? {}).flatMap((node) => {
    const block = node.type === blockType ? node.params['block'] : undefined
    if (typeof block !== 'string' || !Object.hasOwn(document.blocks, block)) return []
    const repeat = node.params['repeat']
    return [{ block, repeat: typeof repeat === 'number' && repeat >= 1 ? repeat : 1 }]
  })
}

/** Sizes of all blocks, innermost first; a block is measured when all in it have been. */
export function blockSizes(document: Document): BlockSizes {
  const sizes = new Map<BlockId, BlockSize>()
  const inside = new Map<BlockId, Inner[]>()
  const users = new Map<BlockId, BlockId[]>()
  const waiting = new Map<BlockId, number>()
  for (const id of Object.keys(document.blocks)) {
    const inner = innerBlocks(document, id)
    inside.set(id, inner)
    waiting.set(id, inner.length)
    for (const { block } of inner) users.set(block, [...(users.get(block) ?? []), id])
  }
  const ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id)
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    let nodes = Object.keys(document.blocks[id]?.nodes ?? {}).length
    let depth = 1
    for (const { block, repeat } of inside.get(id) ?? []) {
      const size = sizes.get(block)
      nodes += (size?.nodes ?? 0) * repeat
      depth = Math.max(depth, (size?.depth ?? 0) + 1)
    }
    sizes.set(id, { nodes, depth })
    for (const user of users.get(id) ?? []) {
      const left = (waiting.get(user) ?? 0) - 1
      waiting.set(user, left)
      if (left === 0) ready.push(user)
    }
  }
  return sizes
}
