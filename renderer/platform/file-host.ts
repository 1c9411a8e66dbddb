/** The bridge and the browser, as the document store wants them. */
import type { FileHost } from '../state/file-host'
import type { Bridge } from './bridge'
import { downloadFile } from './download'

export function createHost(bridge: Bridge): FileHost {
  return {
    list: () => bridge.invoke('document/list', {}),
    read: (id) => bridge.invoke('document/read', { id }),
    create: (name, text) => bridge.invoke('document/create', { name, text }),
    save: (id, text, stamp) => bridge.invoke('document/save', { id, text, stamp }),
    listDrafts: () => bridge.invoke('autosave/list', {}),
    writeDraft: async (slot, name, text) =>
      void (await bridge.invoke('autosave/write', { slot, name, text })),
    readDraft: (slot) => bridge.invoke('autosave/read', { slot }),
    discardDraft: async (slot) => void (await bridge.invoke('autosave/discard', { slot })),
    async fetchOwn(path) {
      const response = await fetch(path)
      if (!response.ok)
        throw new Error(`The file ${path} is not there: the server answered ${response.status}.`)
      return response.text()
    },
    download: downloadFile,
    system:
      bridge.listen === null
        ? null
        : {
            choose: async () => (await bridge.invoke('document/choose', {}))?.id ?? null,
            place: (name, text) => bridge.invoke('document/place', { name, text }),
          },
  }
}
