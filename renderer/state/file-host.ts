/** What documents need of the host and the browser, and the names and sentences that pass between them. */

/** A document that the host has: an id that it granted, never a path. */
export interface StoredDocument {
  readonly id: string
  readonly name: string
  readonly modified: number
}

/** What is needed of the host and the browser; the window fills it in. */
export interface FileHost {
  list(): Promise<readonly StoredDocument[]>
  read(id: string): Promise<{ readonly name: string; readonly text: string; readonly stamp: string }>
  create(
    name: string,
    text: string,
  ): Promise<{ readonly id: string; readonly name: string; readonly stamp: string }>
  save(
    id: string,
    text: string,
    stamp: string | null,
  ): Promise<{ readonly kind: 'saved' | 'changed-on-disk'; readonly stamp: string }>
  listDrafts(): Promise<
    readonly { readonly slot: string; readonly name: string; readonly modified: number }[]
  >
  writeDraft(slot: string, name: string, text: string): Promise<void>
  readDraft(slot: string): Promise<{ readonly name: string; readonly text: string } | null>
  discardDraft(slot: string): Promise<void>
  /** A file that ships with the window. */
  fetchOwn(path: string): Promise<string>
  download(name: string, bytes: Uint8Array<ArrayBuffer> | string): void
  /** The system's own dialogs, where the host has them: each gives null when the user thinks better of it. */
  readonly system: {
    /** A handle for the document that the user chose. */
    choose(): Promise<string | null>
    place(
      name: string,
      text: string,
    ): Promise<{ readonly id: string; readonly name: string; readonly stamp: string } | null>
  } | null
}

/** A name that every file system takes. */
export function safeName(name: string): string {
  const plain = name
    .replace(/[/\\:*?"<>|\p{Cc}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '')
    .slice(0, 100)
    .trim()
  return plain === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? 'network' : plain
}

/** What went wrong, as the host says it. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
