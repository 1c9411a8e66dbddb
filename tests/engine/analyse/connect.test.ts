import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { explainConnection, wireChecker, type WireQuestion } from '../../../engine/analyse/connect'
import { blockType, type Document } from '../../../engine/graph/document'
import type { End } from '../../../engine/graph/edit'
import { catalogue } from '../../../nodes/catalogue'
import { sketch, xor } from '../../support/graph'
import { chain } from '../../support/large-graphs'
import { timesOf } from '../../support/timing'

function ask(document: Document, more: Partial<WireQuestion> = {}): WireQuestion {
  return { document, catalogue, analysis: analyse(document, catalogue), ...more }
}

describe('a wire that is being drawn', () => {
  const cases: readonly (readonly [string, End, End, string | null])[] = [
    ['fits', ['input', 'y'], ['logits', 'x'], null],
    ['may take the place of another', ['data', 'x'], ['input', 'x'], null],
    [
      'may not be of the wrong kind',
      ['data', 'y'],
      ['hidden', 'x'],
      'Dense (hidden) takes a tensor, but Data gives a target.',
    ],
    [
      'may not lead back',
      ['logits', 'y'],
      ['hidden', 'x'],
      'Dense (hidden) leads to Dense (logits) already: this wire would close a circle.',
    ],
    [
      'may not end where it begins',
      ['hidden', 'y'],
      ['hidden', 'x'],
      'Dense (hidden) cannot feed itself; choose an input of another node.',
    ],
    [
      'may not end on a port that is not there',
      ['input', 'y'],
      ['hidden', 'z'],
      'Dense (hidden) has no input `z`, but only `x`.',
    ],
    [
      'may not begin at a port that is not there',
      ['loss', 'y'],
      ['hidden', 'x'],
      'Binary cross-entropy (loss) has no output `y`, but only `loss`.',
    ],
  ]

  it.each(cases)('%s', (_, from, to, message) => {
    expect(explainConnection(ask(xor()), from, to)).toBe(message)
  })

  it('may be drawn where the shape does not fit, with the reason said before', () => {
    const verdict = wireChecker(ask(xor()), ['input', 'y'])(['loss', 'prediction'])
    expect(verdict?.kind).toBe('doubtful')
    expect(verdict?.message).toContain('B × 2')
  })

  it('does not count where it was, while it is being moved', () => {
    const question = ask(xor())
    expect(explainConnection(question, ['logits', 'y'], ['input', 'x'])).toContain('circle')
    expect(explainConnection({ ...question, moving: 'w3' }, ['logits', 'y'], ['input', 'x'])).toBeNull()
  })

  it('is asked in the order of a list port', () => {
    const document = sketch({
      nodes: {
        a: { type: 'input', params: { shape: [3] } },
        b: { type: 'input', params: { shape: [4] } },
        add: { type: 'add' },
      },
      wires: ['a.y -> add.xs', 'a.y -> add.xs'],
    })
    const check = wireChecker(ask(document), ['b', 'y'])
    expect(check(['add', 'xs'])?.kind).toBe('doubtful')
    expect(wireChecker(ask(document), ['a', 'y'])(['add', 'xs'])).toBeNull()
  })

  it('is judged inside a block as in one of its instances', () => {
    const document = sketch({
      nodes: {
        input: { type: 'input', params: { shape: [4] } },
        body: { type: blockType, params: { block: 'layer', repeat: 2 } },
      },
      wires: ['input.y -> body.x'],
      blocks: {
        layer: {
          nodes: { dense: { type: 'dense' }, flat: { type: 'conv2d' } },
          inputs: { x: 'dense.x' },
          outputs: { x: 'dense.y' },
        },
      },
    })
    const inside = { within: 'body/0', block: 'layer' }
    expect(wireChecker(ask(document, inside), ['dense', 'y'])(['flat', 'x'])?.kind).toBe('doubtful')
    expect(explainConnection(ask(document), ['body', 'x'], ['input', 'x'])).toContain('circle')
    expect(explainConnection(ask(document), ['body', 'z'], ['input', 'x'])).toContain(
      'has no output `z`, but only `x`',
    )
  })

  it('is judged at every port of 500 nodes in no time', () => {
    const document = chain(500)
    const question = ask(document)
    const ends = Object.entries(document.nodes).flatMap(([id, node]) =>
      Object.keys(catalogue.get(node.type)?.inputs ?? {}).map((port): End => [id, port]),
    )
    let refused = 0
    const all = (): void => {
      const check = wireChecker(question, ['dense_50', 'y'])
      refused = ends.filter((end) => check(end)?.kind === 'refused').length
    }
    expect(timesOf(all, () => void JSON.parse(JSON.stringify(document)), 25)).toBeLessThan(10)
    expect(refused).toBeGreaterThan(150)
    expect(refused).toBeLessThan(ends.length - 150)
  })
})
