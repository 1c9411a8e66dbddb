/** Published architectures, built from blocks, have the published number of weights; and are analysed at once. */
import { describe, expect, it } from 'vitest'
import { analyse, clearAnalyseMemos } from '../../engine/analyse/analyse'
import { blockType } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import { architectures } from './architectures'
import { documentOf } from './shared'

describe.each(architectures.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const document = documentOf(one)

  it('has as many weights as published', () => {
    const { ok, plan, problems } = analyse(document, catalogue)
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(ok).toBe(true)
    expect(plan.parameters).toBe(one.parameters)
    if (one.multiplyAdds !== undefined) expect(plan.multiplyAdds).toBe(one.multiplyAdds)
  })

  it('is built from blocks', () => {
    expect(Object.values(document.nodes).some(({ type }) => type === blockType)).toBe(true)
  })

  it('says what training would take', () => {
    const { memory, parameters, trainableParameters } = analyse(document, catalogue).plan
    expect(memory.weights).toBe(4 * parameters)
    // Weights, their gradients, two numbers each for Adam, and what the backward pass needs.
    expect(memory.training).toBeGreaterThan(4 * (parameters + 3 * trainableParameters))
  })

  it('is analysed in milliseconds, weights untouched', () => {
    clearAnalyseMemos()
    const began = performance.now()
    analyse(document, catalogue)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
