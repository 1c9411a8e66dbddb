/**
 * Settings that a block leaves to its instances, through as many borders as they cross: a setting of a block may stand
 * for one of an instance inside it, which its own block leaves to it.
 */
import { blockType, type Block, type BlockId, type Document, type Node } from './document'
import { freshId } from './ids'
import { instancesOf, promotionsOf, setOf } from './instances'

interface Setting {
  /** The node that it is a setting of, once all borders are crossed; no instance. */
  readonly node: Node
  readonly field: string
  /** What instances have that choose nothing; undefined where the node leaves it to its definition. */
  readonly value: unknown
}

/** The block that a node is an instance of, if it is one. */
export function blockOfInstance(blocks: Document['blocks'], node: Node | undefined): Block | undefined {
  const id = node?.type === blockType ? node.params['block'] : undefined
  return typeof id === 'string' && Object.hasOwn(blocks, id) ? blocks[id] : undefined
}

/** What a setting of a block stands for; null where there is no such setting or it leads nowhere. */
export function settingOf(blocks: Document['blocks'], block: Block, name: string): Setting | null {
  const seen = new Set<unknown>()
  let value: unknown
  let within: Block | undefined = block
  let at = name
  while (within !== undefined) {
    const entry: Block['promoted'][string] | undefined = Object.hasOwn(within.promoted, at)
      ? within.promoted[at]
      : undefined
    const node: Node | undefined =
      entry !== undefined && Object.hasOwn(within.nodes, entry.node) ? within.nodes[entry.node] : undefined
    // A file from elsewhere may lead a setting round in a circle.
    if (entry === undefined || node === undefined || seen.has(entry)) return null
    seen.add(entry)
    const { field } = entry
    const own: unknown = node.type === blockType ? setOf(node) : node.params
    if (value === undefined && typeof own === 'object' && own !== null && Object.hasOwn(own, field))
      value = (own as Record<string, unknown>)[field]
    if (node.type !== blockType) return { node, field, value }
    within = blockOfInstance(blocks, node)
    at = field
  }
  return null
}

/**
 * A second setting beside one of a block, with the value that each instance gave to the first, so that two nodes do
 * what one did; blocks around that hand the first on hand on the second.
 */
export function twinSetting(
  draft: Document,
  id: BlockId,
  name: string,
  stands: Block['promoted'][string],
  around: ReadonlySet<string> = new Set(),
): void {
  const block = draft.blocks[id]
  const key = `${id}/${name}`
  if (block === undefined || around.has(key)) return
  const outer = promotionsOf(draft, id, name)
  const twin = freshId(name, block.promoted)
  block.promoted[twin] = stands
  for (const { node } of instancesOf(draft, id)) {
    const set = setOf(node)
    if (Object.hasOwn(set, name)) set[twin] = set[name]
  }
  for (const { block: outerId, name: outerName, node } of outer)
    twinSetting(draft, outerId, outerName, { node, field: twin }, new Set([...around, key]))
}
