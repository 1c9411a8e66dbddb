import { describe, expect, it } from 'vitest'
import { createSettings } from '../../../renderer/state/settings'

function storage(stored: string | null) {
  const values = new Map(stored === null ? [] : [['wiregrad.settings', stored]])
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  }
}

describe('settings', () => {
  it('keeps what was set for the next visit', () => {
    const place = storage(null)
    createSettings(place).set({ theme: 'dark', dockHeight: 300 })
    expect(createSettings(place).store.getState()).toMatchObject({ theme: 'dark', dockHeight: 300 })
  })

  it.each(['', 'null', '[]', '{"theme":"pink","dockHeight":"tall","paletteWidth":1e9}', '{"theme":'])(
    'takes its defaults where storage holds %s',
    (stored) => {
      expect(createSettings(storage(stored)).store.getState()).toEqual(createSettings(null).store.getState())
    },
  )

  it('works on where storage is full', () => {
    const settings = createSettings({
      getItem: () => null,
      setItem() {
        throw new Error('full')
      },
    })
    settings.set({ theme: 'light' })
    expect(settings.store.getState().theme).toBe('light')
  })
})
