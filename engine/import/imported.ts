/** What every importer gives. */
import type { Document, Path } from '../graph/document'
import type { Weights } from '../export/run-weights'

/** A layer of another program that has no counterpart here: kept as a locked node with its attributes. */
export interface LockedNode {
  readonly path: Path
  /** Class or operator in the other program. */
  readonly op: string
  /** A sentence. */
  readonly reason: string
}

export interface Imported {
  readonly document: Document
  /** By `path:weight`, in our layouts; null where the file holds none. */
  readonly weights: Weights | null
  readonly locked: readonly LockedNode[]
}
