/** Blocks in the window's store: each action is one undo entry, and the graph computes what it computed. */
import { readFileSync } from 'node:fs'
import { beforeEach, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { createEditor } from '../../../renderer/state/editor'
import type { Editor } from '../../../renderer/state/editor-types'
import { strings } from '../../../renderer/ui/strings'

let editor: Editor
const state = () => editor.store.getState()

beforeEach(() => {
  editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const read = readDocument(readFileSync('examples/digits-mlp.wiregrad', 'utf8'))
  if (!read.ok) throw new Error(read.message)
  editor.actions.load(read.document, 'digits-mlp.wiregrad')
})

it('makes a block of the selection, names it, places it again and takes it apart', () => {
  const first = writeDocument(state().document)
  const { parameters } = state().analysis.plan
  const dense = Object.entries(state().document.nodes).filter(([, { type }]) => type === 'dense')
  editor.actions.select({ nodes: dense.map(([id]) => id) })
  const instance = editor.actions.makeBlock('Body') ?? ''
  expect(state().undoLabel).toBe(`Make a block of ${dense.length} nodes`)
  expect([...state().selection.nodes]).toEqual([instance])
  expect(state().analysis.ok).toBe(true)
  expect(state().analysis.plan.parameters).toBe(parameters)

  editor.actions.renameBlock('body', 'My layers')
  const inner = Object.keys(state().document.blocks['body']?.nodes ?? {})[0] ?? ''
  editor.actions.setPromotion('body', inner, 'activation', true)
  editor.actions.setPromoted(instance, 'activation', 'tanh')
  expect(state().document.nodes[instance]?.params['set']).toEqual({ activation: 'tanh' })
  expect(state().document.blocks['body']?.name).toBe('My layers')
  expect(editor.actions.addInstance('body', [0, 0])).not.toBeNull()
  editor.actions.undo()

  expect(editor.actions.expandBlock(instance)).toBeNull()
  expect(state().document.nodes[instance]).toBeUndefined()
  expect(state().analysis.plan.parameters).toBe(parameters)
  const acts = Object.values(state().document.nodes).map(({ params }) => params['activation'])
  expect(acts).toContain('tanh')

  while (state().undoLabel !== null) editor.actions.undo()
  expect(writeDocument(state().document)).toBe(first)
})

it('gives a setting back to the block, and with it what the instances had chosen', () => {
  const [id = ''] = Object.entries(state().document.nodes).find(([, { type }]) => type === 'dense') ?? []
  editor.actions.select({ nodes: [id] })
  const instance = editor.actions.makeBlock('One') ?? ''
  editor.actions.setPromotion('one', id, 'units', true)
  editor.actions.setPromoted(instance, 'units', 7)
  editor.actions.setPromotion('one', id, 'units', false)
  expect(state().document.blocks['one']?.promoted).toEqual({})
  expect(state().document.nodes[instance]?.params['set']).toEqual({})
})

it('lets a setting through two borders, and undoes it with all that hung on it', () => {
  const first = writeDocument(state().document)
  const [id = ''] = Object.entries(state().document.nodes).find(([, { type }]) => type === 'dense') ?? []
  editor.actions.select({ nodes: [id] })
  const inner = editor.actions.makeBlock('One') ?? ''
  const outer = editor.actions.makeBlock('Two') ?? ''
  // Nothing is left to the inner instance yet.
  editor.actions.setPromotion('two', inner, 'units', true)
  editor.actions.setPromoted(outer, 'units', 7)
  expect(state().document.blocks['two']?.promoted).toEqual({})
  expect(state().document.nodes[outer]?.params['set']).toEqual({})

  editor.actions.setPromotion('one', id, 'units', true)
  editor.actions.setPromotion('two', inner, 'units', true)
  editor.actions.setPromoted(outer, 'units', 7)
  const set = writeDocument(state().document)
  expect(state().analysis.plan.byPath.get(`${outer}/${inner}/${id}`)?.params['units']).toBe(7)
  editor.actions.setPromotion('one', id, 'units', false)
  expect(state().document.blocks['two']?.promoted).toEqual({})
  expect(state().document.nodes[outer]?.params['set']).toEqual({})
  editor.actions.undo()
  expect(writeDocument(state().document)).toBe(set)

  // A copy takes both blocks along, and its value.
  editor.actions.select({ nodes: [outer] })
  const text = editor.actions.copySelection() ?? ''
  while (state().undoLabel !== null) editor.actions.undo()
  expect(writeDocument(state().document)).toBe(first)
  editor.actions.newDocument()
  editor.actions.paste(text)
  const [pasted] = Object.values(state().document.nodes)
  expect(pasted?.params['set']).toEqual({ units: 7 })
  expect(state().document.blocks['two']?.promoted).toEqual({ units: { node: inner, field: 'units' } })
})

it('says why a node cannot be taken apart', () => {
  const [id = ''] = Object.keys(state().document.nodes)
  expect(editor.actions.expandBlock(id)).toBe('Only an instance of a block can be taken apart.')
  expect(editor.actions.addInstance('nothing', [0, 0])).toBeNull()
})
