import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { catalogue } from '../../../nodes/catalogue'
import { xor } from '../../support/graph'

describe('analyse', () => {
  it('turns a small network into an ordered, shaped and counted Plan', () => {
    const { ok, problems, plan, wires } = analyse(xor(), catalogue)
    expect(problems).toEqual([])
    expect(ok).toBe(true)
    expect(plan.steps.map((step) => [step.path, step.parameters])).toEqual([
      ['data', 0],
      ['input', 0],
      ['hidden', 12],
      ['logits', 5],
      ['loss', 0],
      ['output', 0],
    ])
    expect(plan.model).toEqual({
      inputs: [{ path: 'input', port: 'y' }],
      outputs: [{ path: 'logits', port: 'y' }],
    })
    expect(plan.training.map((step) => [step.losses, step.trains])).toEqual([
      [['loss'], ['hidden', 'logits']],
    ])
    expect(wires.get('w3')?.shape).toEqual([null, 4])
  })
})
