import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { createEditor } from '../../../renderer/state/editor'
import type { Editor } from '../../../renderer/state/editor-types'
import { takesFlag } from '../../../renderer/state/flags'
import { strings } from '../../../renderer/ui/strings'

let editor: Editor

function state() {
  return editor.store.getState()
}

function text(): string {
  return writeDocument(state().document)
}

function openExample(name: string): void {
  const read = readDocument(readFileSync(`examples/${name}.wiregrad`, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  editor.actions.load(read.document, `${name}.wiregrad`)
}

/** data -> dense, wired. */
function dataAndDense(): { readonly data: string; readonly dense: string } {
  const data = editor.actions.addNode('data', [0, 0]) ?? ''
  const dense = editor.actions.addNode('dense', [200, 0], { from: { node: data, port: 'x' } }) ?? ''
  return { data, dense }
}

beforeEach(() => {
  editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
})

describe('the editor store', () => {
  it('freezes layers and bypasses what has an input, and takes any flag away', () => {
    const { data, dense } = dataAndDense()
    const takes = (id: string, flag: 'frozen' | 'bypass' | 'disabled') => {
      const node = state().document.nodes[id]
      return node !== undefined && takesFlag(node, catalogue, flag)
    }
    const loss = editor.actions.addNode('mean-squared-error', [0, 0]) ?? ''
    expect([takes(data, 'frozen'), takes(loss, 'frozen'), takes(dense, 'frozen')]).toEqual([
      false,
      false,
      true,
    ])
    expect([takes(data, 'bypass'), takes(loss, 'bypass'), takes(dense, 'bypass')]).toEqual([
      false,
      true,
      true,
    ])
    expect(takes(data, 'disabled')).toBe(true)
    editor.actions.setFlag([data], 'bypass', true)
    expect(takes(data, 'bypass')).toBe(true)
  })

  it('undoes ten different edits to the very same bytes, and redoes them', () => {
    openExample('digits-mlp')
    const first = text()
    const dense = Object.entries(state().document.nodes).find(([, node]) => node.type === 'dense')?.[0] ?? ''
    const wire = Object.keys(state().document.wires)[0] ?? ''
    editor.actions.setParam(dense, 'units', 7)
    editor.actions.setLabel(dense, 'first')
    editor.actions.setNote(dense, 'a note')
    editor.actions.setFlag([dense], 'frozen', true)
    editor.actions.moveNodes(new Map([[dense, [5, 6]]]))
    editor.actions.disconnect([wire])
    editor.actions.addNode('dropout', [1, 2])
    editor.actions.select({ nodes: [dense] })
    editor.actions.duplicateSelection()
    editor.actions.setName('Other')
    editor.actions.setTraining('Change seed', (training) => {
      training.seed = 99
    })
    const last = text()
    expect(last).not.toBe(first)
    for (let entry = 0; entry < 10; entry++) editor.actions.undo()
    expect(text()).toBe(first)
    expect(state()).toMatchObject({ undoLabel: null, dirty: false })
    for (let entry = 0; entry < 10; entry++) editor.actions.redo()
    expect(text()).toBe(last)
    expect(state()).toMatchObject({ redoLabel: null, dirty: true })
  })

  it('keeps typing in one field as one entry until the field is left', () => {
    const { dense } = dataAndDense()
    for (const units of [1, 12, 128]) editor.actions.setParam(dense, 'units', units)
    editor.actions.undo()
    expect(state().document.nodes[dense]?.params['units']).toBe(32)
    editor.actions.setParam(dense, 'units', 5)
    editor.actions.seal()
    editor.actions.setParam(dense, 'units', 50)
    editor.actions.undo()
    expect(state().document.nodes[dense]?.params['units']).toBe(5)
  })

  it('makes a gesture one entry, and a cancelled one none', () => {
    const { dense } = dataAndDense()
    const label = state().undoLabel
    editor.actions.beginGesture('Drag')
    for (let x = 0; x < 20; x++) editor.actions.moveNodes(new Map([[dense, [x, x]]]))
    editor.actions.commitGesture()
    expect(state().undoLabel).toBe('Drag')
    editor.actions.undo()
    expect(state().document.nodes[dense]?.at).toEqual([200, 0])
    editor.actions.beginGesture('Drag')
    editor.actions.moveNodes(new Map([[dense, [9, 9]]]))
    editor.actions.cancelGesture()
    expect(state().document.nodes[dense]?.at).toEqual([200, 0])
    expect(state().undoLabel).toBe(label)
  })

  it('leaves redo, the revision and the analysis alone when only the selection changes', () => {
    const { dense } = dataAndDense()
    editor.actions.undo()
    const before = state()
    editor.actions.selectAll()
    editor.actions.select({ nodes: [dense] })
    expect(state()).toMatchObject({ revision: before.revision, redoLabel: before.redoLabel })
    expect(state().analysis).toBe(before.analysis)
    expect(state().redoLabel).not.toBeNull()
  })

  it('analyses again after an edit of meaning, not after a move', () => {
    const { dense } = dataAndDense()
    const before = state().analysis
    editor.actions.moveNodes(new Map([[dense, [1, 1]]]))
    expect(state().analysis).toBe(before)
    editor.actions.setParam(dense, 'units', 3)
    expect(state().analysis.plan.byPath.get(dense)?.outputs['y']?.shape).toEqual([null, 3])
  })

  it('wires a new node to the output it was dragged from', () => {
    const { data, dense } = dataAndDense()
    expect(Object.values(state().document.wires)).toEqual([{ from: [data, 'x'], to: [dense, 'x'] }])
    expect([...state().selection.nodes]).toEqual([dense])
  })

  it('gives up the old wire of a single input, and keeps the order of a list input', () => {
    const { data, dense } = dataAndDense()
    const add = editor.actions.addNode('add', [400, 0]) ?? ''
    const other = editor.actions.addNode('dense', [200, 100], { from: { node: data, port: 'x' } }) ?? ''
    for (const from of [dense, other, dense])
      editor.actions.connect({ node: from, port: 'y' }, { node: add, port: 'xs' })
    const into = Object.values(state().document.wires)
      .filter((wire) => wire.to[0] === add)
      .sort((a, b) => ((a.to[2] ?? '') < (b.to[2] ?? '') ? -1 : 1))
    expect(into.map((wire) => wire.from[0])).toEqual([dense, other, dense])
    editor.actions.connect({ node: other, port: 'y' }, { node: dense, port: 'x' })
    expect(Object.values(state().document.wires).filter((wire) => wire.to[0] === dense)).toEqual([
      { from: [other, 'y'], to: [dense, 'x'] },
    ])
  })

  it('holds a new loss and metric against the only targets there are', () => {
    const { data, dense } = dataAndDense()
    const from = { node: dense, port: 'y' }
    const into = (node: string | null) =>
      Object.values(state().document.wires).flatMap(({ from: [source], to }) =>
        to[0] === node ? [[source, to[1]]] : [],
      )
    const both = [
      [dense, 'prediction'],
      [data, 'target'],
    ]
    expect(into(editor.actions.addNode('mean-squared-error', [400, 0], { from }))).toEqual(both)
    expect(into(editor.actions.addNode('r2', [400, 0], { from }))).toEqual(both)
    editor.actions.undo()
    expect(Object.values(state().document.nodes).some(({ type }) => type === 'r2')).toBe(false)
    // With two, people decide.
    editor.actions.addNode('data', [0, 200])
    expect(into(editor.actions.addNode('r2', [400, 0], { from }))).toEqual([[dense, 'prediction']])
  })

  it('says why a wire is refused, and draws none', () => {
    const { data, dense } = dataAndDense()
    const next = editor.actions.addNode('dense', [400, 0], { from: { node: dense, port: 'y' } }) ?? ''
    const { document } = state()
    const judge = (from: [string, string], to: [string, string], moving?: string) =>
      editor.judge({ node: from[0], port: from[1] }, { node: to[0], port: to[1] }, moving)
    const between = Object.entries(document.wires).find(([, wire]) => wire.from[0] === dense)?.[0] ?? ''
    expect(judge([next, 'y'], [dense, 'x'])?.message).toContain('close a circle')
    expect(judge([next, 'y'], [dense, 'x'], between)).toBeNull()
    expect(judge([dense, 'y'], [dense, 'x'])?.message).toContain('cannot feed itself')
    expect(judge([data, 'y'], [next, 'x'])).toMatchObject({ kind: 'refused' })
    expect(judge([data, 'x'], [next, 'x'])).toBeNull()
    expect(editor.actions.connect({ node: next, port: 'y' }, { node: dense, port: 'x' })).toBeNull()
    expect(state().document).toBe(document)
  })

  it('warns of a shape that does not fit, in the words of the node', () => {
    const { dense } = dataAndDense()
    const conv = editor.actions.addNode('conv2d', [400, 0]) ?? ''
    const judge = () => editor.judge({ node: dense, port: 'y' }, { node: conv, port: 'x' })
    const verdict = judge()
    expect(verdict?.kind).toBe('doubtful')
    expect(verdict?.message.length).toBeGreaterThan(20)
    editor.actions.removeSelection()
    expect(judge()?.kind).toBe('refused')
  })

  it('deletes nodes with their wires and takes them out of the training steps', () => {
    openExample('ring-gan')
    const loss = state().document.training.steps[0]?.losses[0] ?? ''
    editor.actions.select({ nodes: [loss] })
    editor.actions.removeSelection()
    const { document } = state()
    expect(document.nodes[loss]).toBeUndefined()
    expect(Object.values(document.wires).some((wire) => wire.from[0] === loss || wire.to[0] === loss)).toBe(
      false,
    )
    expect(document.training.steps.some((step) => step.losses.includes(loss))).toBe(false)
    expect(readDocument(writeDocument(document)).ok).toBe(true)
  })

  it('deletes the owner of shared weights and lets its user have its own', () => {
    openExample('ring-gan')
    const owner = () =>
      Object.values(state().document.nodes).find((node) => node.weightsOf !== undefined)?.weightsOf
    const gone = owner() ?? ''
    expect(state().document.nodes[gone]).toBeDefined()
    editor.actions.select({ nodes: [gone] })
    editor.actions.removeSelection()
    expect(owner()).toBeUndefined()
  })

  it('analyses again when weights are shared', () => {
    const { dense } = dataAndDense()
    editor.actions.select({ nodes: [dense] })
    editor.actions.duplicateSelection()
    const before = state().analysis
    editor.actions.edit('Share weights', (draft) => {
      const copy = draft.nodes[`${dense}_2`]
      if (copy !== undefined) copy.weightsOf = dense
    })
    expect(state().analysis).not.toBe(before)
  })

  it('puts a copy where there is room, under a name that is free', () => {
    openExample('xor')
    const [id, hidden] =
      Object.entries(state().document.nodes).find(([, { label }]) => label === 'Hidden') ?? []
    editor.actions.select({ nodes: [id ?? ''] })
    const [x = 0, y = 0] = hidden?.at ?? []
    editor.actions.duplicateSelection()
    const copyOf = () => state().document.nodes[[...state().selection.nodes][0] ?? '']
    expect(copyOf()).toMatchObject({ label: 'Hidden 2', at: [x, y + 140] })
    editor.actions.duplicateSelection({ offset: [7, 8] })
    expect(copyOf()).toMatchObject({ label: 'Hidden 3', at: [x + 7, y + 148] })
  })

  it('copies nodes as text into another document, wires between them included', () => {
    openExample('xor')
    editor.actions.selectAll()
    const copied = editor.actions.copySelection() ?? ''
    const count = Object.keys(state().document.nodes).length
    const wires = Object.keys(state().document.wires).length
    editor.actions.newDocument()
    expect(editor.actions.paste(copied)).toBe(true)
    expect(Object.keys(state().document.nodes)).toHaveLength(count)
    expect(Object.keys(state().document.wires)).toHaveLength(wires)
    expect(state().selection.nodes.size).toBe(count)
    for (const strange of [
      '',
      'hello',
      '{"format":"wiregrad-selection"}',
      '{"format":"wiregrad-selection","nodes":{"__proto__":{}},"wires":{}}',
    ]) {
      expect(editor.actions.paste(strange)).toBe(false)
    }
  })

  it('is dirty after an edit, clean after saving, and clean again when undone to what was saved', () => {
    openExample('xor')
    editor.actions.setName('Mine')
    expect(state().dirty).toBe(true)
    editor.actions.markSaved(state().document, 'mine.wiregrad')
    expect(state()).toMatchObject({ dirty: false, fileName: 'mine.wiregrad' })
    editor.actions.setNotes('more')
    expect(state().dirty).toBe(true)
    editor.actions.undo()
    expect(state().dirty).toBe(false)
  })
})
