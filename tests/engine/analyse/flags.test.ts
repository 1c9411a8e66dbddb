import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { blockType, type Document } from '../../../engine/graph/document'
import { catalogue } from '../../../nodes/catalogue'
import { defineNode } from '../../../nodes/kit/define'
import { sketch, xor, type DocumentSketch, type NodeSketch } from '../../support/graph'

function flagged(id: string, flags: Partial<Document['nodes'][string]>): Document {
  const document = xor()
  const node = document.nodes[id]
  if (node === undefined) throw new Error(id)
  document.nodes[id] = { ...node, ...flags }
  return document
}

function summary(document: Document): unknown {
  const { ok, plan, problems } = analyse(document, catalogue)
  return {
    ok,
    steps: plan.steps.map((step) => step.path),
    problems: problems.map((problem) => problem.message),
  }
}

describe('a disabled node', () => {
  it('is left out, with what hangs on it alone, in warnings', () => {
    expect(summary(flagged('hidden', { disabled: true }))).toEqual({
      ok: true,
      steps: ['data', 'input'],
      problems: [
        'Dense (logits) is left out, because Dense (hidden), which it needs, is disabled.',
        'Binary cross-entropy (loss) is left out, because Dense (hidden), which it needs, is disabled.',
        'Output is left out, because Dense (hidden), which it needs, is disabled.',
      ],
    })
  })

  it('leaves a list port or an optional port with what else is wired there', () => {
    const document = sketch({
      nodes: {
        a: { type: 'input', params: { shape: [3] } },
        b: { type: 'dense', params: { units: 3 }, disabled: true },
        c: { type: 'activation' },
        add: { type: 'add' },
        output: { type: 'output' },
      },
      wires: [
        'a.y -> b.x',
        'a.y -> c.x',
        'a.y -> add.xs',
        'b.y -> add.xs',
        'c.y -> add.xs',
        'add.y -> output.x',
      ],
    })
    const { ok, plan } = analyse(document, catalogue)
    expect(ok).toBe(true)
    expect(plan.byPath.get('add')?.inputs['xs']).toEqual([
      { path: 'a', port: 'y', wire: 'w3' },
      { path: 'c', port: 'y', wire: 'w5' },
    ])
  })

  it('may have wrong settings', () => {
    const document = flagged('output', { disabled: true, params: { nonsense: 1 } })
    expect(summary(document)).toMatchObject({ ok: true, problems: [] })
  })
})

describe('a bypassed node', () => {
  it('hands its input on, and takes its weights with it', () => {
    const document = flagged('hidden', { bypass: true })
    const { plan, problems, wires } = analyse(document, catalogue)
    expect(problems).toEqual([])
    expect(plan.byPath.get('logits')?.inputs['x']).toEqual({ path: 'input', port: 'y', wire: 'w3' })
    expect(wires.get('w3')?.shape).toEqual([null, 2])
    expect(plan.parameters).toBe(3)
  })

  it('hands on the first input of the kind that it would have given', () => {
    const lookUp = defineNode({
      role: 'function',
      type: 'look-up',
      version: 1,
      title: 'Look up',
      family: 'core',
      doc: '',
      fields: {},
      inputs: { words: { doc: '', accepts: ['tokens'] }, table: { doc: '' } },
      outputs: { y: { doc: '' } },
      summary: () => '',
      infer: ({ table }) => ({ y: table }),
      weights: () => ({}),
      run: ({ inputs }) => ({ y: inputs.table }),
      emit: { torch: () => ({ call: 'look', args: {}, tensors: [] }) },
      cases: [],
      migrations: [],
    })
    const document = sketch({
      nodes: {
        words: { type: 'input', params: { shape: [4], values: 'tokens' } },
        table: { type: 'input', params: { shape: [2] } },
        find: { type: 'look-up', bypass: true },
        output: { type: 'output' },
      },
      wires: ['words.y -> find.words', 'table.y -> find.table', 'find.y -> output.x'],
    })
    const { plan } = analyse(document, new Map([...catalogue, ['look-up', lookUp]]))
    expect(plan.byPath.get('output')?.inputs['x']).toEqual({ path: 'table', port: 'y', wire: 'w3' })
  })

  it('of a list port hands on the first wire', () => {
    const document = sketch({
      nodes: {
        a: { type: 'input', params: { shape: [2] } },
        b: { type: 'input', params: { shape: [5] } },
        join: { type: 'concatenate', bypass: true },
        end: { type: 'output' },
      },
      wires: ['b.y -> join.xs', 'a.y -> join.xs', 'join.y -> end.x'],
    })
    const { plan } = analyse(document, catalogue)
    expect(plan.byPath.get('end')?.inputs['x']).toEqual({ path: 'b', port: 'y', wire: 'w3' })
  })

  it('without an input is left out with what hangs on it', () => {
    const document = sketch({
      nodes: { noise: { type: 'noise', bypass: true }, dense: { type: 'dense' }, output: { type: 'output' } },
      wires: ['noise.y -> dense.x', 'dense.y -> output.x'],
    })
    expect(summary(document)).toEqual({
      ok: true,
      steps: [],
      problems: [
        'There is no loss, so this graph cannot be trained; add one and wire a prediction and a target to it.',
        'Noise is bypassed, but has no input to hand on; what hangs on it is left out.',
        'Dense is left out, because Noise, which it needs, is disabled.',
        'Output is left out, because Noise, which it needs, is disabled.',
      ],
    })
  })
})

describe('shared weights', () => {
  function pair(second: Partial<NodeSketch>, more: Partial<DocumentSketch['nodes']> = {}): Document {
    return sketch({
      nodes: {
        input: { type: 'input', params: { shape: [3] } },
        a: { type: 'dense', params: { units: 3 } },
        b: { type: 'dense', params: { units: 3 }, weightsOf: 'a', ...second },
        output: { type: 'output' },
        ...(more as Record<string, NodeSketch>),
      },
      wires: ['input.y -> b.x', 'b.y -> a.x', 'a.y -> output.x'],
    })
  }
  const messages = (document: Document): string[] =>
    analyse(document, catalogue)
      .problems.filter((p) => p.severity === 'error')
      .map((p) => p.message)

  it('are counted once, wherever the owner stands', () => {
    const { plan, ok } = analyse(pair({}), catalogue)
    expect(ok).toBe(true)
    expect(plan.steps.map((step) => [step.path, step.sharesWeightsOf, step.parameters])).toEqual([
      ['input', null, 0],
      ['b', 'a', 0],
      ['a', null, 12],
      ['output', null, 0],
    ])
  })

  it('are frozen where their owner is', () => {
    const document = pair({ frozen: true })
    expect(analyse(document, catalogue).plan.byPath.get('b')?.frozen).toBe(false)
  })

  it.each([
    [
      'another type',
      { type: 'activation', params: {} },
      'It is to use the weights of Dense (a), but that is a node of another type; only two of the same type can share weights.',
    ],
    [
      'other settings',
      { params: { units: 3, activation: 'relu' } },
      'It is to use the weights of Dense (a), but the two differ in the setting `activation`; set both alike.',
    ],
    [
      'no such node',
      { weightsOf: 'gone' },
      'It is to use the weights of "gone", but there is no such node beside it.',
    ],
    ['itself', { weightsOf: 'b' }, 'It is to use its own weights as another’s; choose another node.'],
  ] as const)('are refused for %s', (_, second, message) => {
    expect(messages(pair(second as Partial<NodeSketch>))).toEqual([message])
  })

  it('are refused in a chain, and of a node that is switched off', () => {
    expect(
      messages(
        pair(
          {},
          {
            a: { type: 'dense', params: { units: 3 }, weightsOf: 'c' },
            c: { type: 'dense', params: { units: 3 }, disabled: true },
          },
        ),
      ),
    ).toEqual(
      [
        'It is to use the weights of Dense (c), which is switched off; switch it on, or give this node weights of its own.',
        'It is to use the weights of Dense (a), which itself uses those of another node; choose that one instead.',
      ].sort((a, b) => (a.includes('(a)') && !b.includes('(a)') ? -1 : 1)),
    )
  })

  it('are refused where the shapes differ', () => {
    const document = sketch({
      nodes: {
        input: { type: 'input', params: { shape: [5] } },
        a: { type: 'dense', params: { units: 3 }, weightsOf: 'b' },
        b: { type: 'dense', params: { units: 3 } },
        output: { type: 'output' },
      },
      wires: ['input.y -> a.x', 'a.y -> b.x', 'b.y -> output.x'],
    })
    expect(messages(document)).toEqual([
      "It is to use the weights of Dense (b), but its `kernel` would be 5 × 3 and that one's is 3 × 3; give both inputs of the same size.",
    ])
    expect(analyse(document, catalogue).plan.steps.map((step) => step.path)).toEqual(['input'])
  })

  describe('between an embedding and the output', () => {
    function tied(output: Record<string, unknown>, more: Partial<NodeSketch> = {}): Document {
      return sketch({
        nodes: {
          input: { type: 'input', params: { shape: [-1], values: 'tokens' } },
          table: { type: 'embedding', params: { vocabulary: 9, units: 4 } },
          scores: { type: 'output-embedding', params: output, weightsOf: 'table', ...more },
          output: { type: 'output' },
        },
        wires: ['input.y -> table.x', 'table.y -> scores.x', 'scores.y -> output.x'],
      })
    }

    it('are one table, counted once', () => {
      expect(messages(tied({ vocabulary: 9 }))).toEqual([])
      const { plan } = analyse(tied({ vocabulary: 9 }), catalogue)
      expect(plan.parameters).toBe(36)
      expect(plan.byPath.get('scores')).toMatchObject({ sharesWeightsOf: 'table', parameters: 0 })
    })

    it.each([
      [
        { vocabulary: 8 },
        "It is to use the weights of Embedding (table), but its `embeddings` would be 8 × 4 and that one's is 9 × 4; make the sizes of both alike.",
      ],
      [
        { vocabulary: 9, useBias: true },
        'It is to use the weights of Embedding (table), but that one has no `bias`; switch it off here, or give this node weights of its own.',
      ],
    ])('are refused for %j', (output, message) => {
      expect(messages(tied(output))).toEqual([message])
    })

    it('are refused the other way round, and of other types', () => {
      const document = tied({ vocabulary: 9 }, { type: 'dense', params: { units: 9 } })
      expect(messages(document)).toEqual([
        'It is to use the weights of Embedding (table), but that is a node of another type; only two of the same type can share weights.',
      ])
      const dense = tied({ vocabulary: 9 })
      dense.nodes['table'] = { ...dense.nodes['scores']!, type: 'dense', params: { units: 4 } }
      delete dense.nodes['table'].weightsOf
      expect(messages(dense).join()).toContain('it can use those of Output embedding, Embedding')
    })
  })

  it('join two instances of a block, copy by copy', () => {
    const document = sketch({
      nodes: {
        input: { type: 'input', params: { shape: [4] } },
        one: { type: blockType, params: { block: 'layer', repeat: 2 } },
        two: { type: blockType, params: { block: 'layer', repeat: 2 }, weightsOf: 'one' },
        output: { type: 'output' },
      },
      wires: ['input.y -> one.x', 'one.x -> two.x', 'two.x -> output.x'],
      blocks: {
        layer: {
          nodes: { dense: { type: 'dense', params: { units: 4 } } },
          inputs: { x: 'dense.x' },
          outputs: { x: 'dense.y' },
        },
      },
    })
    const { plan } = analyse(document, catalogue)
    expect(plan.steps.map((step) => [step.path, step.sharesWeightsOf]).slice(1, -1)).toEqual([
      ['one/0/dense', null],
      ['one/1/dense', null],
      ['two/0/dense', 'one/0/dense'],
      ['two/1/dense', 'one/1/dense'],
    ])
    expect(plan.parameters).toBe(40)
  })
})
