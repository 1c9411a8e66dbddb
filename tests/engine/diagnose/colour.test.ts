import { describe, expect, it } from 'vitest'
import {
  bandColour,
  flowBand,
  flowEdges,
  reading,
  updateBand,
  updateEdges,
  wireWidth,
} from '../../../engine/diagnose/colour'

describe('the colour rule', () => {
  it('is neutral within ±1 decade, full at ±3 and darkest at ±6', () => {
    expect([-12, -6, -4.5, -3, -2, -1, 0, 1, 2, 3, 4.5, 6, 9].map(flowBand)).toEqual([
      0, 0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8, 8,
    ])
  })
  it('is the same on both sides', () => {
    for (let d = 0; d < 8; d += 0.05) expect(flowBand(-d)).toBe(8 - flowBand(d))
  })
  it('uses the documented stops of the update ratio', () => {
    const colours = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 3e-2, 1e-1, 1, 10, 1e4].map((ratio) =>
      bandColour(updateBand(ratio), 'neutral'),
    )
    expect(colours).toEqual([
      '#053061',
      '#053061',
      '#2166ac',
      '#67a9cf',
      'neutral',
      'neutral',
      'neutral',
      '#ef8a62',
      '#b2182b',
      '#67001f',
      '#67001f',
    ])
  })
  it('keeps every healthy update ratio (1st to 99th percentile) neutral', () => {
    for (const ratio of [1e-4, 2.7e-4, 1.5e-3, 2.2e-2, 3.5e-2]) expect(updateBand(ratio)).toBe(4)
  })
  it('turns from band to band at the edges that the legend draws', () => {
    for (const [index, edge] of flowEdges.entries())
      expect([edge - 1e-6, edge + 1e-6].map(flowBand)).toEqual([index, index + 1])
    for (const [index, edge] of updateEdges.entries())
      expect([edge - 1e-6, edge + 1e-6].map((log) => updateBand(10 ** log))).toEqual([index, index + 1])
  })
  it('never hides zero, not finite or missing behind a colour', () => {
    expect(
      [0, Number.NaN, Number.POSITIVE_INFINITY, -1, 1].map((value) => reading(value, flowBand).kind),
    ).toEqual(['zero', 'nan', 'nan', 'none', 'band'])
  })
})

describe('the width of a wire', () => {
  it('is 1 px at 1e-6, 0.8 px more for each decade, between 0.5 and 8', () => {
    expect([0, 1e-12, 1e-6, 1e-3, 1e-1, 1e9].map((rms) => Number(wireWidth(rms).toFixed(6)))).toEqual([
      0.5, 0.5, 1, 3.4, 5, 8,
    ])
  })
})
