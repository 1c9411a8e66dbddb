/** The order in which the calls of a model can be gone through. */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import { inputClass, tensorsOf, type ForeignLayer } from './foreign'

/** Calls in an order in which every one comes after those that it takes from, or the layers that run in a circle. */
export function inOrder(
  layers: readonly ForeignLayer[],
): readonly { layer: ForeignLayer; index: number }[] | Refusal {
  const ordered: { layer: ForeignLayer; index: number }[] = []
  const known = new Set(
    layers.filter(({ className }) => className === inputClass).map(({ name }) => `${name} 0`),
  )
  let waiting = layers
    .filter(({ className }) => className !== inputClass)
    .flatMap((layer) => layer.calls.map((call, index) => ({ layer, index, needs: tensorsOf(call) })))
  while (waiting.length > 0) {
    const ready = waiting.filter(({ needs }) =>
      needs.every(({ layer, call }) => known.has(`${layer} ${call}`)),
    )
    const [first] = waiting
    if (ready.length === 0 && first !== undefined)
      return refuse(`The layer ${first.layer.name} takes something that no layer of the model gives.`)
    for (const { layer, index } of ready) {
      known.add(`${layer.name} ${index}`)
      ordered.push({ layer, index })
    }
    waiting = waiting.filter((one) => !ready.includes(one))
  }
  return ordered
}
