/** Our own ONNX files: the document stands in them, and the weights are read from the initialisers where they lie. */
import { analyse } from '../../analyse/analyse'
import type { Document } from '../../graph/document'
import { readDocument } from '../../graph/read'
import type { OwnMetadata, WeightPlace } from '../../formats/onnx/metadata'
import type { GraphProto } from '../../formats/onnx/schema'
import { arrayOf } from '../../formats/onnx/tensor'
import { count, laidBack, layoutShapes, type LaidValues } from '../../formats/weight-layout'
import type { Catalogue } from '../../../nodes/kit/define'
import { isRefusal, refuse, type Refusal } from '../../../nodes/kit/spec'

interface Own {
  readonly document: Document
  readonly weights: Readonly<Record<string, LaidValues>>
}

type Part = WeightPlace['parts'][number]

function isOrder(list: readonly number[] | undefined, length: number): boolean {
  if (list === undefined) return true
  return list.length === length && list.toSorted((a, b) => a - b).every((axis, at) => axis === at)
}

/** Whether a layout can be undone for a weight of this shape. */
function fits(part: Exclude<Part, { zeros: number[] }>, own: readonly number[]): boolean {
  const reshaped = part.reshape ?? own
  if (count(reshaped) !== count(own) || !isOrder(part.permute, reshaped.length)) return false
  const { last } = layoutShapes(own, part)
  const blocks = part.blocks
  return blocks === undefined || (isOrder(blocks, blocks.length) && (last[0] ?? 1) % blocks.length === 0)
}

/** Cuts one initialiser into the weights that were joined in it. */
function cut(
  place: WeightPlace,
  values: Float32Array<ArrayBuffer>,
  shapes: ReadonlyMap<string, readonly number[]>,
): readonly (readonly [string, LaidValues])[] | Refusal {
  const found: [string, LaidValues][] = []
  let at = 0
  for (const part of place.parts) {
    if ('zeros' in part) {
      at += count(part.zeros)
      continue
    }
    const own = shapes.get(part.weight)
    if (own === undefined || !fits(part, own))
      return refuse(
        `The file says that ${part.weight} lies in ${place.initialiser}, which does not fit its graph.`,
      )
    const end = at + count(own)
    if (end > values.length)
      return refuse(`The initialiser ${place.initialiser} is too short to hold ${part.weight}.`)
    const laid = { shape: layoutShapes(own, part).last, values: values.slice(at, end) }
    found.push([part.weight, laidBack(laid, own, part)])
    at = end
  }
  return at === values.length
    ? found
    : refuse(`The initialiser ${place.initialiser} holds ${values.length} numbers, but its weights ${at}.`)
}

/** The document and its weights, or a sentence. */
export function readOwn(graph: GraphProto, metadata: OwnMetadata, catalogue: Catalogue): Own | Refusal {
  const read = readDocument(metadata.document)
  if (!read.ok) return refuse(`The Wiregrad graph in the ONNX file cannot be read. ${read.message}`)
  const { plan } = analyse(read.document, catalogue)
  const shapes = new Map(
    plan.steps.flatMap(({ path, weights }) =>
      Object.entries(weights).map(([name, { shape }]) => [`${path}:${name}`, shape] as const),
    ),
  )
  const tensors = new Map((graph.initializer ?? []).map((tensor) => [tensor.name ?? '', tensor]))
  const weights = new Map<string, LaidValues>()
  for (const place of metadata.places) {
    const tensor = tensors.get(place.initialiser)
    if (tensor === undefined) return refuse(`The file lacks the initialiser ${place.initialiser}.`)
    const array = arrayOf(tensor)
    if (isRefusal(array)) return array
    const parts = cut(place, Float32Array.from(array.values), shapes)
    if ('refused' in parts) return parts
    for (const [name, values] of parts) if (!weights.has(name)) weights.set(name, values)
  }
  return { document: read.document, weights: Object.fromEntries(weights) }
}
