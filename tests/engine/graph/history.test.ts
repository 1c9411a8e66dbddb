import { describe, expect, it } from 'vitest'
import {
  addNode,
  connect,
  disconnect,
  moveNodes,
  removeNodes,
  setFlag,
  setParams,
  setText,
} from '../../../engine/graph/edit'
import { createHistory, type History, type Recipe } from '../../../engine/graph/history'
import { makeBlock } from '../../../engine/graph/make-block'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { xor } from '../../support/graph'
import { testRandom, type TestRandom } from '../../support/random'

const rename =
  (name: string): Recipe =>
  (draft) => {
    draft.name = name
  }

function units(history: History): unknown {
  return history.document().nodes['hidden']?.params['units']
}

describe('history', () => {
  it('undoes and redoes under labels', () => {
    const history = createHistory(xor())
    history.edit('Rename', rename('A'))
    history.edit('Rename again', rename('B'))
    expect([history.undoLabel(), history.redoLabel()]).toEqual(['Rename again', null])
    expect(history.undo()).toBe('Rename again')
    expect(history.document().name).toBe('A')
    expect([history.undoLabel(), history.redoLabel()]).toEqual(['Rename', 'Rename again'])
    expect(history.redo()).toBe('Rename again')
    expect(history.document().name).toBe('B')
    expect(history.redo()).toBeNull()
  })

  it('makes no entry of an edit that changes nothing, and keeps redo', () => {
    const history = createHistory(xor())
    history.edit('Rename', rename('A'))
    history.undo()
    const before = history.document()
    expect(history.edit('Same name', rename('Test'))).toBe(false)
    expect(history.edit('Same place', (draft) => moveNodes(draft, null, [['data', [0, 0]]]))).toBe(false)
    expect(
      history.edit('There and back', (draft) => {
        draft.name = 'B'
        draft.name = 'Test'
      }),
    ).toBe(false)
    expect(history.document()).toBe(before)
    expect(history.redoLabel()).toBe('Rename')
    history.edit('Rename otherwise', rename('C'))
    expect(history.redoLabel()).toBeNull()
  })

  it('makes one entry of a gesture, however long', () => {
    const history = createHistory(xor())
    history.begin('Move')
    for (let x = 1; x <= 200; x += 1)
      history.edit('ignored', (draft) => moveNodes(draft, null, [['data', [x, 2 * x]]]))
    expect(history.document().nodes['data']?.at).toEqual([200, 400])
    history.commit()
    expect([history.depth(), history.undoLabel()]).toEqual([1, 'Move'])
    history.undo()
    expect(history.document().nodes['data']?.at).toEqual([0, 0])
    history.redo()
    expect(history.document().nodes['data']?.at).toEqual([200, 400])
  })

  it('makes no entry of a gesture that ends where it began', () => {
    const history = createHistory(xor())
    history.edit('Rename', rename('A'))
    history.undo()
    const before = history.document()
    history.begin('Move')
    history.edit('', (draft) => moveNodes(draft, null, [['data', [5, 5]]]))
    history.edit('', (draft) => moveNodes(draft, null, [['data', [0, 0]]]))
    history.commit()
    expect(history.document()).toBe(before)
    expect([history.depth(), history.redoLabel()]).toEqual([0, 'Rename'])
  })

  it('takes a cancelled gesture back as if it had not happened', () => {
    const history = createHistory(xor())
    history.edit('Rename', rename('A'))
    history.undo()
    const before = history.document()
    history.begin('Delete')
    history.edit('', (draft) => removeNodes(draft, null, ['hidden', 'loss']))
    history.cancel()
    expect(history.document()).toBe(before)
    expect([history.depth(), history.redoLabel(), history.inGesture()]).toEqual([0, 'Rename', false])
  })

  it('takes a gesture inside another as a part of it, and cancels it alone', () => {
    const history = createHistory(xor())
    history.begin('Outer')
    history.edit('', rename('A'))
    history.begin('Inner')
    history.edit('', rename('B'))
    history.cancel()
    expect(history.document().name).toBe('A')
    history.begin('Inner')
    history.edit('', (draft) => setParams(draft, null, 'hidden', { units: 9 }))
    history.commit()
    expect(history.depth()).toBe(0)
    history.commit()
    history.commit()
    expect([history.depth(), history.undoLabel()]).toEqual([1, 'Outer'])
    history.undo()
    expect(writeDocument(history.document())).toBe(writeDocument(xor()))
  })

  it('undoes a gesture that is still open as a whole', () => {
    const history = createHistory(xor())
    history.begin('Scrub')
    history.edit('', (draft) => setParams(draft, null, 'hidden', { units: 9 }))
    expect(history.undoLabel()).toBe('Scrub')
    expect(history.undo()).toBe('Scrub')
    expect([units(history), history.inGesture(), history.redoLabel()]).toEqual([4, false, 'Scrub'])
  })

  it('makes one entry of typing in one field, and another after a pause or in another field', () => {
    const history = createHistory(xor())
    const type = (field: string, value: number): boolean =>
      history.edit(`Set ${field}`, (draft) => setParams(draft, null, 'hidden', { [field]: value }), {
        key: field,
      })
    type('units', 1)
    type('units', 12)
    type('units', 128)
    expect(history.depth()).toBe(1)
    history.seal()
    type('units', 64)
    expect(history.depth()).toBe(2)
    history.edit('Rename', rename('A'))
    type('units', 32)
    expect(history.depth()).toBe(4)
    history.undo()
    history.undo()
    history.undo()
    expect(units(history)).toBe(128)
    type('units', 7)
    expect(history.depth()).toBe(2)
    history.undo()
    history.undo()
    expect(units(history)).toBe(4)
  })

  it('makes no entry of typing that ends where it began', () => {
    const history = createHistory(xor())
    for (const units of [1, 12, 4])
      history.edit('Set units', (draft) => setParams(draft, null, 'hidden', { units }), { key: 'units' })
    expect(history.depth()).toBe(0)
    expect(writeDocument(history.document())).toBe(writeDocument(xor()))
  })

  it('changes nothing when a recipe throws', () => {
    const history = createHistory(xor())
    const before = history.document()
    expect(() =>
      history.edit('Fail', (draft) => {
        draft.name = 'half'
        throw new Error('in the middle')
      }),
    ).toThrow('in the middle')
    expect(history.document()).toBe(before)
    expect(history.depth()).toBe(0)
  })

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('comes back to the very same bytes after any edits (seed %i)', (seed) => {
    const random = testRandom(seed)
    const history = createHistory(xor())
    const texts = [writeDocument(history.document())]
    for (let step = 0; step < 120; step += 1) {
      const depth = history.depth()
      randomEdit(history, random)
      while (history.inGesture()) history.commit()
      const text = writeDocument(history.document())
      if (history.depth() > depth) texts.push(text)
      else texts[texts.length - 1] = text
      expect(texts.length).toBe(history.depth() + 1)
    }
    for (let index = texts.length - 2; index >= 0; index -= 1) {
      expect(history.undo()).not.toBeNull()
      expect(writeDocument(history.document())).toBe(texts[index])
    }
    expect(history.undo()).toBeNull()
    expect(texts[0]).toBe(writeDocument(xor()))
    for (const text of texts.slice(1)) {
      expect(history.redo()).not.toBeNull()
      expect(writeDocument(history.document())).toBe(text)
    }
  })
})

/** Any edit, now and then a gesture of several; never undoes. */
function randomEdit(history: History, random: TestRandom): void {
  if (random.chance(0.2)) {
    history.begin('Gesture')
    for (let times = random.int(6); times >= 0; times -= 1) randomEdit(history, random)
    if (random.chance(0.3)) history.cancel()
    else history.commit()
    return
  }
  const ids = Object.keys(history.document().nodes)
  const wires = Object.keys(history.document().wires)
  const node = ids.length > 0 ? random.pick(ids) : 'none'
  const recipes: Recipe[] = [
    (draft) => {
      const definition = catalogue.get(random.pick([...catalogue.keys()]))
      if (definition !== undefined) addNode(draft, null, definition, [random.int(9), random.int(9)])
    },
    (draft) => removeNodes(draft, null, [node]),
    (draft) => moveNodes(draft, null, [[node, [random.int(3), random.int(3)]]]),
    (draft) => setText(draft, null, node, 'label', random.pick(['', 'One', 'Two'])),
    (draft) =>
      setFlag(
        draft,
        null,
        [node],
        random.pick(['frozen', 'bypass', 'disabled'] as const),
        random.chance(0.5),
      ),
    (draft) => setParams(draft, null, node, { units: random.int(3) }),
    (draft) => {
      if (wires.length > 0) disconnect(draft, null, [random.pick(wires)])
    },
    (draft) => {
      if (ids.length > 0)
        connect(draft, null, catalogue, [random.pick(ids), 'y'], [node, random.pick(['x', 'xs'])])
    },
    (draft) => {
      if (ids.length > 3 && random.chance(0.3)) makeBlock(draft, null, [node, random.pick(ids)], 'Group')
    },
    (draft) => {
      draft.training.batchSize = 1 + random.int(3)
    },
  ]
  const edit = random.pick(recipes)
  if (random.chance(0.3)) history.edit('Keyed', edit, { key: random.pick(['a', 'b']) })
  else history.edit('Edit', edit)
}
