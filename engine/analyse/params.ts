/**
 * Settings of nodes: brought up to date, completed by an instance's own, checked by the definition's fields. Checking
 * is remembered by the identity of the settings object, which immer keeps for every node that an edit leaves alone;
 * the objects are frozen, so that a change in place cannot go unseen.
 */
import type * as z from 'zod'
import type { Node } from '../graph/document'
import { issueSentence } from '../graph/issues'
import { migrateParams } from '../graph/migrate-nodes'
import { paramsSchema, type Definition, type Params } from '../../nodes/kit/define'

export type Checked = { readonly params: Params } | { readonly fault: string }

interface Remembered {
  readonly definition: Definition
  readonly version: number
  readonly checked: Checked
}

/** One per definition, whatever the documents. */
const schemas = new WeakMap<Definition, z.ZodType<Params>>()
let remembered = new WeakMap<Params, Remembered>()
let merged = new WeakMap<Params, Map<string, Params>>()

/** Forgets everything about documents: for measuring a cold start. */
export function clearParams(): void {
  remembered = new WeakMap()
  merged = new WeakMap()
}

function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  Object.freeze(value)
  for (const item of Object.values(value)) deepFreeze(item)
}

/** Settings with an instance's own in place of the block's; the same object for the same values. */
export function withOverrides(params: Params, overrides: Params): Params {
  const key = JSON.stringify(overrides)
  let known = merged.get(params)
  if (known === undefined || known.size > 1000) {
    known = new Map()
    merged.set(params, known)
  }
  const found = known.get(key)
  if (found !== undefined) return found
  const result = { ...params, ...overrides }
  known.set(key, result)
  return result
}

function schemaOf(definition: Definition): z.ZodType<Params> {
  const known = schemas.get(definition)
  if (known !== undefined) return known
  const schema = paramsSchema(definition)
  schemas.set(definition, schema)
  return schema
}

function check(definition: Definition, version: number, params: Params): Checked {
  if (version > definition.version) {
    return {
      fault: `It was saved by a newer Wiregrad (version ${version} of ${definition.title}, this one knows ${definition.version}); open the graph with a newer version.`,
    }
  }
  const current = migrateParams(definition, version, params)
  const result = schemaOf(definition).safeParse(current)
  return result.success
    ? { params: result.data }
    : { fault: issueSentence(result.error, current, { whole: 'The settings' }) }
}

/** The checked settings of a node, or a sentence about the first thing wrong with them. */
export function checkParams(definition: Definition, node: Node, params: Params): Checked {
  const known = remembered.get(params)
  if (known !== undefined && known.definition === definition && known.version === node.version)
    return known.checked
  deepFreeze(params)
  const checked = check(definition, node.version, params)
  remembered.set(params, { definition, version: node.version, checked })
  return checked
}
