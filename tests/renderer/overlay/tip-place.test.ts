import { describe, expect, it } from 'vitest'
import { belowBox, besideBox } from '../../../renderer/overlay/tip-place'

const tip = { width: 340, height: 260 }

describe('the tip with the numbers of a badge', () => {
  it('stands to the right of its card, where there is no room to the left', () => {
    expect(besideBox({ x: 100, y: 50, width: 60, height: 40 }, tip, { width: 772, height: 478 })).toEqual([
      170, 50,
    ])
    expect(besideBox({ x: 600, y: 50, width: 60, height: 40 }, tip, { width: 772, height: 478 })).toEqual([
      250, 50,
    ])
  })
  it('never covers it while there is room on any side, and stays on the canvas', () => {
    for (const canvas of [
      { width: 772, height: 478 },
      { width: 500, height: 700 },
      { width: 1900, height: 900 },
    ])
      for (let x = 0; x < canvas.width - 90; x += 37)
        for (let y = 0; y < canvas.height - 60; y += 41) {
          const card = { x, y, width: 90, height: 60 }
          const [left, top] = besideBox(card, tip, canvas)
          const isClear = left >= x + 90 || left + 340 <= x || top >= y + 60 || top + 260 <= y
          expect(isClear, `${x} ${y} of ${canvas.width}`).toBe(true)
          expect(left).toBeGreaterThanOrEqual(8)
          expect(left + 340).toBeLessThanOrEqual(canvas.width - 8)
        }
  })
  it('stands below the place on a wire, or above it at the foot of the canvas', () => {
    const canvas = { width: 772, height: 478 }
    const at = (x: number, y: number) => belowBox({ x, y, width: 12, height: 12 }, tip, canvas)
    expect(at(100, 50)).toEqual([100, 72])
    expect(at(700, 400)).toEqual([424, 130])
  })
})
