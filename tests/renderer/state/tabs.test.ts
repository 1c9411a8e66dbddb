import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { createEditor } from '../../../renderer/state/editor'
import { createSession } from '../../../renderer/state/session'
import { createTabs } from '../../../renderer/state/tabs'
import { strings } from '../../../renderer/ui/strings'
import { ScriptedWorker, startedEvent } from './scripted-worker'

const settle = () => new Promise((resolve) => setTimeout(resolve, 5))

function setUp() {
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  const load = (name: string) => {
    const read = readDocument(readFileSync(`examples/${name}.wiregrad`, 'utf8'))
    if (!read.ok) throw new Error(read.message)
    editor.actions.load(read.document, name)
  }
  const worker = new ScriptedWorker()
  const startWorker = () => worker as unknown as Worker
  const session = createSession({ editor, choice: 'cpu', startWorker, onWorkerFailure: () => {} })
  const tabs = createTabs({ editor, session })
  const belongings = { stored: null, drafts: { slot: null, revision: 0 } } as never
  return { editor, load, worker, session, tabs, belongings }
}

const twoTicks = {
  step: Float64Array.of(1, 2),
  epoch: Float64Array.of(1, 2),
  loss: Float64Array.of(0.7, 0.6),
  values: Float64Array.of(),
}

it('shows the curves of a run again when its tab is gone back to, and how it ended', async () => {
  const { editor, load, worker, session, tabs, belongings } = setUp()
  load('xor')
  await session.actions.train('fresh')
  const run = session.store.getState().runId ?? ''
  worker.event(startedEvent(run))
  worker.event({ kind: 'ticks', run, ticks: twoTicks, stepsPerSecond: 10 })
  const first = tabs.store.getState().active

  tabs.begin(belongings)
  session.actions.reset()
  load('iris')
  expect(session.run()).toBeNull()
  expect(session.store.getState()).toMatchObject({ status: 'idle', canContinue: false })
  await settle()

  tabs.show(first, belongings)
  await settle()
  expect(editor.store.getState().document.name).toBe('XOR')
  expect([...(session.run()?.loss ?? [])].slice(0, session.run()?.length)).toEqual([0.7, 0.6])
  expect(session.store.getState()).toMatchObject({
    runId: run,
    status: 'ended',
    ended: { why: 'stopped' },
    canContinue: true,
  })

  tabs.show(tabs.store.getState().tabs[1]?.id ?? '', belongings)
  await settle()
  expect(session.run()).toBeNull()
})

it('keeps what a run has learned, with its curves, where its tab is left while the next run is prepared', async () => {
  const { editor, load, worker, session, tabs, belongings } = setUp()
  load('xor')
  await session.actions.train('fresh')
  const run = session.store.getState().runId ?? ''
  const { document } = editor.store.getState()
  worker.event(startedEvent(run))
  worker.event({ kind: 'ticks', run, ticks: twoTicks, stepsPerSecond: 10 })
  await session.actions.stop()
  await settle()
  editor.actions.setName('Renamed')
  const first = tabs.store.getState().active
  const away = async () => {
    tabs.begin(belongings)
    session.actions.reset()
    load('iris')
    await settle()
    expect(session.learned()).toBeNull()
    tabs.show(first, belongings)
    await settle()
    expect(session.store.getState()).toMatchObject({ runId: run, status: 'ended', canContinue: true })
    expect(session.store.getState().runDocument).toBe(document)
    expect([...(session.run()?.loss ?? [])].slice(0, session.run()?.length)).toEqual([0.7, 0.6])
  }
  // The worker took it on, and has not said yet that it began.
  await session.actions.train('continue')
  expect(session.store.getState()).toMatchObject({ status: 'starting', canContinue: false })
  await away()
  // Nor is it lost a second time, when the weights are the window's and no longer the worker's.
  await session.actions.train('continue')
  expect(worker.requests.at(-1)).toMatchObject({ kind: 'train', weights: { 'a:kernel': { shape: [1] } } })
  await away()
})
