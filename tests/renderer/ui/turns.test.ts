import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createTurn, restForCamera } from '../../../renderer/ui/turns'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('requestAnimationFrame', (call: () => void) => setTimeout(call, 16))
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Painters that note in which millisecond each of them painted. */
function painters(names: readonly string[]) {
  const painted: (readonly [name: string, at: number])[] = []
  const begun = performance.now()
  const turns = names.map((name) => createTurn(() => painted.push([name, performance.now() - begun])))
  return { painted, turns }
}

describe('painters of a run’s numbers', () => {
  it('paint one to a frame', () => {
    const { painted, turns } = painters(['wires', 'loss', 'depth'])
    for (const turn of turns) turn.ask()
    vi.advanceTimersByTime(100)
    expect(painted).toEqual([
      ['wires', 16],
      ['loss', 32],
      ['depth', 48],
    ])
  })
  it('paint ten times a second, however many numbers come, and never leave out the last', () => {
    const { painted, turns } = painters(['wires', 'loss'])
    for (let millisecond = 0; millisecond < 1000; millisecond += 2) {
      for (const turn of turns) turn.ask()
      vi.advanceTimersByTime(2)
    }
    const inTime = painted.length
    vi.advanceTimersByTime(1000)
    expect(inTime).toBeGreaterThanOrEqual(14)
    expect(inTime).toBeLessThanOrEqual(20)
    expect(
      painted
        .slice(-2)
        .map(([name]) => name)
        .sort(),
    ).toEqual(['loss', 'wires'])
    expect(painted.slice(-2).every(([, at]) => at > 990)).toBe(true)
    expect(painted.length - inTime).toBeLessThanOrEqual(2)
  })
  it('rest while the camera moves, but for a turn now and then, and go on when it has come to rest', () => {
    vi.advanceTimersByTime(1000)
    const { painted, turns } = painters(['wires', 'loss'])
    const moves = 200
    for (let frame = 0; frame < moves; frame++) {
      restForCamera()
      for (const turn of turns) turn.ask()
      vi.advanceTimersByTime(16)
    }
    // 3.2 seconds.
    expect(painted.length).toBeGreaterThanOrEqual(5)
    expect(painted.length).toBeLessThanOrEqual(6)
    expect(new Set(painted.map(([name]) => name)).size).toBe(2)
    const before = painted.length
    vi.advanceTimersByTime(200)
    expect(painted.length).toBe(before + 2)
  })
  it('are not called once they have stopped', () => {
    const { painted, turns } = painters(['wires'])
    turns[0]?.ask()
    turns[0]?.stop()
    vi.advanceTimersByTime(500)
    expect(painted).toEqual([])
  })
})
