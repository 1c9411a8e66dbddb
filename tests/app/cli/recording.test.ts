/** What becomes of a run while it is kept, with an engine that answers as told. */
import { expect, it, vi } from 'vitest'
import type { Engine } from '../../../app/cli/engine'
import { createRecording } from '../../../app/cli/recording'
import { createDocument } from '../../../engine/graph/create'

it('lets a run go on whose weights cannot be read', async () => {
  const asked: string[] = []
  const engine = {
    tfjs: '',
    listen: () => undefined,
    request: ({ kind }: { readonly kind: string }) => {
      asked.push(kind)
      return kind === 'weights' ? Promise.reject(new Error('lost')) : Promise.resolve({ step: 3 })
    },
  } as unknown as Engine
  const save = vi.fn(() => Promise.resolve())
  const now = vi.spyOn(performance, 'now').mockReturnValue(0)
  const recording = createRecording({
    engine,
    run: 'run',
    started: { seed: 1, backend: { name: 'cpu', adapter: '' } } as never,
    document: createDocument('Test'),
    files: [],
    folder: { addLine: () => undefined, begin: save, save },
  })
  now.mockReturnValue(60_000)
  recording.epochEnded()
  await vi.waitFor(() => expect(asked).toEqual(['pause', 'weights', 'resume']))
  expect(save).not.toHaveBeenCalled()
  now.mockRestore()
})
