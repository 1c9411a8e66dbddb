/** What is taken of a surveyed table: target, features, and what becomes of rows that lack something. */
import { isAbsent } from '../../engine/formats/csv'
import type { TableDataset } from '../../nodes/kit/dataset'
import type { Strings } from '../ui/strings'
import { mostWords, type ColumnSurvey, type TableSurvey } from './table-survey'

export interface TableChoice {
  readonly target: string
  readonly task: TableDataset['task']
  readonly features: readonly string[]
  /** Rows that lack something in a column that is taken are left out; otherwise they stand in the way. */
  readonly leaveOut: boolean
}

/** What a choice comes to. */
export interface TableOutcome {
  /** Null where something stands in the way: then `problems` say what. */
  readonly dataset: TableDataset | null
  /** Rows that are taken. */
  readonly rows: number
  /** Numbers of one sample. */
  readonly width: number
  readonly problems: readonly string[]
}

type Words = Strings['table']

/** More different whole numbers than this are a quantity, not classes. */
const manyClasses = 20
/** More words than these are seldom worth a number each. */
const manyWords = 20
/** Of a column's odd cells these many are listed. */
const shownOdd = 3

/** What people mostly call what is to be learnt. */
const usualTargets =
  /^(target|label|labels|class|classes|species|y|output|outcome|survived|quality|diagnosis|mpg|medv|(.*[ _])?(price|value))$/i

export function taskOf(column: ColumnSurvey): TableDataset['task'] {
  const few = column.values !== null && column.values.length <= manyClasses
  return column.kind === 'words' || (column.whole && few) ? 'classes' : 'value'
}

/** A number that only tells the rows apart teaches nothing that holds for others. */
function isName({ name, whole, missing, values }: ColumnSurvey, { header, rows }: TableSurvey): boolean {
  const distinct = values === null ? rows.length > mostWords : values.length === rows.length
  if (!whole || missing > 0 || !distinct) return false
  if (/(id|index|number|no)$|^unnamed/i.test(name)) return true
  // The numbers of the rows, which programs write before them, without a name among names.
  const first = Number(rows[0]?.[0])
  return header && name === 'column 1' && rows.every(([cell], at) => Number(cell) === first + at)
}

function isUseful(column: ColumnSurvey, survey: TableSurvey): boolean {
  const rows = survey.rows.length
  if (column.missing > rows / 2 || column.odd.length > 0 || isName(column, survey)) return false
  if (column.kind === 'number') return true
  return column.values !== null && column.values.length <= Math.min(manyWords, Math.max(2, rows / 4))
}

/** Which rows lack something among these columns. What is there and no number is a fault of its own. */
function lacking(survey: TableSurvey, choice: TableChoice): boolean[] {
  const taken = survey.columns.flatMap(({ name }, at) =>
    name === choice.target || choice.features.includes(name) ? [at] : [],
  )
  return survey.rows.map((row) => taken.some((at) => isAbsent(row[at] ?? '')))
}

/** Whether a table has all the columns that a dataset names. */
export function namesColumnsOf(survey: TableSurvey, before: TableDataset | null): boolean {
  if (before === null || (before.header ?? true) !== survey.header) return false
  const names = new Set(survey.columns.map(({ name }) => name))
  return [...before.features, before.target].every((name) => names.has(name))
}

/** A choice to begin with: what the document had where it names the same columns, or what is usual. */
export function firstChoice(survey: TableSurvey, before: TableDataset | null): TableChoice {
  const names = survey.columns.map(({ name }) => name)
  if (before !== null && namesColumnsOf(survey, before))
    return {
      target: before.target,
      task: before.task,
      features: before.features,
      leaveOut: before.missing === 'leave-out' || survey.columns.some(({ missing }) => missing > 0),
    }
  // The last column is often what is to be learnt, but not where it only names the rows.
  const last = survey.columns.findLast((column) => isUseful(column, survey))
  const usual = names.find((name) => usualTargets.test(name)) ?? last?.name ?? names.at(-1) ?? ''
  return retarget(survey, usual, null)
}

/** Another target: the old one becomes a feature where it can be one. */
export function retarget(survey: TableSurvey, target: string, before: TableChoice | null): TableChoice {
  const column = survey.columns.find(({ name }) => name === target)
  const features = survey.columns
    .filter(({ name }) => name !== target)
    .filter((each) =>
      before === null || each.name === before.target
        ? isUseful(each, survey)
        : before.features.includes(each.name),
    )
    .map(({ name }) => name)
  return {
    target,
    task: column === undefined ? 'value' : taskOf(column),
    features,
    leaveOut: before?.leaveOut ?? true,
  }
}

export function outcomeOf(survey: TableSurvey, choice: TableChoice, words: Words): TableOutcome {
  const column = new Map(survey.columns.map((each) => [each.name, each]))
  const target = column.get(choice.target)
  const features = choice.features.flatMap((name) => column.get(name) ?? [])
  const asWords = features.filter(({ kind }) => kind === 'words')
  const lacks = lacking(survey, choice)
  const gaps = lacks.filter(Boolean).length
  const rows = survey.rows.length - (choice.leaveOut ? gaps : 0)
  const width = features.reduce(
    (sum, { kind, values }) => sum + (kind === 'words' ? (values?.length ?? 0) : 1),
    0,
  )
  const taken = [...features, ...(target === undefined ? [] : [target])]
  const first = lacks.indexOf(true) + 1
  const problems = [
    ...(features.length === 0 ? [words.noFeatures] : []),
    ...(survey.ragged.length > 0 ? [words.ragged(survey.ragged[0] ?? 0, survey.columns.length)] : []),
    ...taken.flatMap(({ name, odd }) => oddWords(name, odd, words)),
    ...asWords.flatMap(({ name, values }) => (values === null ? [words.tooManyWords(name, mostWords)] : [])),
    ...targetProblems(target, choice, words),
    ...(!choice.leaveOut && gaps > 0 ? [words.lacks(gaps, first)] : []),
    ...(rows < 2 ? [words.tooFewRows(rows)] : []),
  ]
  if (problems.length > 0 || target === undefined) return { dataset: null, rows, width, problems }
  return {
    rows,
    width,
    problems,
    dataset: {
      kind: 'table',
      file: survey.file,
      features: [...choice.features],
      target: choice.target,
      task: choice.task,
      classes: choice.task === 'classes' ? [...(target.values ?? [])] : [],
      hash: survey.hash,
      ...(survey.header ? {} : { header: false }),
      ...(asWords.length === 0
        ? {}
        : { categories: Object.fromEntries(asWords.map(({ name, values }) => [name, [...(values ?? [])]])) }),
      ...(choice.leaveOut && gaps > 0 ? { missing: 'leave-out' as const } : {}),
    },
  }
}

function oddWords(name: string, odd: ColumnSurvey['odd'], words: Words): string[] {
  if (odd.length === 0) return []
  const more = odd.length - shownOdd
  return [
    ...odd.slice(0, shownOdd).map(({ row, text }) => words.odd(row, name, text)),
    ...(more > 0 ? [words.moreOdd(more, name)] : []),
  ]
}

function targetProblems(target: ColumnSurvey | undefined, { task }: TableChoice, words: Words): string[] {
  if (target === undefined) return [words.noTarget]
  const { name, kind, values } = target
  if (task === 'value') return kind === 'words' ? [words.wordsAsValue(name)] : []
  if (values === null) return [words.tooManyWords(name, mostWords)]
  return values.length < 2 ? [words.oneClass(name)] : []
}
