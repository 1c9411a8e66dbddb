/** Going back in a run: the very numbers that were there, quickly, and back to the newest. */
import { describe, expect, it } from 'vitest'
import type { Plan } from '../../../engine/analyse/plan'
import { createReadings } from '../../../engine/diagnose/readings'
import { createHistory } from '../../../engine/session/history'
import { emptyProbe } from '../../../engine/session/signals'
import type { Session } from '../../../renderer/state/session-types'
import { createMoment } from '../../../renderer/state/moment'
import { createPastReadings } from '../../../renderer/state/run-readings'
import { createStore } from 'zustand/vanilla'

const plan = { steps: [], byPath: new Map() } as unknown as Plan

function layoutOf(size: number) {
  const names = (letter: string) => Array.from({ length: size }, (_, at) => `${letter}${at}`)
  return { layers: names('l'), depth: names('l').map((_, at) => at), wires: names('w'), outputs: names('l') }
}

function filled(layout: ReturnType<typeof layoutOf>, step: number) {
  const probe = emptyProbe(layout, { step, trainingStep: 0 })
  probe.gradNorm.fill(1)
  probe.relativeGradient.fill(1 / step)
  probe.wireRms.fill(step)
  return probe
}

describe('readings of an earlier moment', () => {
  it('are those that were shown then, forwards, backwards and before the first sample', () => {
    const layout = layoutOf(4)
    const make = () => createReadings(layout, plan)
    const [history, live] = [createHistory(layout), make()]
    const shown = new Map<number, unknown>()
    for (let step = 10; step <= 900; step += 10) {
      const probe = filled(layout, step)
      history.add(probe)
      live.add(probe)
      shown.set(step, [live.step, live.layer('l2'), live.wire('w1')])
    }
    const past = createPastReadings(make)
    for (const [asked, measured] of [
      [450, 450],
      [459, 450],
      [700, 700],
      [20, 20],
      [900, 900],
      [3, 10],
    ] as const) {
      const readings = past.at(history, asked)
      expect([readings.step, readings.layer('l2'), readings.wire('w1')]).toEqual(shown.get(measured))
    }
  })

  it('of ten thousand probes of fifty layers are there in less than 50 ms', () => {
    const layout = layoutOf(50)
    const history = createHistory(layout)
    for (let step = 1; step <= 10_000; step++) history.add(filled(layout, step))
    const past = createPastReadings(() => createReadings(layout, plan))
    past.at(history, 5000)
    const times = [9000, 1000, 7777, 3000, 6000].map((step) => {
      const start = performance.now()
      expect(past.at(history, step).step).toBe(step)
      return performance.now() - start
    })
    // The quickest: whatever else the machine does only ever adds.
    expect(Math.min(...times)).toBeLessThan(50)
  })
})

describe('the moment on show', () => {
  function stand() {
    const layout = layoutOf(1)
    const history = createHistory(layout)
    for (const step of [1, 2, 3, 11, 21]) history.add(filled(layout, step))
    const store = createStore(() => ({ runId: 'run-1' }))
    const run = { history, step: 25, totalSteps: 60 }
    const frames: ((now: number) => void)[] = []
    const session = { store, run: () => run } as unknown as Session
    const moment = createMoment(session, (call) => frames.push(call))
    return { moment, store, frame: (now: number) => frames.shift()?.(now) }
  }

  it('moves by samples, and past the newest is live', () => {
    const { moment } = stand()
    const after = (samples: number) => {
      moment.move(samples)
      return moment.step
    }
    expect([after(-1), after(-1), after(1), after(-Infinity), after(1), after(10)]).toEqual([
      11,
      3,
      11,
      1,
      2,
      null,
    ])
  })

  it('plays from where it is to the newest step, and is then live', () => {
    const { moment, frame } = stand()
    moment.show(10)
    moment.play(true)
    frame(0)
    frame(1000)
    expect([moment.step, moment.playing]).toEqual([15, true])
    frame(4000)
    expect([moment.step, moment.playing]).toEqual([null, false])
  })

  it('is live again with a new run', () => {
    const { moment, store } = stand()
    moment.show(3)
    store.setState({ runId: 'run-2' })
    expect(moment.step).toBeNull()
  })
})
