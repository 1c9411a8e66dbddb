import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { blockType, type Document } from '../../../engine/graph/document'
import { catalogue } from '../../../nodes/catalogue'
import { sketch, type BlockSketch, type NodeSketch } from '../../support/graph'

const layer: BlockSketch = {
  name: 'Layer',
  nodes: { dense: { type: 'dense', params: { units: 4 } }, bend: { type: 'activation' } },
  wires: ['dense.y -> bend.x'],
  inputs: { x: 'dense.x' },
  outputs: { x: 'bend.y' },
  promoted: { width: { node: 'dense', field: 'units' } },
}

/** input -> the given instance of `layer` -> output. */
function around(
  params: Record<string, unknown>,
  more: Partial<NodeSketch> = {},
  blocks: Record<string, BlockSketch> = {},
): Document {
  return sketch({
    nodes: {
      input: { type: 'input', params: { shape: [4] } },
      body: { type: blockType, params: { block: 'layer', ...params }, ...more },
      output: { type: 'output' },
    },
    wires: ['input.y -> body.x', 'body.x -> output.x'],
    blocks: { layer, ...blocks },
  })
}

function errors(document: Document): (readonly [string | null, string])[] {
  return analyse(document, catalogue)
    .problems.filter((problem) => problem.severity === 'error')
    .map(({ node, message }) => [node, message])
}

function steps(document: Document): unknown {
  return analyse(document, catalogue).plan.steps.map((step) => [step.path, step.inputs['x'], step.parameters])
}

describe('blocks', () => {
  it('are taken apart into paths', () => {
    expect(errors(around({}))).toEqual([])
    expect(steps(around({}))).toEqual([
      ['input', undefined, 0],
      ['body/dense', { path: 'input', port: 'y', wire: 'w1' }, 20],
      ['body/bend', { path: 'body/dense', port: 'y', wire: 'body/w1' }, 0],
      ['output', { path: 'body/bend', port: 'y', wire: 'w2' }, 0],
    ])
  })

  it('repeated, follow one another, numbered from 0', () => {
    expect(steps(around({ repeat: 2 }))).toEqual([
      ['input', undefined, 0],
      ['body/0/dense', { path: 'input', port: 'y', wire: 'w1' }, 20],
      ['body/0/bend', { path: 'body/0/dense', port: 'y', wire: 'body/0/w1' }, 0],
      ['body/1/dense', { path: 'body/0/bend', port: 'y', wire: 'body/1/:x' }, 20],
      ['body/1/bend', { path: 'body/1/dense', port: 'y', wire: 'body/1/w1' }, 0],
      ['output', { path: 'body/1/bend', port: 'y', wire: 'w2' }, 0],
    ])
  })

  it('repeated, give their other inputs to every copy', () => {
    const document = sketch({
      nodes: {
        input: { type: 'input', params: { shape: [4] } },
        other: { type: 'input', params: { shape: [4] } },
        body: { type: blockType, params: { block: 'mix', repeat: 3 } },
        output: { type: 'output' },
      },
      wires: ['input.y -> body.x', 'other.y -> body.extra', 'body.x -> output.x'],
      blocks: {
        mix: {
          nodes: { entry: { type: 'input' }, side: { type: 'input' }, add: { type: 'add' } },
          wires: ['entry.y -> add.xs', 'side.y -> add.xs'],
          inputs: { x: 'entry.x', extra: 'side.x' },
          outputs: { x: 'add.y' },
        },
      },
    })
    const { plan } = analyse(document, catalogue)
    expect([0, 1, 2].map((copy) => plan.byPath.get(`body/${copy}/side`)?.inputs['x'])).toEqual(
      [0, 1, 2].map(() => ({ path: 'other', port: 'y', wire: 'w2' })),
    )
    expect([0, 1, 2].map((copy) => plan.byPath.get(`body/${copy}/entry`)?.inputs['x'])).toMatchObject([
      { path: 'input' },
      { path: 'body/0/add' },
      { path: 'body/1/add' },
    ])
    expect(plan.model.inputs).toEqual([
      { path: 'input', port: 'y' },
      { path: 'other', port: 'y' },
    ])
  })

  it('tied, have one set of weights, counted once', () => {
    const { plan } = analyse(around({ repeat: 3, tie: true }), catalogue)
    expect(plan.parameters).toBe(20)
    expect([0, 1, 2].map((copy) => plan.byPath.get(`body/${copy}/dense`)?.sharesWeightsOf)).toEqual([
      null,
      'body/0/dense',
      'body/0/dense',
    ])
  })

  it('nested, tie to the first copy of all', () => {
    const document = around(
      { block: 'outer', repeat: 2, tie: true },
      {},
      {
        outer: {
          nodes: { inner: { type: blockType, params: { block: 'layer', repeat: 2 } } },
          inputs: { x: 'inner.x' },
          outputs: { x: 'inner.x' },
        },
      },
    )
    const { plan } = analyse(document, catalogue)
    expect(
      plan.steps
        .filter((step) => step.definition.type === 'dense')
        .map((step) => [step.path, step.sharesWeightsOf]),
    ).toEqual([
      ['body/0/inner/0/dense', null],
      ['body/0/inner/1/dense', null],
      ['body/1/inner/0/dense', 'body/0/inner/0/dense'],
      ['body/1/inner/1/dense', 'body/0/inner/1/dense'],
    ])
    expect(plan.parameters).toBe(40)
  })

  it('set promoted fields for one instance', () => {
    const { plan } = analyse(around({ set: { width: 7 } }), catalogue)
    expect(plan.byPath.get('body/dense')?.params['units']).toBe(7)
    expect(errors(around({ set: { width: 0 } }))).toEqual([
      ['body/dense', '`units` must be a number of at least 1, but is 0.'],
    ])
    expect(errors(around({ set: { height: 7 } }))).toEqual([
      ['body', 'It sets "height", but the block “Layer” has no such setting; take it away.'],
    ])
  })

  describe('within a block', () => {
    /** `outer` holds two of `layer` in a row and hands on the width of the first; `house` holds `outer` and hands it on again. */
    const nested = (set: Record<string, unknown>, first: Record<string, unknown> = {}, inOuter = {}) =>
      around(
        { block: 'house', set },
        {},
        {
          outer: {
            name: 'Outer',
            nodes: {
              first: { type: blockType, params: { block: 'layer', set: first } },
              second: { type: blockType, params: { block: 'layer', repeat: 2 } },
            },
            wires: ['first.x -> second.x'],
            inputs: { x: 'first.x' },
            outputs: { x: 'second.x' },
            promoted: {
              wide: { node: 'first', field: 'width' },
              rest: { node: 'second', field: 'width' },
              lost: { node: 'first', field: 'height' },
            },
          },
          house: {
            name: 'House',
            nodes: { inner: { type: blockType, params: { block: 'outer', set: inOuter } } },
            inputs: { x: 'inner.x' },
            outputs: { x: 'inner.x' },
            promoted: { all: { node: 'inner', field: 'wide' }, lost: { node: 'inner', field: 'lost' } },
          },
        },
      )
    const units = (document: Document) =>
      analyse(document, catalogue).plan.steps.flatMap((step) =>
        step.definition.type === 'dense' ? [step.params['units']] : [],
      )

    it('take a setting through every border; the outermost that sets it has the say', () => {
      expect(units(nested({}))).toEqual([4, 4, 4])
      expect(units(nested({}, { width: 5 }))).toEqual([5, 4, 4])
      expect(units(nested({}, { width: 5 }, { wide: 6, rest: 3 }))).toEqual([6, 3, 3])
      expect(units(nested({ all: 7 }, { width: 5 }, { wide: 6, rest: 3 }))).toEqual([7, 3, 3])
      expect(errors(nested({ all: 7 }))).toEqual([])
    })

    it('say where a setting that is set leads nowhere', () => {
      expect(errors(nested({}))).toEqual([])
      expect(errors(nested({ lost: 1 }))).toEqual([
        ['body', 'It sets "lost", but the block “House” has no such setting; take it away.'],
      ])
    })
  })

  it('frozen, freeze everything inside; disabled, are left out; bypassed, hand on what comes in', () => {
    expect(
      analyse(around({ repeat: 2 }, { frozen: true }), catalogue).plan.steps.map((step) => step.frozen),
    ).toEqual([false, true, true, true, true, false])
    expect(steps(around({}, { disabled: true }))).toEqual([['input', undefined, 0]])
    expect(steps(around({}, { bypass: true }))).toEqual([
      ['input', undefined, 0],
      ['output', { path: 'input', port: 'y', wire: 'w2' }, 0],
    ])
  })

  it('say once what is wrong in every copy', () => {
    const wrong = { ...layer, nodes: { ...layer.nodes, dense: { type: 'dense', params: { units: 0 } } } }
    expect(errors(around({ repeat: 48 }, {}, { layer: wrong }))).toEqual([
      ['body/0/dense', '`units` must be a number of at least 1, but is 0.'],
    ])
  })

  it('that contain themselves are refused', () => {
    const self: BlockSketch = {
      nodes: { me: { type: blockType, params: { block: 'layer' } } },
      inputs: { x: 'me.x' },
      outputs: { x: 'me.x' },
      name: 'Self',
    }
    expect(errors(around({}, {}, { layer: self }))).toEqual([
      ['body', 'The block “Self” contains itself, or a block that does; take that instance out.'],
    ])
  })

  it('that would unroll without end are refused before they are unrolled', () => {
    const blocks: Record<string, BlockSketch> = {}
    for (let level = 0; level < 10; level += 1) {
      const block = level === 0 ? 'layer' : `level_${level - 1}`
      blocks[`level_${level}`] = {
        nodes: {
          a: { type: blockType, params: { block, repeat: 1000 } },
          b: { type: blockType, params: { block, repeat: 1000 } },
        },
        wires: ['a.x -> b.x'],
        inputs: { x: 'a.x' },
        outputs: { x: 'b.x' },
        name: 'Bomb',
      }
    }
    const start = performance.now()
    expect(errors(around({ block: 'level_9', repeat: 1000 }, {}, blocks))).toEqual([
      [
        'body',
        'Unrolled, the block “Bomb” takes the graph to more than 20000 nodes; lower its repeat count.',
      ],
    ])
    expect(performance.now() - start).toBeLessThan(500)
  })

  it('nested too deeply are refused', () => {
    const blocks: Record<string, BlockSketch> = {}
    for (let level = 0; level < 5000; level += 1) {
      const block = level === 0 ? 'layer' : `level_${level - 1}`
      blocks[`level_${level}`] = {
        nodes: { a: { type: blockType, params: { block } } },
        inputs: { x: 'a.x' },
        outputs: { x: 'a.x' },
        name: 'Deep',
      }
    }
    expect(errors(around({ block: 'level_4999' }, {}, blocks))).toEqual([
      [
        'body',
        'The block “Deep” holds blocks within blocks 5001 levels deep, but at most 12 can be unrolled; nest them less.',
      ],
    ])
  })

  it('whose ports do not exist say so, naming those that do', () => {
    const document = around({})
    document.wires['w1'] = { from: ['input', 'y'], to: ['body', 'z'] }
    expect(errors(document)).toEqual([
      ['body/dense', 'Nothing is wired to the input `x` of Dense, which needs it.'],
      [
        'body',
        'A wire ends on the input `z` of “Layer” (body), but the block has only `x`; remove the wire.',
      ],
    ])
  })

  it('stand for everything in them in training steps', () => {
    const document = sketch({
      nodes: {
        data: { type: 'data' },
        body: { type: blockType, params: { block: 'layer', repeat: 2, set: { width: 2 } } },
        head: { type: 'dense', params: { units: 1 } },
        loss: { type: 'mean-squared-error' },
      },
      wires: ['data.x -> body.x', 'body.x -> head.x', 'head.y -> loss.prediction', 'data.y -> loss.target'],
      blocks: { layer },
    })
    const [step] = document.training.steps
    if (step === undefined) throw new Error('no step')
    document.training.steps = [
      { ...step, trains: ['body'] },
      { ...step, trains: ['body/1', 'head'] },
    ]
    expect(analyse(document, catalogue).plan.training.map((each) => each.trains)).toEqual([
      ['body/0/dense', 'body/1/dense'],
      ['body/1/dense', 'head'],
    ])
  })
})
