/** The bridge, as the keeper of runs wants it. */
import type { RunHost } from '../state/kept-run'
import type { Bridge } from './bridge'

export function createRunHost(bridge: Bridge): RunHost {
  return {
    version: async () => (await bridge.invoke('app/info', {})).version,
    list: () => bridge.invoke('run/list', {}),
    read: (run, file) => bridge.invoke('run/read', { run, file }),
    write: async (run, file, bytes) => void (await bridge.send('run/write', { run, file }, bytes)),
    commit: async (run) => void (await bridge.invoke('run/commit', { run })),
    discard: async (run) => void (await bridge.invoke('run/discard', { run })),
  }
}
