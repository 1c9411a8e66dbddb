import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import type { Document } from '../../../engine/graph/document'
import { catalogue } from '../../../nodes/catalogue'
import { initialParams, type Definition } from '../../../nodes/kit/define'
import { sketch, xor } from '../../support/graph'

function problems(document: Document): (readonly [string, string | null, string | null, string])[] {
  return analyse(document, catalogue).problems.map(({ severity, node, wire, message }) => [
    severity,
    node,
    wire,
    message,
  ])
}

/** XOR with something changed in place before anyone has seen it. */
function broken(change: (document: Document) => void): Document {
  const document = xor()
  change(document)
  return document
}

function definition(type: string): Definition {
  const found = catalogue.get(type)
  if (found === undefined) throw new Error(type)
  return found
}

function node(document: Document, id: string): Document['nodes'][string] {
  const found = document.nodes[id]
  if (found === undefined) throw new Error(id)
  return found
}

describe('problems', () => {
  const cases: readonly (readonly [
    string,
    Document,
    readonly (readonly [string, string | null, string | null, string])[],
  ])[] = [
    [
      'an unknown type',
      broken((d) => (node(d, 'hidden').type = 'hologram')),
      [
        [
          'error',
          'hidden',
          null,
          'This Wiregrad knows no node of type "hologram"; replace the node, or open the graph with a newer version.',
        ],
      ],
    ],
    [
      'a setting out of range, once, though more hangs on it',
      broken((d) => (node(d, 'hidden').params['units'] = 0)),
      [['error', 'hidden', null, '`units` must be a number of at least 1, but is 0.']],
    ],
    [
      'a loss without a target while the data has one to give',
      broken((d) => {
        for (const [id, wire] of Object.entries(d.wires)) if (wire.to[1] === 'target') delete d.wires[id]
      }),
      [
        [
          'warning',
          'loss',
          null,
          'Binary cross-entropy (loss) has no target, so it compares with the constant 1, while the targets of Data go nowhere; wire them to it.',
        ],
      ],
    ],
    [
      'a setting that is missing',
      broken((d) => delete node(d, 'hidden').params['useBias']),
      [['error', 'hidden', null, '`useBias` is missing: true or false was wanted.']],
    ],
    [
      'a required input left open',
      broken((d) => delete d.wires['w3']),
      [['error', 'logits', null, 'Nothing is wired to the input `x` of Dense (logits), which needs it.']],
    ],
    [
      'a port that is not there',
      broken((d) => {
        d.wires['w7'] = { from: ['input', 'y'], to: ['hidden', 'z'] }
      }),
      [
        [
          'error',
          'hidden',
          'w7',
          'A wire ends on the input `z` of Dense (hidden), which has only `x`; remove the wire.',
        ],
      ],
    ],
    [
      'an output that is not there',
      broken((d) => {
        d.wires['w3'] = { from: ['hidden', 'z'], to: ['logits', 'x'] }
      }),
      [['error', 'logits', 'w3', 'Dense (hidden) has no output `z`, only `y`; remove the wire.']],
    ],
    [
      'two wires on one port',
      broken((d) => {
        d.wires['w7'] = { from: ['input', 'y'], to: ['logits', 'x'] }
      }),
      [
        [
          'error',
          'logits',
          'w7',
          'The input `x` of Dense (logits) takes one wire, but 2 end there; remove all but one.',
        ],
      ],
    ],
    [
      'a wire of the wrong kind',
      broken((d) => {
        d.wires['w2'] = { from: ['data', 'y'], to: ['hidden', 'x'] }
      }),
      [['error', 'hidden', 'w2', 'Dense (hidden) takes a tensor, but Data gives a target.']],
    ],
    [
      'a circle, naming its nodes',
      broken((d) => {
        d.wires['w2'] = { from: ['logits', 'y'], to: ['hidden', 'x'] }
        node(d, 'hidden').label = 'First'
      }),
      [
        [
          'error',
          'logits',
          'w3',
          'Dense (logits) and “First” feed each other in a circle; remove one of the wires between them.',
        ],
      ],
    ],
    [
      'a node that feeds itself',
      broken((d) => {
        d.wires['w2'] = { from: ['hidden', 'y'], to: ['hidden', 'x'] }
      }),
      [['error', 'hidden', 'w2', 'Dense (hidden) feeds itself; remove the wire that leads back.']],
    ],
    [
      'a wire from nowhere, which no file can hold',
      broken((d) => {
        d.wires['w2'] = { from: ['gone', 'y'], to: ['hidden', 'x'] }
      }),
      [
        ['error', 'hidden', null, 'Nothing is wired to the input `x` of Dense (hidden), which needs it.'],
        ['error', 'gone', 'w2', 'A wire ends on "gone", but there is no such node; remove the wire.'],
      ],
    ],
    [
      'settings of a newer version',
      broken((d) => (node(d, 'hidden').version = 9)),
      [
        [
          'error',
          'hidden',
          null,
          'It was saved by a newer Wiregrad (version 9 of Dense, this one knows 1); open the graph with a newer version.',
        ],
      ],
    ],
    [
      'literal weights of the wrong shape',
      broken((d) => (node(d, 'hidden').params['kernelInitialiser'] = { kind: 'values', values: [[1, 2]] })),
      [
        [
          'error',
          'hidden',
          null,
          'The values for kernel form 1 × 2, but the weight is 2 × 4; write as many.',
        ],
      ],
    ],
  ]

  it.each(cases)('name %s', (_, document, expected) => {
    expect(problems(document)).toEqual(expected)
    expect(analyse(document, catalogue).ok).toBe(expected.every(([severity]) => severity === 'warning'))
  })

  it('are the same whatever the order in which nodes and wires were made', () => {
    const document = broken((d) => {
      delete d.wires['w3']
      node(d, 'loss').params = {}
      d.wires['w7'] = { from: ['input', 'y'], to: ['hidden', 'z'] }
    })
    const backwards = (record: object): Record<string, never> =>
      Object.fromEntries(Object.entries(record).reverse()) as Record<string, never>
    const other = { ...document, nodes: backwards(document.nodes), wires: backwards(document.wires) }
    expect(problems(other)).toEqual(problems(document))
  })

  it('offer to remove a wire that cannot stay', () => {
    const [problem] = analyse(
      broken((d) => {
        d.wires['w7'] = { from: ['input', 'y'], to: ['hidden', 'z'] }
      }),
      catalogue,
    ).problems
    expect(problem?.fixes).toEqual([{ id: 'remove-wire', label: 'Remove the wire' }])
  })

  it('name nodes that lead nowhere', () => {
    const document = broken((d) => {
      d.nodes['spare'] = {
        type: 'activation',
        version: 1,
        params: { ...initialParams(definition('activation')) },
        at: [0, 0],
      } as never
      d.wires['w7'] = { from: ['hidden', 'y'], to: ['spare', 'x'] }
    })
    expect(problems(document)).toEqual([
      [
        'warning',
        'spare',
        null,
        'Activation (spare) leads to no loss, metric or output, so it has no effect.',
      ],
    ])
    expect(analyse(document, catalogue).ok).toBe(true)
  })

  it('leave the rest of the Plan standing', () => {
    const { plan, wires } = analyse(
      broken((d) => (node(d, 'logits').params['units'] = 0)),
      catalogue,
    )
    expect(plan.steps.map((step) => step.path)).toEqual(['data', 'input', 'hidden'])
    expect([...wires.keys()].sort()).toEqual(['w1', 'w2', 'w3', 'w5'])
  })
})

describe('training', () => {
  it('cannot be without a loss, but the graph can be checked', () => {
    const {
      ok,
      problems: found,
      plan,
    } = analyse(
      sketch({
        nodes: { input: { type: 'input', params: { shape: [3] } }, dense: { type: 'dense' } },
        wires: ['input.y -> dense.x'],
      }),
      catalogue,
    )
    expect([ok, found.map((problem) => problem.message), plan.training]).toEqual([
      true,
      [
        'There is no loss, so this graph cannot be trained; add one and wire a prediction and a target to it.',
      ],
      [],
    ])
    expect(plan.model).toEqual({
      inputs: [{ path: 'input', port: 'y' }],
      outputs: [{ path: 'dense', port: 'y' }],
    })
  })

  it('needs data behind an input that leads to a loss', () => {
    expect(problems(broken((d) => delete d.wires['w1']))).toEqual([
      [
        'error',
        'input',
        null,
        'Input leads to a loss, but no data is wired into it; wire a data node to its input.',
      ],
    ])
  })

  it('is one Adam step on all losses where the document names none', () => {
    const { plan } = analyse(
      broken((d) => (d.training.steps = [])),
      catalogue,
    )
    expect(plan.training).toMatchObject([
      {
        index: 0,
        losses: ['loss'],
        trains: ['hidden', 'logits'],
        settings: { optimiser: { kind: 'adam', learningRate: 0.001 }, every: 1 },
      },
    ])
  })

  it('leaves out what is frozen, and says what it cannot find', () => {
    const document = broken((d) => {
      node(d, 'hidden').frozen = true
      const [step] = d.training.steps
      if (step === undefined) throw new Error('no step')
      d.training.steps = [
        { ...step, losses: ['loss', 'gone'], trains: 'all' },
        { ...step, losses: ['hidden'], trains: ['nobody', 'output'] },
      ]
    })
    expect(analyse(document, catalogue).plan.training.map((step) => [step.index, step.trains])).toEqual([
      [0, ['logits']],
    ])
    expect(problems(document).map(([severity, path, , message]) => [severity, path, message])).toEqual([
      [
        'error',
        null,
        'Training step 1 is to minimise "gone", but there is no such node; choose another loss.',
      ],
      [
        'error',
        'hidden',
        'Training step 2 is to minimise Dense (hidden), which is not a loss; choose another.',
      ],
    ])
  })

  it('stops at stop-gradient, and says whose weights no gradient reaches', () => {
    const document = broken((d) => {
      d.nodes['stop'] = { type: 'stop-gradient', version: 1, params: {}, at: [0, 0] }
      d.wires['w3'] = { from: ['stop', 'y'], to: ['logits', 'x'] }
      d.wires['w7'] = { from: ['hidden', 'y'], to: ['stop', 'x'] }
    })
    expect(analyse(document, catalogue).plan.training[0]?.trains).toEqual(['logits'])
    expect(problems(document)).toEqual([
      [
        'warning',
        'hidden',
        null,
        'No gradient of a loss reaches Dense (hidden), so its weights will not train; wire it towards a loss, or freeze it.',
      ],
    ])
  })

  it('names weights that a loss reaches but no step trains', () => {
    const document = broken((d) => {
      const [step] = d.training.steps
      if (step !== undefined) d.training.steps = [{ ...step, trains: ['logits'] }]
    })
    expect(problems(document)).toEqual([
      ['warning', 'hidden', null, 'No training step trains Dense (hidden); add it to one, or freeze it.'],
    ])
  })

  it('takes 4 bytes for every weight, gradient, optimiser slot and activation', () => {
    // 17 weights; activations of one sample: data 2 + 1, input 2, hidden 4, logits 1, loss 1 (once).
    const { memory, multiplyAdds } = analyse(xor(), catalogue).plan
    expect(memory).toEqual({
      weights: 4 * 17,
      training: 4 * (17 + 17 + 2 * 17 + 32 * (2 + 1 + 2 + 4 + 1) + 1),
      perSample: 4 * (2 + 1 + 2 + 4 + 1),
    })
    expect(multiplyAdds).toBe(2 * 4 + 4 * 1)
  })
})
