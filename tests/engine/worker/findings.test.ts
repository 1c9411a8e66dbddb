/** What the host says of a graph before it is trained, and of a run while it goes. */
import { describe, expect, it } from 'vitest'
import { findingKey, flattened } from '../../../engine/diagnose/finding'
import type { Document, Training } from '../../../engine/graph/document'
import type { RunEvent } from '../../../engine/session/protocol'
import { graph, sgd, step } from '../documents'
import { begin, talk, train } from '../running'

const recall = { kind: 'recall', samples: 200, length: 4, symbols: 3 } as const

function document(
  layers: readonly (readonly [string, Record<string, unknown>])[],
  training: Partial<Training>,
): Document {
  const ids = layers.map((_, at) => `layer${at + 1}`)
  return graph(
    {
      data: ['data', { dataset: recall, shape: [12], validation: 0.2 }],
      ...Object.fromEntries(layers.map(([type, params], at) => [ids[at] ?? '', [type, params] as const])),
      loss: ['sparse-categorical-crossentropy'],
    },
    [
      ...ids.map((id, at) => `${at === 0 ? 'data.x' : `${ids[at - 1] ?? ''}.y`} -> ${id}.x`),
      `${ids.at(-1) ?? ''}.y -> loss.prediction`,
      'data.y -> loss.target',
    ],
    { batchSize: 16, length: { steps: 40 }, steps: [step(sgd(0.1))], ...training },
  )
}

const relu = (more: Record<string, unknown> = {}) =>
  ['dense', { units: 12, activation: 'relu', kernelInitialiser: { kind: 'heNormal' }, ...more }] as const
const scores = (more: Record<string, unknown> = {}) => ['dense', { units: 3, ...more }] as const

const said = (events: readonly RunEvent[]) =>
  events.flatMap((event) => (event.kind === 'findings' ? [flattened(event.findings).map(findingKey)] : []))

describe('findings', () => {
  it('are asked for before a training, with the samples looked at', async () => {
    const { client } = talk()
    const wrong = document([relu(), scores({ activation: 'softmax' })], {})
    const reply = await client.request({ kind: 'diagnose', document: wrong, files: [] })
    expect(reply.accepted && reply.findings.map(findingKey)).toEqual(['loss-activation-mismatch layer2'])
    const narrow = document([relu(), scores({ units: 2 })], {})
    const other = await client.request({ kind: 'diagnose', document: narrow, files: [] })
    expect(other.accepted && other.findings.map(findingKey)).toEqual(['wrong-output-width layer2'])
  })

  it('of a graph with errors are refused with its problems', async () => {
    const { client } = talk()
    const broken = document([['flatten', {}], scores()], {})
    delete broken.wires['w1']
    const reply = await client.request({ kind: 'diagnose', document: broken, files: [] })
    expect(reply).toMatchObject({ accepted: false })
  })

  it('of a run come once they persist, and not again while they stay the same', async () => {
    const dead = document([relu({ biasInitialiser: { kind: 'constant', value: -30 } }), scores()], {})
    const { events, leak } = await train(dead)
    expect(said(events)).toEqual([['dead-relu layer1']])
    const place = events.findIndex(({ kind }) => kind === 'findings')
    expect(events.slice(0, place).filter(({ kind }) => kind === 'probe')).toHaveLength(1)
    expect(leak).toBe(0)
  })

  it('of a run that goes well do not come at all', async () => {
    const { events } = await train(document([relu(), scores()], { length: { steps: 200 } }))
    expect(said(events)).toEqual([])
  })

  it('of a run that diverges come before its end, with the cause in front', async () => {
    const wild = document([relu(), scores()], { steps: [step(sgd(1e30))] })
    const { events, ended } = await train(wild)
    expect(ended.why).toBe('diverged')
    expect(said(events).at(-1)?.[0]).toBe('learning-rate-too-high ')
    expect(said(events).at(-1)?.join()).toContain('nan-loss')
    expect(events.at(-1)?.kind).toBe('ended')
  })

  it('are made without a run going longer than asked', async () => {
    const conversation = talk()
    const long = document([relu(), scores()], { length: { epochs: 1000 } })
    const reply = await conversation.client.request({
      kind: 'train',
      run: 'run',
      revision: 0,
      document: long,
      backend: 'cpu',
      files: [],
      weights: null,
      paused: false,
      most: 15,
    })
    expect(reply.accepted).toBe(true)
    const ended = await conversation.until(({ kind }) => kind === 'ended')
    expect(ended).toMatchObject({ why: 'finished', step: 15 })
    await expect(begin(conversation, document([scores()], {}), { run: 'next' })).resolves.toBeUndefined()
    await conversation.until((event) => event.kind === 'ended' && event.run === 'next')
  })
})
