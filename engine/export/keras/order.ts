/**
 * The order in which Keras keeps the layers of a functional model: by depth (how far from an output, the farthest first),
 * and within a depth in the order in which a walk back from the outputs meets them. Its weight files number layers in
 * this order, so a file with another one would put weights into the wrong layers.
 */
import { inputClass, takenBy, type Call, type Layer, type Value } from './graph'

interface Walked {
  /** Calls, each after those that it takes values of. */
  readonly calls: readonly Call[]
  /** Layers as the walk met them first. */
  readonly met: ReadonlyMap<Layer, number>
}

/** Depth first from every output in turn, back to the inputs; without recursion, since nets can be very deep. */
function walkBack(outputs: readonly Value[]): Walked {
  const calls: Call[] = []
  const met = new Map<Layer, number>()
  const seen = new Set<Call>()
  for (const { call: end } of outputs) {
    const open: { call: Call; next: number }[] = []
    const enter = (call: Call): void => {
      if (seen.has(call)) return
      seen.add(call)
      if (!met.has(call.layer)) met.set(call.layer, met.size)
      open.push({ call, next: 0 })
    }
    enter(end)
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const value = takenBy(top.call)[top.next]
      top.next += 1
      if (value !== undefined) enter(value.call)
      else calls.push((open.pop() as { call: Call }).call)
    }
  }
  return { calls, met }
}

/** Every call between the outputs and the inputs, each after those that it takes values of. */
export function callsInOrder(outputs: readonly Value[]): readonly Call[] {
  return walkBack(outputs).calls
}

/** Layers by depth; a layer is as deep as its deepest call. */
function depths(calls: readonly Call[]): ReadonlyMap<Layer, number> {
  const ofCall = new Map<Call, number>()
  const ofLayer = new Map<Layer, number>()
  for (const call of calls.toReversed()) {
    const depth = Math.max(ofCall.get(call) ?? 0, ofLayer.get(call.layer) ?? 0)
    ofLayer.set(call.layer, depth)
    ofCall.set(call, depth)
    for (const { call: before } of takenBy(call))
      ofCall.set(before, Math.max(depth + 1, ofCall.get(before) ?? 0))
  }
  return ofLayer
}

export function inKerasOrder(inputs: readonly Value[], outputs: readonly Value[]): readonly Layer[] {
  const { calls, met } = walkBack(outputs)
  const depth = depths(calls)
  const place = new Map(met)
  const all = new Map(depth)
  for (const { call } of inputs) {
    // An input that leads nowhere comes before what else is at the end.
    if (call.layer.className === inputClass && !all.has(call.layer)) {
      all.set(call.layer, 0)
      place.set(call.layer, -1)
    }
  }
  return [...all.keys()].toSorted(
    (a, b) => (all.get(b) ?? 0) - (all.get(a) ?? 0) || (place.get(a) ?? 0) - (place.get(b) ?? 0),
  )
}
