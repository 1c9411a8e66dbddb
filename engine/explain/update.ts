/** The update of a node's weights, written out. */
import type { Optimiser } from '../graph/document'
import type { Place } from './rule'
import type { Worked, WorkedWeight } from './work-out'
import { digits, factor, listed, sub, type Line } from './write'

const symbols: { readonly [K in Optimiser['kind']]: string } = {
  sgd: 'w − η·∂L/∂w',
  momentum: 'w − η·v',
  rmsprop: 'w − η·∂L/∂w / (√v + ε)',
  adam: 'w − η·m̂ / (√v̂ + ε)',
  adamw: 'w − η·(m̂ / (√v̂ + ε) + λ·w)',
}

/** Lines for the elements of a weight that go to one unit: a column of a matrix, one of a vector. */
function columnOf(
  { before }: WorkedWeight,
  unit: number,
  lineOf: (element: number) => Line | null,
): readonly Line[] {
  const width = before.shape.at(-1) ?? 1
  const size = before.shape.reduce((product, n) => product * n, 1)
  const j = Math.min(unit, width - 1)
  return listed(size / width, (i) => lineOf(i * width + j))
}

function nameOf({ name, before }: WorkedWeight, element: number): string {
  const width = before.shape.at(-1) ?? 1
  const letter = name === 'kernel' ? 'w' : name === 'bias' ? 'b' : name
  const row = Math.floor(element / width) + 1
  return letter + (before.shape.length > 1 ? sub(row, (element % width) + 1) : sub(element + 1))
}

export function updateLines(worked: Worked, path: string, { unit }: Place): readonly Line[] {
  const { rate, clipping } = worked.trace
  const settings = worked.plan.training[worked.trace.trainingStep]?.settings
  const kind = settings?.optimiser.kind ?? 'sgd'
  return worked.weights(path).flatMap((weight) =>
    columnOf(weight, unit, (at) => {
      const before = weight.before.grid?.values[at]
      const gradient = weight.gradient?.grid?.values[at]
      const after = weight.after?.grid?.values[at]
      if (before === undefined || gradient === undefined || after === undefined) return null
      const clipped = clipping === 1 ? '' : `${digits(clipping)}·`
      const name = nameOf(weight, at)
      return {
        left: `${name}⁺`,
        symbols: (clipping === 1 ? symbols[kind] : symbols[kind].replace('∂L/∂w', 'c·∂L/∂w')).replaceAll(
          'w',
          name.startsWith('b') ? 'b' : 'w',
        ),
        numbers:
          kind === 'sgd'
            ? `${digits(before)} − ${digits(rate)}·${clipped}${factor(gradient)}`
            : `${digits(before)} − ${factor(before - after)}`,
        value: after,
      }
    }),
  )
}
