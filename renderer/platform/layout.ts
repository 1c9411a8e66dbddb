/** Starts the worker of "Tidy up" at the first wish and turns its answers into places. */
import * as z from 'zod'
import type { Layout } from '../state/layout'
import layoutUrl from './layout-worker?worker&url'
import { trustedScript } from './script-address'

const answerSchema = z.object({
  id: z.number(),
  places: z.array(z.tuple([z.string(), z.number(), z.number()])),
})

type Answer = z.infer<typeof answerSchema>

export function createLayout(): Layout {
  let worker: Worker | null = null
  let count = 0
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(why: Error): void }>()

  function start(): Worker {
    const made = new Worker(trustedScript(layoutUrl), { type: 'module', name: 'wiregrad-layout' })
    made.addEventListener('message', (event: MessageEvent<unknown>) => {
      const answer = answerSchema.parse(event.data)
      waiting.get(answer.id)?.resolve(answer)
      waiting.delete(answer.id)
    })
    made.addEventListener('error', (event) => {
      event.preventDefault()
      for (const { reject } of waiting.values()) reject(new Error(event.message))
      waiting.clear()
      made.terminate()
      worker = null
    })
    return made
  }

  return async (cards, wires) => {
    if (cards.size === 0) return new Map()
    worker ??= start()
    count += 1
    const id = count
    const answer = new Promise<Answer>((resolve, reject) => waiting.set(id, { resolve, reject }))
    worker.postMessage({
      id,
      cards: [...cards].map(([card, { width, height }]) => ({ id: card, width, height })),
      wires: wires
        .filter(({ from, to }) => cards.has(from[0]) && cards.has(to[0]))
        .map(({ from, to }) => [from[0], to[0]]),
    })
    const { places } = await answer
    const middle = (points: readonly (readonly [number, number])[], axis: 0 | 1) => {
      const values = points.map((point) => point[axis])
      return (Math.min(...values) + Math.max(...values)) / 2
    }
    const before = [...cards.values()].map(
      ({ x, y, width, height }) => [x + width / 2, y + height / 2] as const,
    )
    const after = places.map(([, x, y]) => [x, y] as const)
    const shift = [middle(before, 0) - middle(after, 0), middle(before, 1) - middle(after, 1)] as const
    return new Map(
      places.map(([card, x, y]) => {
        const { width, height } = cards.get(card) ?? { width: 0, height: 0 }
        return [card, [Math.round(x - width / 2 + shift[0]), Math.round(y - height / 2 + shift[1])] as const]
      }),
    )
  }
}
