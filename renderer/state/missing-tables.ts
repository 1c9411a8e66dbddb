/** The tables of the user's that a graph reads: which are here, and which are wanted. A document keeps a file's name, not its rows. */
import type { Path } from '../../engine/graph/document'
import type { Plan } from '../../engine/analyse/plan'
import type { DataFile } from '../../engine/session/protocol'
import type { Dataset, TableDataset } from '../../nodes/kit/dataset'
import { isBundled } from './table-survey'

export interface MissingTable {
  readonly node: Path
  readonly file: string
}

/** The table that a data node reads, or null where its samples come from elsewhere. */
export function tableAt(plan: Plan, node: Path): TableDataset | null {
  const dataset = plan.byPath.get(node)?.params['dataset'] as Dataset | undefined
  return dataset?.kind === 'table' ? dataset : null
}

/** Files that the data nodes still read: one that was taken back by undo is not theirs any more. */
export function filesInUse(plan: Plan, files: readonly DataFile[]): readonly DataFile[] {
  return files.filter(({ node, name }) => tableAt(plan, node)?.file === name)
}

export function missingTables(plan: Plan, files: readonly DataFile[]): readonly MissingTable[] {
  const here = new Set(filesInUse(plan, files).map(({ node }) => node))
  return plan.data.flatMap((node) => {
    const table = tableAt(plan, node)
    return table === null || isBundled(table.file) || here.has(node) ? [] : [{ node, file: table.file }]
  })
}
