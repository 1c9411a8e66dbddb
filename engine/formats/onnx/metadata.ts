/**
 * What our ONNX files carry for ourselves: the document, and where each of our weights lies among the initialisers, so
 * that a file opens again as the graph that it came from, with its weights.
 */
import * as z from 'zod'
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import type { ModelProto } from './schema'

export const documentKey = 'wiregrad.document'
export const weightsKey = 'wiregrad.weights'

const sizes = z.array(z.number().int().min(0)).max(32)
const layout = {
  reshape: sizes.optional(),
  permute: sizes.optional(),
  then: sizes.optional(),
  blocks: sizes.optional(),
}
const placeSchema = z.strictObject({
  initialiser: z.string(),
  /** In the order in which they are joined along axis 0. */
  parts: z.array(
    z.union([
      /** `path:weight`. */
      z.strictObject({ weight: z.string(), ...layout }),
      z.strictObject({ zeros: sizes }),
    ]),
  ),
})
const placesSchema = z.array(placeSchema)

/** Where weights lie: the parts of one initialiser. */
export type WeightPlace = z.infer<typeof placeSchema>

export interface OwnMetadata {
  /** JSON of the document. */
  readonly document: string
  readonly places: readonly WeightPlace[]
}

export function metadataProps({ document, places }: OwnMetadata): NonNullable<ModelProto['metadata_props']> {
  return [
    { key: documentKey, value: document },
    { key: weightsKey, value: JSON.stringify(places) },
  ]
}

/** What the file says of itself; null where it is not ours. */
export function readMetadata(model: ModelProto): OwnMetadata | Refusal | null {
  const entries = new Map((model.metadata_props ?? []).map(({ key, value }) => [key ?? '', value ?? '']))
  const document = entries.get(documentKey)
  if (document === undefined) return null
  const damaged = refuse(
    'The file carries a Wiregrad graph, but says nothing readable of where its weights lie: it is damaged.',
  )
  let places: unknown
  try {
    places = JSON.parse(entries.get(weightsKey) ?? '')
  } catch {
    return damaged
  }
  const checked = placesSchema.safeParse(places)
  return checked.success ? { document, places: checked.data } : damaged
}
