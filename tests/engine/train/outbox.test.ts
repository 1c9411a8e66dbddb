/** Numbers of steps on their way out: what is told of a step that goes wrong, and of training steps beside it. */
import { describe, expect, it } from 'vitest'
import { emptyProbe } from '../../../engine/session/signals'
import { createOutbox, type Entry } from '../../../engine/train/outbox'
import type { PackedProbe } from '../../../engine/probe/recorder'
import { tf } from '../support'

const probeOf = (trainingStep: number): PackedProbe => ({
  size: 0,
  unpack: (step) => emptyProbe({ layers: [], depth: [], wires: [], outputs: [] }, { step, trainingStep }),
})

/** Steps from 1 on: losses, then the scales of the training steps as [used, next, skipped]. */
async function told(
  steps: readonly (readonly [loss: number, ...scales: readonly (readonly [number, number, number])[]])[],
) {
  const found = { ticks: [] as number[], probes: [] as string[], scales: [] as string[] }
  const outbox = createOutbox({
    tf,
    shape: () => ({ losses: ['loss'], metrics: [], showLosses: false }),
    readback: null,
    scales: (steps[0]?.slice(1) ?? []).map(() => ({ used: 1, next: 1, skipped: 0 })),
    onTicks: ({ step }) => found.ticks.push(...step),
    onProbe: ({ step, trainingStep }) => found.probes.push(`${step}/${trainingStep}`),
    onScale: (step, _, leftOut) => found.scales.push(`${step}${leftOut ? ' left out' : ''}`),
    thin: false,
  })
  for (const [at, [loss, ...scales]] of steps.entries()) {
    const entry: Entry = {
      step: at + 1,
      epoch: 1,
      numbers: { values: Float32Array.of(loss, ...scales.flat()) },
      probes: scales.map((_, index) => probeOf(index)),
      scheduled: true,
    }
    outbox.push(entry)
  }
  await outbox.flush()
  return { ...found, diverged: outbox.diverged }
}

describe('the outbox', () => {
  it('tells every step up to the one that goes wrong, and none behind it', async () => {
    const { ticks, diverged } = await told([[1], [0.5], [NaN], [NaN], [NaN]])
    expect(ticks).toEqual([1, 2, 3])
    expect(diverged).toEqual({ step: 3, what: 'the loss became NaN' })
  })

  it('judges each training step by its own scale', async () => {
    const { probes, scales, diverged } = await told([
      [1, [1, 1, 0], [32768, 32768, 0]],
      // The second one is left out, though the first has no scale left.
      [1, [1, 1, 0], [32768, 16384, 1]],
      [1, [1, 1, 0], [16384, 16384, 1]],
    ])
    expect(diverged).toBe(null)
    expect(scales).toEqual(['1', '2 left out'])
    expect(probes).toEqual(['1/0', '1/1', '2/0', '3/0', '3/1'])
  })

  it('gives up where a gradient is too large without any scale', async () => {
    const { diverged } = await told([
      [1, [1, 1, 0]],
      [1, [1, 1, 1]],
    ])
    expect(diverged?.step).toBe(2)
  })
})
