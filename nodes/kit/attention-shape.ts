/** The inputs of attention: which sequences look at which, through which masks. */
import { lastSize } from './features'
import { formatShape, refuse, tensor, type Dim, type Refusal, type Spec } from './spec'

export interface AttentionInputs {
  /** The sequence that looks. */
  readonly query: Spec
  /** What is looked at; open, the query. */
  readonly key: Spec | undefined
  /** What is taken from each place of key; open, the key. */
  readonly value: Spec | undefined
  readonly mask: Spec | undefined
}

/** Sizes of the features of query, key and value. */
export function attentionWidths({ query, key, value }: AttentionInputs) {
  const keys = key ?? query
  return { query: lastSize(query), key: lastSize(keys), value: lastSize(value ?? keys) }
}

function sequenceRefusal(port: string, x: Spec): Refusal | null {
  if (x.shape.length === 3 && typeof x.shape[2] === 'number') return null
  return refuse(
    `Attention looks from place to place of a sequence B × T × features, but ${port} is ${formatShape(x.shape)}.`,
  )
}

/** Masks: [B, Tq, Tk] or [B, 1, Tq, Tk], where Tq may be 1 (the same for every place that looks). */
export function maskRefusal(mask: Spec, from: Dim, to: Dim): Refusal | null {
  const shape =
    mask.shape.length === 4 && mask.shape[1] === 1 ? [mask.shape[0], ...mask.shape.slice(2)] : mask.shape
  const [, rows, columns] = shape
  if (shape.length === 3 && (rows === from || rows === 1) && columns === to) return null
  return refuse(
    `The mask says for each of ${String(from)} places which of ${String(to)} it may look at, so it should be ${formatShape([null, from, to])}, but it is ${formatShape(mask.shape)}.`,
  )
}

/** What attention gives for these inputs, or why it cannot attend. `names`: what its ports are called. */
export function inferAttention(
  inputs: AttentionInputs,
  heads: number,
  names: { readonly query: string; readonly key: string } = { query: 'query', key: 'key' },
) {
  const { query, key, value, mask } = inputs
  const bad =
    sequenceRefusal(names.query, query) ??
    (key === undefined ? null : sequenceRefusal(names.key, key)) ??
    (value === undefined ? null : sequenceRefusal('value', value))
  if (bad !== null) return bad
  if (key === undefined && value !== undefined) {
    return refuse(
      'value is wired but key is not. Wire the same sequence to key, or take the wire to value off.',
    )
  }
  const from = query.shape[1] ?? null
  const to = (key ?? query).shape[1] ?? null
  if (value !== undefined && value.shape[1] !== to) {
    return refuse(
      `key and value must have one place for each other, but key is ${formatShape((key ?? query).shape)} and value ${formatShape(value.shape)}.`,
    )
  }
  const badMask = mask === undefined ? null : maskRefusal(mask, from, to)
  if (badMask !== null) return badMask
  return { y: tensor([null, from, lastSize(query)]), attention: tensor([null, heads, from, to]) }
}
