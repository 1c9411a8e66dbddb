/** Every case of every definition as a document with outputs, so that a new node type needs no line here. */
import type { Document } from '../../../../engine/graph/document'
import { catalogue } from '../../../../nodes/catalogue'
import type { Definition } from '../../../../nodes/kit/define'
import type { Case } from '../../../parity/case'
import { definitionCases } from '../../../parity/definition-cases'

/** The case with an output node behind every output of its node. */
function withOutputs(one: Case): Case {
  const ports = one.watch.map((name) => name.slice('node:'.length))
  const document: Document = {
    ...one.document,
    nodes: {
      ...one.document.nodes,
      ...Object.fromEntries(
        ports.map((port) => [
          `out_${port}`,
          { type: 'output', version: 1, params: {}, at: [0, 0] as [number, number] },
        ]),
      ),
    },
    wires: {
      ...one.document.wires,
      ...Object.fromEntries(
        ports.map((port) => [
          `w_out_${port}`,
          { from: ['node', port] as [string, string], to: [`out_${port}`, 'x'] as [string, string] },
        ]),
      ),
    },
  }
  return { ...one, document }
}

export interface NodeCases {
  readonly definition: Definition
  readonly cases: readonly Case[]
}

/** Layers, and functions that write themselves in ONNX. */
export function nodeCases(): readonly NodeCases[] {
  const all = definitionCases()
  return [...catalogue.values()]
    .filter(({ role }) => role === 'layer' || role === 'function')
    .flatMap((definition) => {
      const cases = all.get(`types/${definition.type}`)
      return cases === undefined ? [] : [{ definition, cases: cases.map(withOutputs) }]
    })
}
