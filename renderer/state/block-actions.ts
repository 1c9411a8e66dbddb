/**
 * Blocks in the window: made of the selection, placed again, taken apart, named, and which inner settings their
 * instances may choose.
 */
import { longest } from '../../engine/graph/document'
import { isListPort, promote, setPromoted } from '../../engine/graph/edit'
import { expandBlock, expansionFault } from '../../engine/graph/expand-block'
import { addBlockInstance, makeBlock } from '../../engine/graph/make-block'
import { renamePort } from '../../engine/graph/ports'
import { blockOfInstance, settingOf } from '../../engine/graph/promoted'
import { demote } from '../../engine/graph/demote'
import type { EditorCore } from './editor'
import type { EditorActions } from './editor-types'

type BlockActions = Pick<
  EditorActions,
  'makeBlock' | 'expandBlock' | 'addInstance' | 'renameBlock' | 'renamePort' | 'setPromotion' | 'setPromoted'
>

export function blockActions({ apply, get, block: open, labels, catalogue }: EditorCore): BlockActions {
  return {
    makeBlock(name) {
      const { nodes } = get().selection
      if (nodes.size === 0) return null
      let instance = ''
      apply(
        labels.makeBlock(nodes.size),
        (draft) => {
          instance = makeBlock(draft, open(), nodes, name).instance
        },
        { selection: () => ({ nodes: new Set([instance]), wires: new Set(), frames: new Set() }) },
      )
      return instance
    },
    expandBlock(id) {
      const fault = expansionFault(get().document, open(), id)
      if (fault !== null) return fault
      let ids: readonly string[] = []
      apply(
        labels.expandBlock,
        (draft) => {
          ids = expandBlock(draft, open(), id, (graph, end) => isListPort(draft, catalogue, graph, end))
        },
        { selection: () => ({ nodes: new Set(ids), wires: new Set(), frames: new Set() }) },
      )
      return null
    },
    addInstance(block, at) {
      const found = get().document.blocks[block]
      // A block cannot hold itself.
      if (found === undefined || get().open.trail.some((entered) => entered.block === block)) return null
      let id = ''
      apply(
        labels.addNode(found.name),
        (draft) => {
          id = addBlockInstance(draft, open(), block, [Math.round(at[0]), Math.round(at[1])])
        },
        { selection: () => ({ nodes: new Set([id]), wires: new Set(), frames: new Set() }) },
      )
      return id
    },
    renameBlock(block, name) {
      apply(
        labels.renameBlock,
        (draft) => {
          const found = draft.blocks[block]
          if (found !== undefined) found.name = name.slice(0, longest.name)
        },
        { coalesce: `block-name:${block}` },
      )
    },
    renamePort(block, side, port, name) {
      apply(labels.renamePort, (draft) => {
        renamePort(draft, block, side, port, name)
      })
    },
    setPromotion(block, node, field, on) {
      const { blocks } = get().document
      const holder = blocks[block]?.nodes[node]
      const inner = blockOfInstance(blocks, holder)
      const exists =
        inner === undefined
          ? Object.hasOwn(catalogue.get(holder?.type ?? '')?.fields ?? {}, field)
          : settingOf(blocks, inner, field) !== null
      if (on && !exists) return
      apply(labels.promote(field, on), (draft) => {
        if (on) promote(draft, block, node, field)
        else demote(draft, block, node, field)
      })
    },
    setPromoted(instance, name, value) {
      const { document } = get().open
      const block = blockOfInstance(document.blocks, document.nodes[instance])
      if (block === undefined || !Object.hasOwn(block.promoted, name)) return
      apply(labels.setParam(name), (draft) => setPromoted(draft, open(), instance, name, value), {
        coalesce: `promoted:${instance}:${name}`,
      })
    },
  }
}
