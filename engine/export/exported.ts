/** What every exporter takes and gives. */
import type { Plan } from '../analyse/plan'
import type { Document } from '../graph/document'
import type { Weights } from './run-weights'

export interface ExportSource {
  readonly document: Document
  readonly plan: Plan
  /** Every weight of the plan, by `path:weight`, in our layouts. */
  readonly weights: Weights
}

export interface ExportedFile {
  /** Path within the export, with `/`. */
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export interface Exported {
  readonly files: readonly ExportedFile[]
  /** Numbers in the file, moving statistics included. */
  readonly parameters: number
  /** Where each of our weights went: ours (`path:weight`) -> theirs. */
  readonly names: Readonly<Record<string, string>>
}
