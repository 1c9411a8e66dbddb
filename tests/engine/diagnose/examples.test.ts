/** The colours of the two examples that exist to be seen, from real training steps: what the overlay would paint. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { flowBand, healthyBand, reading } from '../../../engine/diagnose/colour'
import { createReadings } from '../../../engine/diagnose/readings'
import { readDocument } from '../../../engine/graph/read'
import { catalogue } from '../../../nodes/catalogue'
import { train } from '../running'

const steps = 6

async function bandsOf(example: string) {
  const text = await readFile(new URL(`../../../examples/${example}.wiregrad`, import.meta.url), 'utf8')
  const read = readDocument(text)
  if (!read.ok) throw new Error('The example cannot be read.')
  const document = { ...read.document, training: { ...read.document.training, length: { steps } } }
  const { started, probes } = await train(document)
  const readings = createReadings(started.layout, analyse(document, catalogue).plan)
  const seen = probes.map((probe) => {
    readings.add(probe)
    const layers = readings.order.flatMap((path) => readings.layer(path) ?? [])
    // Nothing comes back from a metric.
    const wires = started.layout.wires
      .flatMap((path) => readings.wire(path) ?? [])
      .filter(({ rms }) => rms !== -1)
    const band = (value: number, d: number) => {
      const look = reading(value, () => flowBand(d))
      return look.kind === 'band' ? look.band : look.kind
    }
    return {
      layers: layers.map((layer) => band(layer.shownRelative, layer.d)),
      wires: wires.map((wire) => band(wire.shown, wire.d)),
    }
  })
  return { seen, flow: readings.flow() }
}

describe('deep-sigmoid', () => {
  it('shows no red at any step, and its first layers deepest blue', { timeout: 120_000 }, async () => {
    const { seen, flow } = await bandsOf('deep-sigmoid')
    expect(seen.length).toBeGreaterThanOrEqual(5)
    for (const { layers, wires } of seen) {
      expect([...layers, ...wires].filter((band) => typeof band !== 'number' || band > healthyBand)).toEqual(
        [],
      )
      expect(layers.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
      expect(layers.at(-1)).toBe(healthyBand)
    }
    expect(flow).toBeLessThan(-3)
  })
})

describe('deep-residual', () => {
  it('is neutral everywhere at every step', { timeout: 120_000 }, async () => {
    const { seen, flow } = await bandsOf('deep-residual')
    for (const { layers, wires } of seen) {
      expect([...new Set([...layers, ...wires])]).toEqual([healthyBand])
    }
    expect(Math.abs(flow ?? Number.NaN)).toBeLessThan(1.5)
  })
})
