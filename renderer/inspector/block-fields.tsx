/**
 * An instance of a block: how often it is repeated, whether the copies share weights, and the settings of inner nodes
 * that the block lets each instance choose.
 */
import { blockInstanceSchema, type BlockInstance, type Node, type NodeId } from '../../engine/graph/document'
import type { Field } from '../../nodes/kit/fields'
import { NumberField, ToggleField } from '../ui/fields'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useStores } from '../ui/stores'
import { ValueEditor } from './field-editor'

const words = strings.inspector

export function BlockFields({ id, node }: { readonly id: NodeId; readonly node: Node }) {
  const { editor } = useStores()
  const actions = useEditorActions()
  const blocks = useEditor((state) => state.document.blocks)
  const parsed = blockInstanceSchema.safeParse(node.params)
  if (!parsed.success) return null
  const instance: BlockInstance = parsed.data
  const block = Object.hasOwn(blocks, instance.block) ? blocks[instance.block] : undefined

  return (
    <>
      <NumberField
        label={words.repeat}
        value={instance.repeat}
        integer
        min={1}
        max={1000}
        gesture={strings.labels.setParam('repeat')}
        onChange={(repeat) => actions.setParam(id, 'repeat', repeat)}
      />
      {instance.repeat > 1 && (
        <ToggleField
          label={words.tie}
          doc={words.tieDoc}
          value={instance.tie}
          onChange={(tie) => actions.setParam(id, 'tie', tie)}
        />
      )}
      {Object.entries(block?.promoted ?? {}).map(([name, { node: inner, field }]) => {
        const holder = block?.nodes[inner]
        const definition = holder === undefined ? undefined : editor.catalogue.get(holder.type)
        const found: Field<unknown> | undefined = definition?.fields[field]
        if (holder === undefined || found === undefined) return null
        return (
          <ValueEditor
            key={name}
            node={id}
            label={strings.words(name)}
            field={found}
            value={instance.set[name] ?? holder.params[field] ?? found.initial}
            onChange={(value) => actions.setParam(id, 'set', { ...instance.set, [name]: value })}
          />
        )
      })}
    </>
  )
}
