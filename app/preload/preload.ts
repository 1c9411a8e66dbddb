/**
 * What the window sees of the desktop shell: two functions, and names instead of Electron. It runs in the sandbox, where
 * nothing but Electron can be loaded, and is one file.
 */
import { contextBridge, ipcRenderer } from 'electron'
import { channels, eventChannel, type Envelope, type HostEvent, type NativeBridge } from '../shared/channels'

const known: ReadonlySet<string> = new Set(channels)

const bridge: NativeBridge = {
  ask: (channel, arg, bytes) =>
    known.has(channel)
      ? (ipcRenderer.invoke(channel, arg, bytes) as Promise<Envelope>)
      : Promise.reject(new Error('There is no such channel.')),
  // The message only: the event that carries it would hand out its sender.
  listen: (listener) => {
    ipcRenderer.on(eventChannel, (_event, message: HostEvent) => listener(message))
  },
}

contextBridge.exposeInMainWorld('wiregrad', bridge)
