/** Where the labels over the rate test stand. */
import { describe, expect, it } from 'vitest'
import { placeLabel } from '../../../renderer/rate-test/paint'

const room = [46, 400] as const

describe('a label over the rate test', () => {
  it('is centred over its rate, and stays in the picture', () => {
    expect(placeLabel(200, 60, room)).toEqual([170, 230])
    expect(placeLabel(50, 60, room)).toEqual([46, 106])
    expect(placeLabel(399, 60, room)).toEqual([340, 400])
    expect(placeLabel(200, 60, room, [300, 380])).toEqual([170, 230])
  })

  it('makes room for the label that stands there, on its own side of it', () => {
    expect(placeLabel(200, 60, room, [180, 260])).toEqual([112, 172])
    expect(placeLabel(240, 60, room, [180, 260])).toEqual([268, 328])
  })

  it('goes to the other side where its own has no room', () => {
    expect(placeLabel(60, 60, room, [46, 126])).toEqual([134, 194])
    expect(placeLabel(390, 60, room, [320, 400])).toEqual([252, 312])
  })
})
