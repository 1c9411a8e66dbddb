/**
 * Every case of every definition in the catalogue, asked of PyTorch as well: a new node type needs no line here. Numbers
 * are drawn as the contract test draws them, four decimals, symbolic axes three long. One golden file a type.
 */
import { catalogue } from '../../nodes/catalogue'
import type { Definition } from '../../nodes/kit/define'
import type { Spec } from '../../nodes/kit/spec'
import * as node from '../nodes/support/harness'
import { concrete, type Case } from './case'
import { indices, oneHot, reals, sizeOf, type Numbers } from './numbers'
import { caseOfType } from './type-documents'

const [batch, time] = [2, 3]

/** A node that draws from nothing, and a cut that has no gradient, have no numbers to compare. */
function answers({ role, type, inputs }: Definition): boolean {
  return (
    !['data', 'input', 'output'].includes(role) &&
    Object.keys(inputs).length > 0 &&
    !['stop-gradient', 'locked'].includes(type)
  )
}

function drawn(definition: Definition, name: string, item: node.Case, port: string, spec: Spec): Numbers {
  const shape = concrete(spec, batch, time)
  const draw = node.drawOf(item, port, spec)
  // An open input gives tokens or real numbers; classes for a port that takes no tokens come as real numbers.
  const whole = spec.dtype === 'int32' && definition.inputs[port]?.accepts?.includes('tokens') !== false
  if (typeof draw === 'object')
    return { ...indices(name, shape, draw.below), dtype: whole ? 'int32' : 'float32' }
  switch (draw) {
    case 'binary': {
      const bits = indices(name, shape, 2)
      const last = shape.at(-1) ?? 1
      return { dtype: 'float32', shape, values: bits.values.map((bit, at) => (at % last === 0 ? 1 : bit)) }
    }
    case 'one-hot':
      return oneHot(name, shape)
    case 'probability':
      return reals(name, shape, 0.4, 0.5)
    case 'positive':
      return reals(name, shape, 0.7, 1)
    case 'real':
      return reals(name, shape, sizeOf(shape) > 200 ? 1 : 1.5)
  }
}

function casesOf(definition: Definition): readonly Case[] {
  return definition.cases
    .filter((item) => item.refused === undefined)
    .map((item, index) => {
      const name = `${definition.type}-${index}`
      const inputs = Object.fromEntries(
        Object.entries(item.inputs).map(([port, spec]) => [
          port,
          Array.isArray(spec)
            ? (spec as Spec[]).map((one, at) => drawn(definition, `${name}-${port}-${at}`, item, port, one))
            : drawn(definition, `${name}-${port}`, item, port, spec as Spec),
        ]),
      )
      const made = caseOfType({ name, type: definition.type, params: item.params ?? {}, inputs })
      const fixed = Object.entries(item.inputs).flatMap(([port, spec]) =>
        [spec].flat().flatMap((one, at) => {
          const draw = node.drawOf(item, port, one)
          const still = draw === 'binary' || draw === 'one-hot' || typeof draw === 'object'
          return still ? [`in_${port}${Array.isArray(spec) ? `_${at}` : ''}:y`] : []
        }),
      )
      return { ...made, fixed }
    })
}

/** By the golden file that keeps them: `types/TYPE`. */
export function definitionCases(): ReadonlyMap<string, readonly Case[]> {
  return new Map(
    [...catalogue.values()]
      .filter(answers)
      .map((definition) => [`types/${definition.type}`, casesOf(definition)] as const),
  )
}
