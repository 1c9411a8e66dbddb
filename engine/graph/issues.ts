/**
 * Turns what a schema found wrong into a sentence: where, what was wanted, what came.
 */
import type * as z from 'zod'
import { formatPath } from './scan'

/** A value short enough for a sentence. */
export function quote(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)
  if (Array.isArray(value)) {
    const text = JSON.stringify(value) as string | undefined
    return text !== undefined && text.length <= 40 ? text : `a list of ${value.length}`
  }
  if (typeof value === 'object' && value !== null) return 'an object'
  return typeof value === 'number' ? String(value) : JSON.stringify(value)
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

const names: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  tuple: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

function bound(
  issue: { readonly origin: string; readonly inclusive?: boolean | undefined },
  limit: number,
  side: 'least' | 'most',
): string {
  if (issue.origin === 'string') return `text of at ${side} ${limit} characters`
  if (issue.origin === 'array') return `a list of at ${side} ${limit}`
  if (issue.inclusive === false) return `a number ${side === 'least' ? 'above' : 'below'} ${limit}`
  return `a number of at ${side} ${limit}`
}

function wanted(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return names[issue.expected] ?? issue.expected
    case 'too_small':
      return bound(issue, Number(issue.minimum), 'least')
    case 'too_big':
      return bound(issue, Number(issue.maximum), 'most')
    case 'invalid_value':
      return issue.values.length === 1
        ? quote(issue.values[0])
        : `one of ${issue.values.map((value) => String(value)).join(', ')}`
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.join(', ')}`
        : 'another form'
    case 'invalid_format':
      return 'a word of the right form'
    case 'not_multiple_of':
      return `a multiple of ${issue.divisor}`
    default:
      return 'something else'
  }
}

/** What a sentence is about where the path does not say. */
interface Subject {
  /** Put before the path: what the value is a part of. */
  readonly prefix?: readonly PropertyKey[]
  /** Stands for an empty path, with a capital. */
  readonly whole?: string
}

/** The first problem of a parse as one sentence. */
export function issueSentence(error: z.ZodError, root: unknown, subject: Subject = {}): string {
  const whole = subject.whole ?? 'The file'
  const issue = deepest(tightest(error.issues))
  if (issue === undefined) return `${whole} is not of the right form.`
  const path = [...(subject.prefix ?? []), ...issue.path]
  const where = path.length === 0 ? whole : `\`${formatPath(path)}\``
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => quote(key)).join(', ')
    return `There is no entry ${keys} in ${path.length === 0 ? whole.toLowerCase() : where}; remove it.`
  }
  if (issue.code === 'invalid_key') {
    return `${where} is not a name that can be used here: ${issue.issues[0]?.message ?? 'it has the wrong form'}.`
  }
  const value = valueAt(root, issue.path)
  if (issue.code === 'invalid_union' && !('options' in issue)) {
    return value === undefined
      ? `${where} is missing.`
      : `${where} is not of the right form: ${quote(value)} came.`
  }
  if (value === undefined) return `${where} is missing: ${wanted(issue)} was wanted.`
  if (issue.code === 'custom' || (issue.code === 'invalid_format' && !issue.message.startsWith('Invalid'))) {
    return `${where} is ${quote(value)}. ${issue.message}.`
  }
  return `${where} must be ${wanted(issue)}, but is ${quote(value)}.`
}

/** The first issue; where it is only the range of safe integers, the field's own limit that is exceeded as well. */
function tightest(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue | undefined {
  const [first] = issues
  if (first === undefined || !('origin' in first) || first.origin !== 'int') return first
  const place = formatPath(first.path)
  const own = issues.find((one) => one !== first && one.code === first.code && formatPath(one.path) === place)
  return own ?? first
}

/** Of a union, the issue of the one branch that came furthest; its path is made whole. */
function deepest(issue: z.core.$ZodIssue | undefined): z.core.$ZodIssue | undefined {
  if (issue?.code !== 'invalid_union') return issue
  const branches = issue.errors
    .flatMap((branch) => branch.slice(0, 1))
    .sort((a, b) => b.path.length - a.path.length)
  const [first, second] = branches
  if (first === undefined || first.path.length === 0 || first.path.length === second?.path.length)
    return issue
  return deepest({ ...first, path: [...issue.path, ...first.path] })
}
