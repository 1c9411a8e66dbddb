/**
 * Settings of one node type, from an older version to its definition's. The steps stand in the node's own file; here
 * is only the loop, used by analyse (which never changes a document) and by saving.
 */
import type { Definition } from '../../nodes/kit/define'

/** The settings in the form of the definition's version, not yet checked. `version` must not be newer than that. */
export function migrateParams(
  definition: Definition,
  version: number,
  params: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  let result: Record<string, unknown> = params
  for (const migrate of definition.migrations.slice(version - 1)) result = migrate(result)
  return result
}
