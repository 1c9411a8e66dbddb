import { describe, expect, it } from 'vitest'
import { catalogue } from '../../../nodes/catalogue'
import { bestPort, judgePorts, type FixedEnd } from '../../../renderer/canvas/connecting'
import { placePorts, wirePath } from '../../../renderer/canvas/geometry'
import { belowCard, besideAnchor } from '../../../renderer/canvas/popup-place'
import { findTypes } from '../../../renderer/canvas/search'
import { linesOf, wordsOf } from '../../../renderer/canvas/text-width'
import { detailAt, type Detail } from '../../../renderer/state/detail'
import { cardsOf, smallDocument } from './support'

describe('ports and wires', () => {
  it('puts single ports at half height and several in rows', () => {
    expect(placePorts(1, 1)).toMatchObject({ inputs: [39], outputs: [39], named: false })
    expect(placePorts(2, 1)).toMatchObject({ inputs: [55, 73], outputs: [55], named: true })
  })
  it('begins and ends at the ports, straight or round', () => {
    for (const lane of [null, 300]) {
      const { d } = wirePath(10, 20, 400, 90, lane)
      expect(d.startsWith('M10 20')).toBe(true)
      expect(d.endsWith('400 90')).toBe(true)
      expect(d).not.toContain('NaN')
    }
    expect(wirePath(10, 20, 400, 90, 300).y).toBe(300)
  })
  it('writes a shape over the gap where it does not fit between two cards', () => {
    expect(wirePath(0, 100, 44, 100, null, 'B × 64').y).toBe(89)
    expect(wirePath(0, 100, 44, 100, null, 'B × 8 × 8 × 16').y).toBeLessThan(60)
    expect(wirePath(0, 100, 300, 100, null, 'B × 8 × 8 × 16').y).toBe(100)
    // It would stand in the gap, but over the ports at its ends.
    expect(wirePath(0, 100, 120, 100, null, 'B × 64').y).toBe(100)
    expect(wirePath(0, 100, 120, 100, null, 'B × 64 × 128').y).toBeLessThan(60)
  })
})

describe('a wire dropped anywhere on a card', () => {
  const { models } = cardsOf(smallDocument())
  const fixed: FixedEnd = { node: 'a', port: 'y', side: 'source' }
  const loss = models.get('loss')!

  it('takes the first port that is free and fits', () => {
    const verdicts = judgePorts(fixed, models, () => null)
    expect(
      bestPort(
        'loss',
        { ...loss, inputs: loss.inputs.map((port) => ({ ...port, wired: port.name === 'prediction' })) },
        fixed,
        verdicts,
      ),
    ).toEqual({
      node: 'loss',
      port: 'target',
    })
  })
  it('never takes a refused port, and a doubtful one only when nothing fits', () => {
    const verdicts = judgePorts(fixed, models, (_from, to) =>
      to.port === 'prediction'
        ? { kind: 'doubtful', message: 'shape' }
        : { kind: 'refused', message: 'kind' },
    )
    expect(bestPort('loss', loss, fixed, verdicts)).toEqual({ node: 'loss', port: 'prediction' })
    const refused = judgePorts(fixed, models, () => ({ kind: 'refused', message: 'no' }))
    expect(bestPort('loss', loss, fixed, refused)).toBeNull()
  })
  it('asks from the output to the input whichever end is held', () => {
    const asked: string[] = []
    judgePorts({ node: 'b', port: 'x', side: 'target' }, models, (from, to) => {
      asked.push(`${from.node}.${from.port}>${to.node}.${to.port}`)
      return null
    })
    expect(asked).toContain('a.y>b.x')
    expect(asked.every((each) => each.endsWith('>b.x'))).toBe(true)
  })
})

describe('what speaks of a place on the graph', () => {
  const view = { x: 100, y: 20, zoom: 2 }
  const size = { width: 200, height: 120 }
  const canvas = { width: 900, height: 600 }

  it('stands to the right of it, where there is no room to the left, and always on the canvas', () => {
    expect(besideAnchor({ left: 50, right: 150, top: 90 }, view, size, canvas)).toEqual([410, 200])
    expect(besideAnchor({ left: 250, right: 350, top: 90 }, view, size, canvas)).toEqual([390, 200])
    expect(besideAnchor({ left: 0, right: 350, top: -90 }, view, size, canvas)).toEqual([692, 8])
    expect(besideAnchor({ left: -400, right: -300, top: 900 }, view, size, canvas)).toEqual([8, 472])
  })
  it('or below a card, where there is no room above, so that its ports are seen', () => {
    const card = { x: 50, y: 90, width: 150, height: 80 }
    expect(belowCard(card, view, size, canvas)).toEqual([200, 370])
    expect(belowCard({ ...card, y: 190 }, view, size, canvas)).toEqual([200, 270])
  })
})

describe('the search at the cursor', () => {
  const titles = (query: string, end: Parameters<typeof findTypes>[2] = null) =>
    findTypes(catalogue, query, end).map((found) => found.definition.type)

  it('takes a hyphen for no name', () => {
    expect(titles('-').length).toBeLessThan(catalogue.size / 2)
    expect(titles('_')).toEqual([])
  })

  it('finds by title, by synonym and by letters in order', () => {
    expect(titles('dense')[0]).toBe('dense')
    expect(titles('fully connected')).toContain('dense')
    expect(titles('drpt')).toContain('dropout')
    expect(titles('max pool')[0]).toBe('max-pool1d')
    expect(titles('zzz')).toEqual([])
  })
  it('offers only what takes the wire in the hand', () => {
    const forTarget = titles('', { side: 'source', kinds: ['target'] })
    expect(forTarget).toContain('sparse-categorical-crossentropy')
    expect(forTarget).not.toContain('conv2d')
    const forTokens = titles('', { side: 'source', kinds: ['tokens'] })
    expect(forTokens).toContain('embedding')
    expect(forTokens).not.toContain('lstm')
  })
})

describe('the level of detail', () => {
  it('changes beyond a margin around its thresholds, so that it does not flicker', () => {
    const levels: readonly Detail[] = ['near', 'middle', 'far', 'farther', 'blank']
    for (const before of levels)
      expect([1, 0.7, 0.52, 0.42, 0.2].map((zoom) => detailAt(zoom, before))).toEqual(levels)
    expect([detailAt(0.46, 'far'), detailAt(0.46, 'farther')]).toEqual(['far', 'farther'])
    expect([detailAt(0.86, 'near'), detailAt(0.86, 'middle')]).toEqual(['near', 'middle'])
  })
})

describe('a name on two lines', () => {
  it('is parted between words, at the joints of a word and in long words', () => {
    expect(wordsOf('Max pool')).toEqual([['Max '], ['pool']])
    expect(wordsOf('ZeroPadding2D').map((parts) => parts.join(''))).toEqual(['Zero', 'Padding2D'])
    expect(wordsOf('Convolution 1').map((parts) => parts.at(-1))).toEqual(['tion ', '1'])
    expect(wordsOf('Embedding')).toEqual([['Embed', 'ding']])
    for (const name of [
      'GlobalAveragePool2D',
      'Up-convolution and skip',
      '二维卷积 1',
      'Dropout',
      '',
      'aammmmmmmm',
      'x'.repeat(30),
    ])
      expect(wordsOf(name).flat().join('')).toBe(name)
  })
  it('takes as many lines as its words need, which are broken only where they have no room in one', () => {
    expect(linesOf(wordsOf('Max pool'), 20)).toBe(1)
    expect(linesOf(wordsOf('Max pool'), 4)).toBe(2)
    expect(linesOf(wordsOf('Output embedding'), 7)).toBe(2)
    expect(linesOf(wordsOf('Output embedding'), 5)).toBe(3)
    expect(linesOf(wordsOf('Up-convolution and skip'), 6)).toBeGreaterThan(2)
    expect(linesOf([['Indivisible']], 3)).toBe(3)
  })
})
