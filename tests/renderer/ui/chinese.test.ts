/** The Chinese words of the window: none left in English, spaced and punctuated alike, the examples told in Chinese. */
import { readdirSync, readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { askAdd } from '../../../renderer/canvas/asks'
import { cardModels } from '../../../renderer/canvas/card-model'
import { createEditor } from '../../../renderer/state/editor'
import { inLanguage } from '../../../renderer/start/example-words'
import { speak } from '../../../renderer/ui/language'
import { strings, wordsOf } from '../../../renderer/ui/strings'

afterEach(() => speak('en'))

const han = /\p{Script=Han}/u

/** Names, formulas and signs, which are the same in both languages. */
const same =
  /^(words$|app\.name|themes?\.|architectures\.|backend\.(short|names)\.|code\.languages\.|languages\.|document\.optimisers\.|.*\.(notFinite|noValue|none|right|wrong|gradientNorm|updateRatio|relativeGradient|relative|update|norm|weightNorm)$|overlay\.(ends|rows)\.|charts\.(depthAxis|flow)$|canvas\.(toPort|fromPort|portDoc|facts)|commands\.exports\.onnx|outline\.(to|from)$|problems\.about$|inspect\.(step|counted|cell|shown|splitOf|place)$|stepwise\.(stop|of|total)$|run\.of$)/

type Said = readonly [place: string, text: string]

const samples: readonly (readonly unknown[])[] = [
  [3, 4, 5, 6, 7, 8],
  ['Dense', 'x', 'y', '3', '4'],
  [['Dense', 'x'], ['y']],
  ['Dense', ['x', 'y']],
  ['test', ['loss 1']],
  ['a.csv', 'empty', '3'],
  ['frozen', true],
]

/** Everything that a table of words says; functions with the first samples that they take. */
function said(words: object, path = ''): readonly Said[] {
  return Object.entries(words).flatMap(([name, value]: [string, unknown]): readonly Said[] => {
    const place = path === '' ? name : `${path}.${name}`
    if (typeof value === 'string') return [[place, value]]
    if (typeof value === 'function') return spoken(place, value as (...given: readonly unknown[]) => unknown)
    return said(value as object, place)
  })
}

function spoken(place: string, say: (...given: readonly unknown[]) => unknown): readonly Said[] {
  for (const given of samples) {
    try {
      const text = say(...given)
      if (typeof text === 'string' && text !== '' && !/undefined|NaN/.test(text)) return [[place, text]]
    } catch {
      // Other samples may suit it.
    }
  }
  throw new Error(`No sample suits ${place}. Add one.`)
}

describe('the Chinese words', () => {
  it('are as many as the English ones, and Chinese', () => {
    const chinese = said(wordsOf('zh'))
    expect(chinese.map(([place]) => place)).toEqual(said(wordsOf('en')).map(([place]) => place))
    expect(chinese.length).toBeGreaterThan(600)
    expect(chinese.filter(([place, text]) => !han.test(text) && !same.test(place))).toEqual([])
  })

  it('stand apart from Latin letters and digits by a space, and have wide punctuation', () => {
    const crowded = /\p{Script=Han}[A-Za-z0-9‖]|[A-Za-z0-9‖%]\p{Script=Han}/u
    const narrow = /\p{Script=Han}\s*[,;:!?(]|[,;:!?)]\s*\p{Script=Han}|\p{Script=Han}\.(\s|$)|["']/u
    const spaced = /\p{Script=Han} +\p{Script=Han}/u
    const off = said(wordsOf('zh')).filter(
      ([place, text]) =>
        place !== 'dataset.badInline' && (crowded.test(text) || narrow.test(text) || spaced.test(text)),
    )
    expect(off).toEqual([])
  })
})

describe('what a loose wire may lead to', () => {
  it('is told in Chinese, why something does not fit too', () => {
    speak('zh')
    const read = readDocument(readFileSync(new URL('xor.wiregrad', folder), 'utf8'))
    if (!read.ok) throw new Error(read.message)
    const editor = createEditor({ catalogue, labels: strings.labels, untitled: '' })
    editor.actions.load(inLanguage(read.document), null)
    const { document, analysis } = editor.store.getState()
    const { find } = askAdd({
      editor,
      loose: { node: 'hidden', port: 'y', side: 'source' },
      models: cardModels(document, analysis, catalogue, new Map()),
      add: () => undefined,
      addInstance: () => undefined,
    })
    const details = find('').flatMap(({ detail }) => (detail === undefined ? [] : [detail]))
    expect(details.length).toBeGreaterThan(50)
    expect(details.filter((text) => !han.test(text))).toEqual([])
  })
})

const folder = new URL('../../../examples/', import.meta.url)
const examples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.wiregrad'))
  .map((file) => file.replaceAll('\\', '/'))

describe('examples in a Chinese window', () => {
  it.each(examples)('%s has Chinese labels, and the ids, wires and numbers that it had', (file) => {
    const read = readDocument(readFileSync(new URL(file, folder), 'utf8'))
    if (!read.ok) throw new Error(read.message)
    expect(inLanguage(read.document)).toBe(read.document)
    speak('zh')
    const told = inLanguage(read.document)
    const labels = [told, ...Object.values(told.blocks)].flatMap(({ nodes, name }) => [
      ...(nodes === told.nodes ? [] : [name]),
      ...Object.values(nodes).flatMap(({ label }) => (label === undefined ? [] : [label])),
    ])
    expect(labels.filter((label) => !han.test(label) && label !== 'ReLU')).toEqual([])
    // No sentence of any length is left in English: titles of papers stand in quotes.
    const left = told.notes
      .replaceAll(/“[^”]*”/g, '')
      .split('\n')
      .filter((line) => !han.test(line) || /[a-z]+ [a-z]+ [a-z]+/.test(line))
    expect(left).toEqual([])
    // Published networks keep their names, and have no task of ours.
    if (!file.startsWith('architectures/')) {
      expect(told.name).toMatch(han)
      expect(told.notes).toMatch(/^目标：[\s\S]*^预期：[\s\S]*^最简基线：\P{Script=Latin}*\p{Script=Han}/mu)
    }
    const bare = (document: typeof told) =>
      JSON.stringify({ ...document, name: '', notes: '' }, (key, value: unknown) =>
        key === 'label' || key === 'name' ? '' : value,
      )
    expect(bare(told)).toBe(bare(read.document))
    expect(strings.app.untitled).toBe('未命名')
  })
})
