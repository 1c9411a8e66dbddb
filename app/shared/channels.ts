/**
 * The names that pass between window and host, without the schemas: the preload script knows these and nothing more.
 */

/** Rows of the contract. */
export const channels = [
  'app/info',
  'document/list',
  'document/read',
  'document/create',
  'document/save',
  'document/choose',
  'document/place',
  'autosave/list',
  'autosave/write',
  'autosave/read',
  'autosave/discard',
  'run/write',
  'run/commit',
  'run/list',
  'run/read',
  'run/discard',
  'window/ready',
  'window/report',
  'window/menu',
  'window/edit',
  'window/close',
] as const

export type ChannelName = (typeof channels)[number]

/** Where the desktop shell speaks to the window. */
export const eventChannel = 'wiregrad/event'

/** What the desktop shell tells the window of its own accord. */
export type HostEvent =
  /** A menu item was chosen: the id of a command. */
  | { readonly kind: 'command'; readonly id: string }
  /** The system asks to open a document: the handle that was granted for it. */
  | { readonly kind: 'open'; readonly id: string }
  /** The user closes the window and wants the document saved first; answered by `window/close`, or not at all. */
  | { readonly kind: 'save-and-close' }
  /** The graphics process ended; with `switchedOff`, the switch that allowed WebGPU here was taken back. */
  | { readonly kind: 'graphics-lost'; readonly switchedOff: boolean }

/** How a host answers over IPC: bytes as they are, everything else in one of two envelopes. */
export type Envelope = { readonly ok: unknown } | { readonly error: string } | Uint8Array<ArrayBuffer>

/** What the preload script puts on `window.wiregrad`. */
export interface NativeBridge {
  readonly ask: (channel: string, arg: unknown, bytes?: Uint8Array<ArrayBuffer>) => Promise<Envelope>
  readonly listen: (listener: (event: HostEvent) => void) => void
}
