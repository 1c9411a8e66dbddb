import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { askAdd, askConnect } from '../../../renderer/canvas/asks'
import { following } from '../../../renderer/canvas/usual'
import { createEditor } from '../../../renderer/state/editor'
import { strings } from '../../../renderer/ui/strings'
import { cardsOf } from './support'

function open(example: string) {
  const read = readDocument(readFileSync(`examples/${example}.wiregrad`, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: '' })
  editor.actions.load(read.document, example)
  const { models } = cardsOf(read.document)
  const nodeOf = (label: string) =>
    Object.entries(read.document.nodes).find(([, node]) => node.label === label)?.[0] ?? ''
  return {
    /** What is offered first for a wire from this node, or to it. */
    fits(label: string, count: number, port = 'y', side: 'source' | 'target' = 'source', query = '') {
      const ask = askAdd({
        editor,
        loose: { node: nodeOf(label), port, side },
        models,
        add: () => undefined,
        addInstance: () => undefined,
      })
      return ask
        .find(query)
        .slice(0, count)
        .map(({ id }) => id)
    },
    withs: (label: string) =>
      askConnect(editor, nodeOf(label), models, () => false)
        .find('')
        .map(({ title }) => title),
  }
}

describe('what fits a wire', () => {
  it('knows only types and families that there are', () => {
    const families = new Set([...catalogue.values()].map(({ family }) => family as string))
    for (const [after, habit] of Object.entries(following)) {
      expect([after, catalogue.has(after) || families.has(after)]).toEqual([after, true])
      expect(habit.filter((type) => !catalogue.has(type))).toEqual([])
    }
  })
  it('begins with what usually follows, of what takes the shape', () => {
    const { fits } = open('digits-cnn')
    // The convolution bends already, so no activation is wanted after it.
    expect(fits('Convolution 1', 3)).toEqual(['batch-norm', 'max-pool2d', 'conv2d'])
    expect(fits('Max pool', 2)).toEqual(['conv2d', 'flatten'])
    expect(fits('Scores', 4).at(-1)).toBe('sparse-categorical-crossentropy')
    expect(fits('Digits 8 × 8', 1, 'x')).toEqual(['conv2d'])
    expect(open('tiny-transformer').fits('Symbols', 1, 'x')).toEqual(['embedding'])
  })
  it('begins with a loss where the output has the shape of what is wanted', () => {
    const { fits } = open('xor')
    expect(fits('Answer', 2)).toEqual(['binary-crossentropy', 'mean-squared-error'])
    expect(fits('Hidden', 2)).toEqual(['dropout', 'dense'])
  })
  it('begins with what usually comes before, for a wire from an input', () => {
    expect(open('xor').fits('Hidden', 5, 'x', 'target')).toContain('dense')
  })
  it('lets letters decide where there are any', () => {
    expect(open('xor').fits('Hidden', 1, 'y', 'source', 'la')).toEqual(['layer-norm'])
  })
})

describe('what a node may be wired with', () => {
  it('is what is near first, and what it is wired with already after the others that fit', () => {
    const { withs } = open('digits-cnn')
    const all = withs('Convolution 1')
    expect(all[0]).toBe('→ Max pool · x')
    expect(all.indexOf('→ Convolution 2 · x')).toBeGreaterThan(all.indexOf('→ Scores · x'))
  })
})
