/** A sample, what was wanted of the net and what it answered, in words. */
import type { Plan } from '../../engine/analyse/plan'
import type { Path } from '../../engine/graph/document'
import type { SampleLook, SampleNumbers } from '../../engine/session/look'
import { categoriesOf, type Dataset } from '../../nodes/kit/dataset'
import { formatNumber } from '../ui/format'

/** What the classes of a data node's targets are called; null where they are real numbers. */
export function classesOf(plan: Plan, path: Path): readonly string[] | null {
  const step = plan.byPath.get(path)
  if (step?.definition.role !== 'data') return null
  const dataset = step.params['dataset'] as Dataset
  switch (dataset.kind) {
    case 'table':
      return dataset.task === 'classes' ? dataset.classes : null
    case 'recall':
    case 'reverse':
      return Array.from({ length: dataset.symbols }, (_, symbol) => String(symbol))
    case 'inline':
    case 'ring':
      return null
  }
}

/** What each number of a data node's table stands for. */
export function featuresOf(plan: Plan, path: Path): readonly string[] | null {
  const dataset = plan.byPath.get(path)?.params['dataset'] as Dataset | undefined
  if (dataset?.kind !== 'table') return null
  return dataset.features.flatMap(
    (column) => categoriesOf(dataset, column)?.map((word) => `${column} = ${word}`) ?? [column],
  )
}

/** The tokens of a sample's first sequence of tokens, as words. */
export function tokensOf(plan: Plan, sample: SampleLook | null): readonly string[] {
  const given = sample?.inputs.find(({ path, shape }) => {
    const spec = plan.byPath.get(path)?.outputs['x']
    return spec?.kind === 'tokens' && shape.length === 1
  })
  return given === undefined ? [] : Array.from(given.values, String)
}

/** The largest of every `width` numbers. */
function largest(values: Float32Array, width: number): number[] {
  return Array.from({ length: Math.floor(values.length / width) }, (_, row) => {
    const part = values.subarray(row * width, (row + 1) * width)
    return part.indexOf(Math.max(...part))
  })
}

function classNumbers({ shape, values }: SampleNumbers, classes: number): readonly number[] {
  // Scores or one-hot numbers of every class, or the class itself.
  return shape.at(-1) === classes ? largest(values, classes) : [...values]
}

export interface Answer {
  readonly wanted: readonly string[]
  readonly given: readonly string[]
  /** By place, whether it was right; empty for real numbers. */
  readonly right: readonly boolean[]
}

/** What was wanted and what came, as classes where the target is one; null where there is no target or no prediction. */
export function answerOf(plan: Plan, { target, prediction }: SampleLook): Answer | null {
  if (target === null || prediction === null) return null
  const classes = classesOf(plan, target.path)
  if (classes === null) {
    const text = ({ values }: SampleNumbers) => Array.from(values.slice(0, 8), formatNumber)
    return { wanted: text(target), given: text(prediction), right: [] }
  }
  const names = (numbers: readonly number[]) => numbers.map((at) => classes[at] ?? String(at))
  const wanted = classNumbers(target, classes.length)
  if (prediction.shape.at(-1) !== classes.length)
    return {
      wanted: names(wanted),
      given: Array.from(prediction.values.slice(0, 8), formatNumber),
      right: [],
    }
  const given = largest(prediction.values, classes.length)
  return {
    wanted: names(wanted),
    given: names(given),
    right: wanted.map((at, place) => at === given[place]),
  }
}
