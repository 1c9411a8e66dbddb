import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { nameOf } from '../../../engine/analyse/name-of'
import { catalogue } from '../../../nodes/catalogue'
import { xor } from '../../support/graph'

function names(labels: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const document = xor()
  for (const [id, label] of Object.entries(labels)) {
    const node = document.nodes[id]
    if (node === undefined) throw new Error(id)
    document.nodes[id] = { ...node, label }
  }
  const { plan } = analyse(document, catalogue)
  return Object.fromEntries(Object.keys(labels).map((id) => [id, nameOf(plan, id)]))
}

describe('what a finding calls a node', () => {
  it('is what its card says, with the path only where two say the same', () => {
    expect(names({ hidden: 'First', logits: 'Last' })).toEqual({ hidden: '“First”', logits: '“Last”' })
    expect(names({ hidden: 'Layer', logits: 'Layer' })).toEqual({
      hidden: '“Layer” (hidden)',
      logits: '“Layer” (logits)',
    })
    expect(names({ hidden: 'First', logits: undefined })).toEqual({ hidden: '“First”', logits: 'Dense' })
    expect(names({ hidden: undefined, logits: ' ' })).toEqual({
      hidden: 'Dense (hidden)',
      logits: 'Dense (logits)',
    })
  })
})
