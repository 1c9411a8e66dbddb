/**
 * Brings the envelope of an older file up to the version that this code writes. Settings of nodes are migrated by the
 * node's own definition (`migrate-nodes`). Each entry turns version k (index k - 1) into k + 1 and works on parsed
 * JSON that no schema has seen, so it must not throw on any.
 */
import { documentVersion } from './document'

type Json = Readonly<Record<string, unknown>>

/** One function for each version that has been left behind. `tests/engine/graph/saved/vN` keeps files of each. */
const migrations: readonly ((file: Json) => Json)[] = []

/** The file in the newest version's form, not yet checked. `version` must be between 1 and `documentVersion`. */
export function migrateEnvelope(file: Json, version: number): Json {
  let result = file
  for (const migrate of migrations.slice(version - 1)) result = migrate(result)
  return { ...result, version: documentVersion }
}
