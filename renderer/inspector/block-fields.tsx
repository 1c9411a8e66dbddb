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
  type Document,
  type Node,
  type NodeId,
} from '../../engine/graph/document'
import { blockOfInstance, settingOf } from '../../engine/graph/promoted'
import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import type { Catalogue } from '../../nodes/kit/define'
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
    if (fault !== null) notices.error(translate(fault), 'editing')
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
      {block !== undefined &&
        settingsOf(blocks, block, editor.catalogue).map(({ name, field, value }) => (
          <ValueEditor
            key={name}
            node={id}
            label={strings.words(name)}
            field={field}
            value={instance.set[name] ?? value ?? field.initial}
            onChange={(next) => actions.setPromoted(id, name, next)}
          />
        ))}
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

interface InstanceSetting {
  readonly name: string
  readonly field: Field<unknown>
  /** The block's own; undefined where it leaves it to the field. */
  readonly value: unknown
}

/** What the instances of a block may choose, each with the field it is in the end. */
function settingsOf(
  blocks: Document['blocks'],
  block: Block,
  catalogue: Catalogue,
): readonly InstanceSetting[] {
  return Object.keys(block.promoted).flatMap((name) => {
    const found = settingOf(blocks, block, name)
    const field: Field<unknown> | undefined =
      found === null ? undefined : catalogue.get(found.node.type)?.fields[found.field]
    return found === null || field === undefined ? [] : [{ name, field, value: found.value }]
  })
}

/** What a node inside a block has that instances could choose: its fields, or what its own block leaves to it. */
function offeredBy(
  node: Node,
  blocks: Document['blocks'],
  catalogue: Catalogue,
): { readonly title: string; readonly offered: readonly Pick<InstanceSetting, 'name' | 'field'>[] } {
  const inner = blockOfInstance(blocks, node)
  if (inner !== undefined) return { title: inner.name, offered: settingsOf(blocks, inner, catalogue) }
  const definition = catalogue.get(node.type)
  const fields: [string, Field<unknown>][] = Object.entries(definition?.fields ?? {})
  return {
    title: translate(definition?.title ?? node.type),
    offered: fields.map(([name, field]) => ({ name, field })),
  }
}

/** Names of the block's ports. */
function Ports({ id, block }: { readonly id: BlockId; readonly block: Block }) {
  const actions = useEditorActions()
  return (
    <details className="block-inside">
      <summary title={words.blockPortsDoc}>
        {words.blockPorts}
        <ChevronDown size={14} aria-hidden />
      </summary>
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

/** Every setting of every node inside, to be left to the instances or not; of blocks inside, what they leave to theirs. */
function Inside({ id, block }: { readonly id: BlockId; readonly block: Block }) {
  const { editor } = useStores()
  const actions = useEditorActions()
  const blocks = useEditor((state) => state.document.blocks)
  const promoted = new Set(Object.values(block.promoted).map(({ node, field }) => `${node}/${field}`))
  return (
    <details className="block-inside">
      <summary title={words.insideDoc}>
        {words.inside}
        <ChevronDown size={14} aria-hidden />
      </summary>
      <p className="inspector-text">{words.insideDoc}</p>
      {Object.entries(block.nodes).map(([inner, node]) => {
        const { title, offered } = offeredBy(node, blocks, editor.catalogue)
        if (offered.length === 0) return null
        return (
          <fieldset key={inner}>
            <legend>{node.label ?? `${title} · ${inner}`}</legend>
            {offered.map(({ name, field }) => (
              <ToggleField
                key={name}
                label={strings.words(name)}
                doc={translate(field.doc)}
                value={promoted.has(`${inner}/${name}`)}
                onChange={(on) => actions.setPromotion(id, inner, name, on)}
              />
            ))}
          </fieldset>
        )
      })}
    </details>
  )
}
