/**
 * The bench's nets through the whole engine, on the two backends that every machine has: PyTorch's curve, and the same
 * bits for the same seed. `npm run parity -- --only browser` does it on WebGPU and WebGL.
 */
import { expect, test } from 'vitest'
import type { WeightSet } from '../../engine/session/protocol'
import { mlp } from '../e2e/engine/documents'
import { curveTolerance, distance } from '../parity/closeness'
import { curveJob, hashOf } from '../parity/curve-jobs'
import { curveDocument, curveNames, curveSteps, type CurveName } from '../parity/curves'
import { readCurves } from '../parity/golden-files'
import { lossesOf, openHost } from '../parity/host'

const committed = readCurves()?.curves ?? []

test.each(curveNames)('PyTorch was asked about %s as it is now', async (name) => {
  const asked = committed.find((one) => one.name === name)?.asked
  expect(asked, 'npm run parity -- --write --only curves').toBe(hashOf(await curveJob(name)))
})

const bits = (weights: WeightSet) =>
  Object.entries(weights).map(([key, { values }]) => [
    key,
    Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64'),
  ])

async function trained(name: CurveName | 'dropout', backend: 'cpu' | 'wasm', run: string) {
  const host = openHost()
  const document = name === 'dropout' ? mlp() : curveDocument(name)
  const events = await host.train({ run, document, backend, files: [], weights: null })
  return { losses: lossesOf(events), weights: bits(await host.ask<'weights'>({ kind: 'weights', run })) }
}

/** Plain JavaScript takes its time for them; in a browser they are compared on it, too. */
const slow: readonly string[] = ['mlp', 'small-resnet']

for (const backend of ['cpu', 'wasm'] as const) {
  const nets = ([...curveNames, 'dropout'] as const).filter(
    (name) => backend === 'wasm' || !slow.includes(name),
  )
  test.each(nets)(`${backend} takes %s down the same curve, twice`, async (name) => {
    const [first, second] = [await trained(name, backend, 'a'), await trained(name, backend, 'b')]
    expect(second).toEqual(first)
    if (name === 'dropout') return
    const wanted = committed.find((one) => one.name === name)?.losses ?? []
    expect(first.losses).toHaveLength(curveSteps)
    expect(distance(first.losses, wanted)).toBeLessThanOrEqual(curveTolerance)
  })
}
