/**
 * An instance of a block: its name, how often it is repeated, whether the copies share weights, the settings of inner
 * nodes that the block lets each instance choose, and which those are.
 */
import {
  blockInstanceSchema,
  longest,
  type Block,
  type BlockId,
  type BlockInstance,
  type Node,
  type NodeId,
} from '../../engine/graph/document'
import { useState } from 'react'
import type { Field } from '../../nodes/kit/fields'
import { enterBlock } from '../state/editor-types'
import { NumberField, TextField, ToggleField } from '../ui/fields'
import { strings } from '../ui/strings'
import { useEditor, useEditorActions, useStores } from '../ui/stores'
import { translate } from '../ui/translate'
import { ValueEditor } from './field-editor'

const words = strings.inspector

export function BlockFields({ id, node }: { readonly id: NodeId; readonly node: Node }) {
  const { editor, notices } = useStores()
  const actions = useEditorActions()
  const blocks = useEditor((state) => state.document.blocks)
  const parsed = blockInstanceSchema.safeParse(node.params)
  if (!parsed.success) return null
  const instance: BlockInstance = parsed.data
  const block = Object.hasOwn(blocks, instance.block) ? blocks[instance.block] : undefined

  function expand(): void {
    const fault = actions.expandBlock(id)
    if (fault !== null) notices.error(translate(fault))
  }

  return (
    <>
      {block !== undefined && (
        <TextField
          label={words.blockName}
          maxLength={longest.name}
          value={block.name}
          onChange={(name) => actions.renameBlock(instance.block, name)}
        />
      )}
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
            onChange={(value) => actions.setPromoted(id, name, value)}
          />
        )
      })}
      {block !== undefined && <Ports id={instance.block} block={block} />}
      {block !== undefined && <Inside id={instance.block} block={block} />}
      <div className="row">
        <button type="button" className="button" onClick={() => enterBlock(editor, id)}>
          {words.enter}
        </button>
        <button type="button" className="button" onClick={expand}>
          {words.expand}
        </button>
      </div>
    </>
  )
}

/** Names of the block's ports. */
function Ports({ id, block }: { readonly id: BlockId; readonly block: Block }) {
  const actions = useEditorActions()
  return (
    <details className="block-inside">
      <summary title={words.blockPortsDoc}>{words.blockPorts}</summary>
      <p className="inspector-text">{words.blockPortsDoc}</p>
      {(['inputs', 'outputs'] as const).flatMap((side) =>
        Object.keys(block[side])
          .sort()
          .map((port) => (
            <PortName
              key={`${side} ${port}`}
              label={side === 'inputs' ? words.inputPort(port) : words.outputPort(port)}
              name={port}
              onChange={(name) => actions.renamePort(id, side, port, name)}
            />
          )),
      )}
    </details>
  )
}

/** A name is taken when the field is left, not with every letter. */
function PortName(props: { readonly label: string; readonly name: string; onChange(name: string): void }) {
  const [draft, setDraft] = useState(props.name)
  return (
    <label className="row">
      <span>{props.label}</span>
      <input
        className="input"
        value={draft}
        maxLength={40}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={() => {
          if (draft.trim() !== '' && draft !== props.name) props.onChange(draft)
          setDraft(props.name)
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur()
        }}
      />
    </label>
  )
}

/** Every setting of every node inside, to be left to the instances or not. */
function Inside({ id, block }: { readonly id: BlockId; readonly block: Block }) {
  const { editor } = useStores()
  const actions = useEditorActions()
  const promoted = new Set(Object.values(block.promoted).map(({ node, field }) => `${node}/${field}`))
  return (
    <details className="block-inside">
      <summary title={words.insideDoc}>{words.inside}</summary>
      <p className="inspector-text">{words.insideDoc}</p>
      {Object.entries(block.nodes).map(([inner, node]) => {
        const definition = editor.catalogue.get(node.type)
        const fields = Object.keys(definition?.fields ?? {})
        if (definition === undefined || fields.length === 0) return null
        return (
          <fieldset key={inner}>
            <legend>{node.label ?? `${translate(definition.title)} · ${inner}`}</legend>
            {fields.map((field) => (
              <ToggleField
                key={field}
                label={strings.words(field)}
                doc={translate(definition.fields[field]?.doc ?? '')}
                value={promoted.has(`${inner}/${field}`)}
                onChange={(on) => actions.setPromotion(id, inner, field, on)}
              />
            ))}
          </fieldset>
        )
      })}
    </details>
  )
}
