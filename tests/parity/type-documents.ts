/** The case of one node type as a document: an open input for each number that flows in, and the node. */
import { analyse } from '../../engine/analyse/analyse'
import { createDocument } from '../../engine/graph/create'
import type { Document } from '../../engine/graph/document'
import { initialParams } from '../../nodes/kit/define'
import { catalogue } from '../../nodes/catalogue'
import type { Case } from './case'
import type { Numbers } from './numbers'
import type { TypeCase } from './type-cases'

const at: [number, number] = [0, 0]

interface Entry {
  readonly id: string
  readonly port: string
  readonly key: string | null
  readonly numbers: Numbers
}

/** Ids of the inputs: the port's name, or `xs_0`, `xs_1` for a list port. */
function entries(one: TypeCase): readonly Entry[] {
  return Object.entries(one.inputs).flatMap(([port, given]): readonly Entry[] =>
    'dtype' in given
      ? [{ id: `in_${port}`, port, key: null, numbers: given }]
      : given.map((numbers, index) => ({ id: `in_${port}_${index}`, port, key: `a${index}`, numbers })),
  )
}

export function caseOfType(one: TypeCase): Case {
  const definition = catalogue.get(one.type)
  if (definition === undefined) throw new Error(`The catalogue has no type ${one.type}.`)
  const inputs = entries(one)
  const document: Document = {
    ...createDocument(one.name),
    nodes: {
      ...Object.fromEntries(
        inputs.map(({ id, numbers }) => [
          id,
          {
            type: 'input',
            version: 1,
            params: {
              shape: numbers.shape.slice(1),
              values: numbers.dtype === 'int32' ? 'tokens' : 'numbers',
            },
            at,
          },
        ]),
      ),
      node: {
        type: one.type,
        version: definition.version,
        params: { ...initialParams(definition), ...one.params } as Document['nodes'][string]['params'],
        at,
      },
    },
    wires: Object.fromEntries(
      inputs.map(({ id, port, key }) => [
        `w_${id}`,
        { from: [id, 'y'], to: key === null ? ['node', port] : ['node', port, key] },
      ]),
    ),
  }
  const planned = analyse(document, catalogue).plan.byPath.get('node')?.outputs ?? definition.outputs
  const outputs = Object.keys(definition.outputs).filter((port) => Object.hasOwn(planned, port))
  return {
    name: one.name,
    document,
    feeds: Object.fromEntries(inputs.map(({ id, numbers }) => [`${id}:y`, numbers])),
    training: one.training ?? false,
    watch: outputs.length === 0 ? ['node:value'] : outputs.map((port) => `node:${port}`),
    descent: null,
  }
}
