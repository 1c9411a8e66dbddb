/**
 * How long an analysis takes: of 1,000 nodes with nothing remembered, after one edit in the middle, and of GPT-2 XL.
 */
import { expect, it } from 'vitest'
import { analyse, clearAnalyseMemos } from '../../engine/analyse/analyse'
import { catalogue } from '../../nodes/catalogue'
import { chain, edits, gpt2xl } from '../support/large-graphs'
import { time, type Timing } from '../support/timing'

function report(what: string, { median, shortest }: Timing, limit: number): void {
  console.log(
    `${what}: median ${median.toFixed(2)} ms, shortest ${shortest.toFixed(2)} ms (limit ${limit} ms)`,
  )
  expect(median).toBeLessThan(limit)
}

it('analyses 1,000 nodes from nothing', () => {
  const document = chain(1000)
  const cold = (): void => {
    clearAnalyseMemos()
    analyse(document, catalogue)
  }
  report('1,000 nodes, nothing remembered', time(cold, 101, 50), 20)
})

it('analyses 1,000 nodes again after one edit in the middle', () => {
  const documents = edits(chain(1000), 151)
  const edit = (): void => {
    analyse(documents.pop() ?? chain(1000), catalogue)
  }
  report('1,000 nodes, after an edit', time(edit, 101, 50), 10)
})

it('analyses GPT-2 XL from nothing', () => {
  const document = gpt2xl()
  const cold = (): void => {
    clearAnalyseMemos()
    analyse(document, catalogue)
  }
  expect(analyse(document, catalogue).plan.parameters).toBe(1_557_611_200)
  report('GPT-2 XL, 48 blocks', time(cold, 101, 30), 200)
})
