/**
 * What the window may ask of its host, whoever that is: one table, channel -> schema of the argument, schema of the
 * result. The local server answers it over POST, the desktop shell over IPC; both check both sides. No path crosses
 * it: documents are `doc-<uuid>` handles that the host has granted, runs and drafts are ids.
 */
import * as z from 'zod'
import type { ChannelName } from './channels'

const documentId = z.string().regex(/^doc-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const stamp = z.string().max(100)
const documentText = z.string().max(64 * 1024 * 1024)

/** A file name without folders that every file system takes. */
const fileName = z
  .string()
  .min(1)
  .max(120)
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  .regex(/^(?![. ])[^/\\:*?"<>|\u0000-\u001f]*(?<![. ])$/)
  .refine((name) => !/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(name), 'reserved by Windows')

const slotId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)

export const runFiles = [
  'graph.wiregrad',
  'weights.safetensors',
  'run.json',
  'metrics.jsonl',
  'probes.safetensors',
] as const
export type RunFile = (typeof runFiles)[number]
const runFile = z.enum(runFiles)

/** The largest file of a run that the host takes. */
export const runFileLimit = 1024 ** 3

const savedOrChanged = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('saved'), stamp }),
  /** Somebody else has written the file since it was read: ask the user, then save with `stamp: null`. */
  z.strictObject({ kind: z.literal('changed-on-disk'), stamp }),
])

const words = z.string().max(200)

const menuCommand = z.strictObject({
  kind: z.literal('command'),
  id: words,
  label: words,
  /** As the command table writes it, `Mod+Shift+Z`; null where it has none. */
  keys: words.nullable(),
  enabled: z.boolean(),
})
const menuLine = z.strictObject({ kind: z.literal('line') })
const submenu = z.strictObject({
  kind: z.literal('submenu'),
  label: words,
  items: z
    .array(z.discriminatedUnion('kind', [menuCommand, menuLine]))
    .max(200)
    .readonly(),
})
/** A menu of the native menu bar. */
const menu = z.strictObject({
  label: words,
  items: z
    .array(z.discriminatedUnion('kind', [menuCommand, menuLine, submenu]))
    .max(200)
    .readonly(),
})
export type NativeMenu = z.infer<typeof menu>

/** What the shell adds to the menu bar. `webgpu` is the item that allows WebGPU where the browser doubts it. */
const shellWords = z.strictObject({
  webgpu: words,
  quit: words,
  window: words,
  minimise: words,
  zoom: words,
  close: words,
})

export type ShellWords = z.infer<typeof shellWords>

/** Whether to leave a document that is not saved, in the window's words. */
const question = z.strictObject({
  message: z.string().max(1000),
  detail: z.string().max(1000),
  save: words,
  leave: words,
  cancel: words,
})

/** What the browser does in a text field, for menu items that also mean something on the canvas. */
export const fieldEdits = ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll', 'delete'] as const

const nothing = z.strictObject({})
const done = z.strictObject({})

interface Row {
  readonly arg: z.ZodType
  readonly result: z.ZodType
  /** The request carries bytes beside its argument. */
  readonly takesBytes?: true
  /** The answer is bytes, and `result` describes nothing. */
  readonly givesBytes?: true
}

export const contract = {
  'app/info': {
    arg: nothing,
    result: z.strictObject({ host: z.enum(['web', 'electron']), version: z.string(), workspace: z.string() }),
  },

  /** Documents of the workspace folder. */
  'document/list': {
    arg: nothing,
    result: z.array(
      z.strictObject({ id: documentId, name: z.string(), modified: z.number(), bytes: z.number() }),
    ),
  },
  'document/read': {
    arg: z.strictObject({ id: documentId }),
    result: z.strictObject({ name: z.string(), text: z.string(), stamp }),
  },
  /** A new file; a name that is taken gets a number. `name` comes without its ending. */
  'document/create': {
    arg: z.strictObject({ name: fileName, text: documentText }),
    result: z.strictObject({ id: documentId, name: z.string(), stamp }),
  },
  /** `stamp` is what reading or the last saving gave; null overwrites whatever is there. */
  'document/save': {
    arg: z.strictObject({ id: documentId, text: documentText, stamp: stamp.nullable() }),
    result: savedOrChanged,
  },

  /** Desktop only: asks for a document in the system's dialog; null when the user asks for none. */
  'document/choose': { arg: nothing, result: z.strictObject({ id: documentId }).nullable() },
  /** Desktop only: asks in the system's dialog where to put a document, and saves it there. */
  'document/place': {
    arg: z.strictObject({ name: fileName, text: documentText }),
    result: z.strictObject({ id: documentId, name: z.string(), stamp }).nullable(),
  },

  /** Unsaved work, kept in user data and never over the user's file. One slot per window. */
  'autosave/list': {
    arg: nothing,
    result: z.array(z.strictObject({ slot: slotId, name: z.string(), modified: z.number() })),
  },
  'autosave/write': {
    arg: z.strictObject({ slot: slotId, name: fileName, text: documentText }),
    result: done,
  },
  'autosave/read': {
    arg: z.strictObject({ slot: slotId }),
    result: z.strictObject({ name: z.string(), text: z.string() }).nullable(),
  },
  'autosave/discard': { arg: z.strictObject({ slot: slotId }), result: done },

  /** Files of a run: write each, then commit; readers see the last committed set. */
  'run/write': { arg: z.strictObject({ run: slotId, file: runFile }), result: done, takesBytes: true },
  'run/commit': { arg: z.strictObject({ run: slotId }), result: z.strictObject({ files: z.array(runFile) }) },
  'run/list': {
    arg: nothing,
    result: z.array(
      z.strictObject({
        run: slotId,
        modified: z.number(),
        files: z.array(z.strictObject({ file: runFile, bytes: z.number() })),
      }),
    ),
  },
  'run/read': { arg: z.strictObject({ run: slotId, file: runFile }), result: done, givesBytes: true },
  'run/discard': { arg: z.strictObject({ run: slotId }), result: done },

  /** Desktop only. The window listens: what was waiting for it may come. */
  'window/ready': { arg: nothing, result: done },
  /** Whether work is unsaved, and the question to ask before it is left. */
  'window/report': { arg: z.strictObject({ edited: z.boolean(), question }), result: done },
  /** The menu bar, made of the command table, and the words of what the shell adds to it. */
  'window/menu': {
    arg: z.strictObject({ menus: z.array(menu).max(20).readonly(), words: shellWords }),
    result: done,
  },
  'window/edit': { arg: z.strictObject({ edit: z.enum(fieldEdits) }), result: done },
  'window/close': { arg: nothing, result: done },
} as const satisfies Record<ChannelName, Row>

export type Contract = typeof contract
export type Channel = keyof Contract
export type Arg<C extends Channel> = z.input<Contract[C]['arg']>
export type Result<C extends Channel> = Contract[C] extends { givesBytes: true }
  ? Uint8Array<ArrayBuffer>
  : z.output<Contract[C]['result']>

/** Channels whose request carries bytes. */
export type ByteChannel = { [C in Channel]: Contract[C] extends { takesBytes: true } ? C : never }[Channel]

export function isChannel(name: string): name is Channel {
  return Object.hasOwn(contract, name)
}

/** The one address of the local server that answers the contract, and the headers it reads. */
export const bridgePath = '/bridge'
export const channelHeader = 'x-wiregrad-channel'
export const argHeader = 'x-wiregrad-arg'
export const tokenHeader = 'x-wiregrad-token'
