/** What stands in the corner of the canvas, and what takes whose place: nothing that one must act on is lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createNotices } from '../../../renderer/state/notices'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function begin() {
  const notices = createNotices()
  return { notices, said: () => notices.store.getState().map(({ message }) => message) }
}

describe('a notice', () => {
  it('takes the place of the one before about the same matter, good or bad, and of no other', () => {
    const { notices, said } = begin()
    notices.error('a.csv holds no rows.', 'opening')
    notices.error('The disk is full.', 'saving')
    notices.error('b.csv holds no rows.', 'opening')
    expect(said()).toEqual(['The disk is full.', 'b.csv holds no rows.'])
    notices.info('Saved.', 'saving')
    expect(said()).toEqual(['b.csv holds no rows.', 'Saved.'])
  })

  it('stays where it asks for something, until it is dismissed or taken back', () => {
    const { notices, said } = begin()
    notices.offer('Unsaved work is kept: "A".', [{ label: 'Restore', run() {} }])
    const takeBack = notices.offer('Unsaved work is kept: "B".', [{ label: 'Restore', run() {} }])
    notices.error('"C" was changed on disk.', null, [{ label: 'Overwrite', run() {} }])
    notices.error('"D" was changed on disk.', null, [{ label: 'Overwrite', run() {} }])
    notices.error('The worker stopped.', 'running')
    vi.advanceTimersByTime(60_000)
    expect(said()).toHaveLength(5)
    takeBack()
    notices.dismiss(notices.store.getState()[0]?.id ?? 0)
    expect(said()).toEqual(['"C" was changed on disk.', '"D" was changed on disk.', 'The worker stopped.'])
  })

  it('leaves by itself where it only tells, and one such at a time', () => {
    const { notices, said } = begin()
    notices.error('The disk is full.', 'saving')
    notices.hint('Reading a.onnx…')
    notices.info('Imported a.onnx.', 'opening')
    notices.info('Copied.')
    expect(said()).toEqual(['The disk is full.', 'Copied.'])
    vi.advanceTimersByTime(60_000)
    expect(said()).toEqual(['The disk is full.'])
  })

  it('is there once, as the newest, where the same is said again', () => {
    const { notices, said } = begin()
    notices.offer('Give the file.', [])
    notices.error('The worker stopped.', 'running')
    notices.error('Give the file.', null)
    expect(said()).toEqual(['The worker stopped.', 'Give the file.'])
    expect(notices.store.getState().map(({ kind }) => kind)).toEqual(['error', 'error'])
  })
})
