/**
 * Analysis runs on every edit, so it must stay quick. Times are set against a fixed piece of work on the same machine
 * (copying the document as JSON), so that a slow or busy machine does not fail the test and a fivefold slowdown does.
 */
import { describe, expect, it } from 'vitest'
import { analyse, clearAnalyseMemos } from '../../../engine/analyse/analyse'
import type { Document } from '../../../engine/graph/document'
import { catalogue } from '../../../nodes/catalogue'
import { chain, edits, gpt2xl } from '../../support/large-graphs'
import { timesOf } from '../../support/timing'

const thousand = chain(1000)

function copy(): void {
  JSON.parse(JSON.stringify(thousand))
}

describe('analysis of large graphs', () => {
  it('gives a Plan without problems', () => {
    const { ok, problems, plan } = analyse(thousand, catalogue)
    expect([ok, problems, plan.steps.length]).toEqual([true, [], 1000])
  })

  it('counts the parameters of GPT-2 XL', () => {
    const { ok, plan } = analyse(gpt2xl(), catalogue)
    expect([ok, plan.parameters, plan.steps.length]).toEqual([true, 1_557_611_200, 5 + 48 * 8])
  })

  it('is quick', () => {
    const xl = gpt2xl()
    const documents = edits(thousand, 40)
    const anew = (document: Document) => (): void => {
      clearAnalyseMemos()
      analyse(document, catalogue)
    }
    // About 5, 1.5 and 0.5 when this was written.
    expect(timesOf(anew(thousand), copy, 25)).toBeLessThan(12)
    expect(timesOf(() => void analyse(documents.pop() ?? thousand, catalogue), copy, 30)).toBeLessThan(5)
    expect(timesOf(anew(xl), copy, 25)).toBeLessThan(2)
  })
})
