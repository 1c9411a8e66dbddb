import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { createEditor } from '../../../renderer/state/editor'
import { createSession } from '../../../renderer/state/session'
import { strings } from '../../../renderer/ui/strings'
import { cpu, ScriptedWorker, startedEvent } from './scripted-worker'

function setUp(choice: string | null = null) {
  const workers: ScriptedWorker[] = []
  const failures: string[] = []
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const read = readDocument(readFileSync('examples/xor.wiregrad', 'utf8'))
  if (!read.ok) throw new Error(read.message)
  editor.actions.load(read.document, 'xor.wiregrad')
  const session = createSession({
    editor,
    choice,
    startWorker() {
      const worker = new ScriptedWorker()
      workers.push(worker)
      return worker as unknown as Worker
    },
    onWorkerFailure: (why) => failures.push(why),
  })
  const worker = () => workers.at(-1) as ScriptedWorker
  const kinds = () => worker().requests.map((request) => request.kind)
  return { editor, session, worker, workers, kinds, failures, state: session.store.getState }
}

/** From now on the worker prepares each run until it is told to answer, and knows no such run until then. */
function slow(worker: ScriptedWorker) {
  const post = worker.postMessage.bind(worker)
  const preparing: (() => void)[] = []
  worker.postMessage = (message) => {
    if (message.request.kind === 'train') preparing.push(() => post(message))
    else if (message.request.kind === 'stop' && preparing.length > 0)
      queueMicrotask(() => worker.say({ id: message.id, ok: false, message: 'There is no run here.' }))
    else post(message)
  }
  const turns = async () => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
  }
  return { preparing, turns }
}

describe('the session store', () => {
  it('goes from idle through starting and running to ended, and keeps weights to go on from', async () => {
    const { session, worker, state } = setUp('cpu')
    const training = session.actions.train('fresh')
    expect(state().status).toBe('starting')
    await training
    const run = state().runId ?? ''
    worker().event(startedEvent(run))
    expect(state()).toMatchObject({ status: 'running', backend: cpu, canContinue: true })
    await session.actions.pause()
    worker().event({ kind: 'paused', run, step: 1, reason: null })
    expect(state().status).toBe('paused')
    await session.actions.stop()
    expect(state()).toMatchObject({ status: 'ended', ended: { why: 'stopped' } })
    await session.actions.train('continue')
    const last = worker().requests.at(-1)
    expect(last).toMatchObject({ kind: 'train', backend: 'cpu', weights: { 'a:kernel': { shape: [1] } } })
    await session.actions.stop()
    await session.actions.train('fresh')
    expect(worker().requests.at(-1)).toMatchObject({ kind: 'train', weights: null })
  })

  it('puts numbers into the run and tells listeners, without a change of state', async () => {
    const { session, worker, state } = setUp()
    await session.actions.train('fresh')
    const run = state().runId ?? ''
    worker().event(startedEvent(run))
    const before = state()
    let told = 0
    const stop = session.onNumbers(() => told++)
    const ticks = {
      step: Float64Array.of(1),
      epoch: Float64Array.of(1),
      loss: Float64Array.of(0.7),
      values: Float64Array.of(),
    }
    worker().event({ kind: 'ticks', run, ticks, stepsPerSecond: 10 })
    worker().event({ kind: 'ticks', run: 'another', ticks, stepsPerSecond: 10 })
    stop()
    expect(state()).toBe(before)
    expect(told).toBe(1)
    expect([session.run()?.length, session.run()?.loss[0]]).toEqual([1, 0.7])
  })

  it('stops the run that goes on before it begins another, also after the document was changed for another', async () => {
    const { session, worker, state, kinds, editor } = setUp()
    await session.actions.train('fresh')
    worker().event(startedEvent(state().runId ?? ''))
    await session.actions.train('fresh')
    expect(kinds()).toEqual(['train', 'stop', 'train'])
    worker().event(startedEvent(state().runId ?? ''))
    session.actions.reset()
    editor.actions.setName('another')
    expect(state()).toMatchObject({ status: 'idle', runId: null, canContinue: false })
    await session.actions.train('fresh')
    expect(kinds().slice(3)).toContain('stop')
    expect(kinds().at(-1)).toBe('train')
    expect(kinds().lastIndexOf('stop')).toBeLessThan(kinds().length - 1)
  })

  it('starts paused and takes one step where there is no run', async () => {
    const { session, worker, kinds } = setUp()
    await session.actions.step()
    expect(kinds()).toEqual(['train', 'step'])
    expect(worker().requests[0]).toMatchObject({ paused: true })
  })

  it('is not told that a run which ended in the meantime cannot be paused', async () => {
    const { session, worker, state } = setUp()
    await session.actions.train('fresh')
    const run = state().runId ?? ''
    worker().event(startedEvent(run))
    worker().postMessage = ({ id }) => {
      const scores = { train: null, validation: null, test: null }
      const over = { step: 200, seconds: 1, why: 'finished', message: 'Done.', ...scores } as const
      worker().event({ kind: 'ended', run, ...over })
      worker().say({ id, ok: false, message: `The run ${run} is over.` })
    }
    await session.actions.pause()
    expect(state()).toMatchObject({ status: 'ended', message: null })
  })

  it('is not disturbed by a refusal that the run before it left behind', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.train('fresh')
    const first = state().runId ?? ''
    worker().event(startedEvent(first))
    const answer = worker().postMessage.bind(worker())
    let refusal: number | null = null
    worker().postMessage = (message) => {
      if (message.request.kind === 'pause') refusal = message.id
      else answer(message)
    }
    const statuses: string[] = []
    session.store.subscribe(({ status }) => statuses.push(status))
    const pausing = session.actions.pause()
    const training = session.actions.train('fresh')
    // The worker answers in order, but this one comes last: at worst.
    await training
    worker().say({ id: refusal ?? -1, ok: false, message: `The run ${first} has ended.` })
    await pausing
    expect(statuses).not.toContain('ended')
    expect(state()).toMatchObject({ status: 'starting', message: null })
    await session.actions.train('fresh')
    expect(kinds()).toEqual(['train', 'stop', 'train', 'stop', 'train'])
  })

  it('leaves no run behind whose document went off show while it was being prepared', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.askBackends()
    const post = worker().postMessage.bind(worker())
    let prepared = () => {}
    worker().postMessage = (message) => {
      if (message.request.kind === 'train') prepared = () => post(message)
      else if (message.request.kind === 'stop' && !kinds().includes('train'))
        queueMicrotask(() => worker().say({ id: message.id, ok: false, message: 'There is no run here.' }))
      else post(message)
    }
    const training = session.actions.train('fresh')
    await Promise.resolve()
    await Promise.resolve()
    session.actions.reset()
    await Promise.resolve()
    prepared()
    await training
    expect(kinds().slice(1)).toEqual(['train', 'stop'])
    expect(state()).toMatchObject({ status: 'idle', runId: null })
  })

  it('trains the document on show as soon as one that went off show is given up', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.askBackends()
    const { preparing, turns } = slow(worker())
    const first = session.actions.train('fresh')
    await turns()
    session.actions.reset()
    const second = session.actions.train('fresh')
    await turns()
    preparing.shift()?.()
    await first
    await turns()
    preparing.shift()?.()
    await second
    expect(kinds().slice(1)).toEqual(['train', 'stop', 'train'])
    expect(state().status).toBe('starting')
  })

  it('does not train another document than that for which it waited', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.askBackends()
    const { preparing, turns } = slow(worker())
    const first = session.actions.train('fresh')
    await turns()
    session.actions.reset()
    void session.actions.train('fresh')
    session.actions.reset()
    await turns()
    preparing.shift()?.()
    await first
    await turns()
    expect(preparing).toHaveLength(0)
    expect(kinds().slice(1)).toEqual(['train', 'stop'])
    expect(state().status).toBe('idle')
  })

  it('says nothing of a document that went off show before its training failed, and trains the next', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.askBackends()
    let fail: (() => void) | null = null
    const post = worker().postMessage.bind(worker())
    worker().postMessage = ({ id, request }) => {
      const refuse = () => worker().say({ id, ok: false, message: 'The device was lost.' })
      if (request.kind === 'train' && fail === null) fail = refuse
      else if (request.kind === 'stop') queueMicrotask(refuse)
      else post({ id, request })
    }
    const first = session.actions.train('fresh')
    await Promise.resolve()
    await Promise.resolve()
    session.actions.reset()
    ;(fail as (() => void) | null)?.()
    await first
    expect(state()).toMatchObject({ status: 'idle', message: null })
    void session.actions.train('fresh')
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(kinds().at(-1)).toBe('train')
  })

  it('tells a run of the wish to probe every step that was changed while it was prepared', async () => {
    const { session, worker, kinds } = setUp()
    await session.actions.askBackends()
    const { preparing, turns } = slow(worker())
    const training = session.actions.train('fresh')
    await turns()
    await session.actions.setProbeEveryStep(true)
    preparing.shift()?.()
    await training
    expect(kinds().slice(-2)).toEqual(['train', 'probe-every-step'])
    expect(worker().requests.at(-1)).toMatchObject({ on: true })
    const next = session.actions.train('fresh')
    await turns()
    await session.actions.setProbeEveryStep(false)
    preparing.shift()?.()
    await next
    expect(kinds().at(-1)).toBe('train')
  })

  it('does not train another document than that for which it was asked', async () => {
    const { session, worker, state, kinds } = setUp()
    await session.actions.train('fresh')
    worker().event(startedEvent(state().runId ?? ''))
    const training = session.actions.train('fresh')
    session.actions.reset()
    await training
    expect(kinds().filter((kind) => kind === 'train')).toHaveLength(1)
    expect(state().status).toBe('idle')
  })

  it('says in the words of the worker why it does not train, and then trains again', async () => {
    const { session, worker, state } = setUp()
    await session.actions.askBackends()
    worker().refuse = 'The file a.csv is missing.'
    await session.actions.train('fresh')
    expect(state()).toMatchObject({
      status: 'failed',
      message: 'The file a.csv is missing.',
      canContinue: false,
    })
    worker().refuse = null
    await session.actions.train('fresh')
    expect(state()).toMatchObject({ status: 'starting', message: null })
  })

  it('survives a worker that dies: says so, forgets its weights, and starts another', async () => {
    const { session, worker, workers, state, failures } = setUp()
    await session.actions.train('fresh')
    worker().event(startedEvent(state().runId ?? ''))
    worker().dispatchEvent(
      Object.assign(new Event('error', { cancelable: true }), { message: 'out of memory' }),
    )
    expect(state()).toMatchObject({ status: 'failed', canContinue: false })
    expect(failures).toEqual(['out of memory'])
    await session.actions.train('fresh')
    expect(workers).toHaveLength(2)
    expect(state().status).toBe('starting')
  })

  it('says once, in a sentence, that a worker could not even be fetched', async () => {
    const { session, worker, workers, state, failures } = setUp()
    const training = session.actions.train('fresh')
    // Before it can answer.
    while (workers.length === 0) await Promise.resolve()
    worker().dispatchEvent(new Event('error', { cancelable: true }))
    await training
    expect([failures, state().status, state().message]).toEqual([
      ['Its program could not be fetched.'],
      'failed',
      null,
    ])
  })

  it('sends nothing while the graph has errors', async () => {
    const { session, editor, workers, state } = setUp()
    const wire = Object.keys(editor.store.getState().document.wires)[0] ?? ''
    editor.actions.disconnect([wire])
    await session.actions.train('fresh')
    expect([workers.length, state().status]).toEqual([0, 'idle'])
  })
})
