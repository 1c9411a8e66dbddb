/**
 * The whole engine behind its protocol, the data and the shuffling and the probes included, against PyTorch's loss
 * curves. (The attention net is not here: its samples are drawn, not given.)
 */
import { describe, expect, test } from 'vitest'
import { curveTolerance, distance } from '../parity/closeness'
import { readGolden } from '../parity/golden-files'
import { lossesOf, openHost } from '../parity/host'
import { documentAt } from '../parity/networks'
import { weightSet } from '../parity/ours'

describe.each(['cpu', 'wasm'] as const)('a run of the host on %s', (backend) => {
  test.each(['mlp', 'cnn', 'lstm'])('takes %s down the same curve as PyTorch', async (name) => {
    const entry = readGolden(name)?.entries.find(({ job }) => job.name === `${name}-training`)
    if (entry === undefined) throw new Error('PyTorch was never asked: npm run parity -- --write')
    const host = openHost()
    const run = `${name}-${backend}`
    const document = documentAt(name)
    const weights = weightSet(entry.job.weights)
    const events = await host.train({ run, document, backend, files: [], weights })
    const losses = lossesOf(events)
    expect(events.find(({ kind }) => kind === 'started')).toMatchObject({ backend: { name: backend } })
    expect(losses).toHaveLength(20)
    const wanted = entry.answer.curve.slice(0, 20)
    expect(distance(losses, wanted), `${losses.join()} and ${wanted.join()}`).toBeLessThanOrEqual(
      curveTolerance,
    )
  })
})
