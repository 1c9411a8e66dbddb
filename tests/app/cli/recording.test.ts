/** What becomes of a run while it is kept, with an engine that answers as told. */
import { afterEach, expect, it, vi } from 'vitest'
import type { Engine } from '../../../app/cli/engine'
import { createRecording } from '../../../app/cli/recording'
import { createDocument } from '../../../engine/graph/create'

/** A recording that always thinks it is time for a checkpoint, and what it asks of the engine. */
function recordingWith(weights: () => Promise<unknown>, save: () => Promise<void>) {
  const asked: string[] = []
  const engine = {
    tfjs: '',
    request: ({ kind }: { readonly kind: string }) => {
      asked.push(kind)
      return kind === 'weights' ? weights() : Promise.resolve({ step: 3 })
    },
  } as unknown as Engine
  let time = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (time += 60_000))
  const tell = vi.fn()
  const recording = createRecording({
    engine,
    run: 'run',
    started: { seed: 1, backend: { name: 'cpu', adapter: '' } } as never,
    document: createDocument('Test'),
    files: [],
    folder: { addLine: () => undefined, begin: save, save },
    tell,
  })
  return { recording, asked, tell }
}

afterEach(() => vi.restoreAllMocks())

it('lets a run go on whose weights cannot be read', async () => {
  const save = vi.fn(() => Promise.resolve())
  const { recording, asked, tell } = recordingWith(() => Promise.reject(new Error('lost')), save)
  recording.epochEnded()
  await vi.waitFor(() => expect(asked).toEqual(['pause', 'weights', 'resume']))
  expect(save).not.toHaveBeenCalled()
  expect(tell).not.toHaveBeenCalled()
})

it('says once that checkpoints cannot be written, and goes on', async () => {
  const save = vi.fn(() => Promise.reject(new Error('The run could not be kept in x: ENOSPC.')))
  const { recording, asked, tell } = recordingWith(() => Promise.resolve({}), save)
  for (const times of [1, 2]) {
    recording.epochEnded()
    await vi.waitFor(() => expect(save).toHaveBeenCalledTimes(times))
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(asked).toEqual(['pause', 'weights', 'resume', 'pause', 'weights', 'resume'])
  expect(tell.mock.calls).toEqual([
    ['The run could not be kept in x: ENOSPC. Training goes on; what was kept last stays as it is.'],
  ])
})
