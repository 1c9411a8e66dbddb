/**
 * The document: what is saved, undone and sent to the worker. Plain JSON; nothing derived is in it (no shapes, counts,
 * selection or viewport). Records keyed by id, so that a saved graph diffs well and an edit is a small patch.
 *
 * This file holds the schema of the newest version only; older files pass through `graph/migrate` first.
 */
import * as z from 'zod'

/** The version that this code writes. */
export const documentVersion = 1

/** Ids are never integer-like (JavaScript would reorder them) and never pollute a prototype. */
export const idPattern = /^[a-z][a-z0-9_]{0,63}$/
const forbidden: ReadonlySet<string> = new Set(['constructor', 'prototype'])

export const idSchema = z
  .string()
  .regex(
    idPattern,
    'An id is a lower-case letter followed by at most 63 lower-case letters, digits or underscores',
  )
  .refine((id) => !forbidden.has(id), 'This word cannot be an id')

/** A node inside blocks: ids joined by `/`; a copy of a repeated block is a number. `encoder/3/attention`. */
export type Path = string
const pathSchema = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}(\/([a-z][a-z0-9_]{0,63}|\d{1,4}))*$/)
  .max(1024)

const finite = z.number()
const pointSchema = z.tuple([finite, finite])
const words = (length: number) => z.string().max(length)

/** Most characters of what people write. */
export const longest = { name: 200, label: 200, note: 10_000, notes: 100_000 } as const

export const nodeSchema = z.strictObject({
  type: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  version: z.number().int().min(1),
  /** Checked against the node's own definition by analyse, not here: an unknown type must stay loadable. */
  params: z.record(z.string().max(64), z.json()),
  at: pointSchema,
  label: words(longest.label).optional(),
  /** Weights do not train. */
  frozen: z.boolean().optional(),
  /** The first input that fits passes straight through. */
  bypass: z.boolean().optional(),
  /** Taken out, with all that hangs on it alone. */
  disabled: z.boolean().optional(),
  /** Uses the weights of this other node (same type and settings; for a block, the same block) beside it: a siamese pair. */
  weightsOf: idSchema.optional(),
  note: words(longest.note).optional(),
})

/** Order of a wire in a list port: a fractional index; keys sort as plain strings. */
const listKeySchema = z.string().regex(/^[A-Za-z0-9]{1,100}$/)

export const wireSchema = z.strictObject({
  from: z.tuple([idSchema, idSchema]),
  to: z.union([z.tuple([idSchema, idSchema]), z.tuple([idSchema, idSchema, listKeySchema])]),
})

/** An area behind the nodes that moves what lies in it; with `text` it is a note. */
export const frameSchema = z.strictObject({
  title: words(200),
  at: pointSchema,
  size: pointSchema,
  colour: z.string().max(32),
  text: words(longest.note).optional(),
})

export const blockSchema = z.strictObject({
  name: words(longest.name),
  nodes: z.record(idSchema, nodeSchema),
  wires: z.record(idSchema, wireSchema),
  frames: z.record(idSchema, frameSchema),
  /** Port of the block -> the inner port it stands for. */
  inputs: z.record(idSchema, z.tuple([idSchema, idSchema])),
  outputs: z.record(idSchema, z.tuple([idSchema, idSchema])),
  /** Settings of inner nodes that every instance may set for itself; `field` of an inner instance is one that its own block promotes. */
  promoted: z.record(idSchema, z.strictObject({ node: idSchema, field: words(64) })),
})

const rate = z.number().positive()
const share = z.number().min(0).lt(1)

export const optimiserSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd'), learningRate: rate }),
  z.strictObject({ kind: z.literal('momentum'), learningRate: rate, momentum: share, nesterov: z.boolean() }),
  z.strictObject({ kind: z.literal('rmsprop'), learningRate: rate, rho: share, epsilon: rate }),
  z.strictObject({ kind: z.literal('adam'), learningRate: rate, beta1: share, beta2: share, epsilon: rate }),
  /** Decoupled weight decay (Loshchilov & Hutter 2019), on weights of rank >= 2 that are no biases. */
  z.strictObject({
    kind: z.literal('adamw'),
    learningRate: rate,
    beta1: share,
    beta2: share,
    epsilon: rate,
    weightDecay: z.number().min(0),
  }),
])

/** Factor on the learning rate at step t (from 0): a linear rise over `warmup` steps, then the named curve. */
export const scheduleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant'), warmup: z.number().int().min(0) }),
  /** Times `factor` after every `every` steps. */
  z.strictObject({
    kind: z.literal('step'),
    warmup: z.number().int().min(0),
    every: z.number().int().min(1),
    factor: z.number().positive().max(1),
  }),
  /** Half a cosine from 1 down to `final` over the rest of the run (Loshchilov & Hutter 2017). */
  z.strictObject({
    kind: z.literal('cosine'),
    warmup: z.number().int().min(0),
    final: z.number().min(0).max(1),
  }),
])

export const trainingStepSchema = z.strictObject({
  /** Nodes whose losses are added up and minimised. */
  losses: z.array(pathSchema).max(64),
  trains: z.union([z.literal('all'), z.array(pathSchema).max(10_000)]),
  optimiser: optimiserSchema,
  schedule: scheduleSchema,
  /** Largest L2 norm of all gradients of this step together, or null. */
  clip: z.strictObject({ norm: z.number().positive() }).nullable(),
  /** Runs on every n-th batch. */
  every: z.number().int().min(1),
})

export const trainingSchema = z.strictObject({
  batchSize: z.number().int().min(1).max(1_000_000),
  length: z.union([
    z.strictObject({ epochs: z.number().int().min(1).max(1_000_000) }),
    z.strictObject({ steps: z.number().int().min(1).max(1_000_000_000) }),
  ]),
  seed: z.number().int().min(0).max(4_294_967_295),
  /** Evaluate the validation split after every n-th epoch. */
  validateEvery: z.number().int().min(1),
  /** Products of numbers in half precision, where the backend has them; without it all is float32. */
  precision: z.literal('mixed').optional(),
  steps: z.array(trainingStepSchema).max(16),
})

export const documentSchema = z.strictObject({
  format: z.literal('wiregrad'),
  version: z.literal(documentVersion),
  name: words(longest.name),
  notes: words(longest.notes),
  nodes: z.record(idSchema, nodeSchema),
  wires: z.record(idSchema, wireSchema),
  frames: z.record(idSchema, frameSchema),
  blocks: z.record(idSchema, blockSchema),
  training: trainingSchema,
})

export type NodeId = string
export type WireId = string
export type BlockId = string
export type Node = z.infer<typeof nodeSchema>
export type Wire = z.infer<typeof wireSchema>
export type Frame = z.infer<typeof frameSchema>
export type Block = z.infer<typeof blockSchema>
export type Optimiser = z.infer<typeof optimiserSchema>
export type Schedule = z.infer<typeof scheduleSchema>
export type TrainingStep = z.infer<typeof trainingStepSchema>
export type Training = z.infer<typeof trainingSchema>
export type Document = z.infer<typeof documentSchema>

/** Settings of a node of type `block`: an instance of a definition in `document.blocks`. */
export const blockInstanceSchema = z.strictObject({
  block: idSchema,
  repeat: z.number().int().min(1).max(1000),
  /** All copies share one set of weights. */
  tie: z.boolean(),
  set: z.record(idSchema, z.json()),
})
export type BlockInstance = z.infer<typeof blockInstanceSchema>

/** The node type that stands for an instance of a block. It is no entry of the catalogue. */
export const blockType = 'block'

/**
 * The node type of a reroute point: a bend in a wire, with one input `x` and one output `y`. It is no entry of the
 * catalogue and no step of the Plan; analyse looks through it as through a bypassed node.
 */
export const rerouteType = 'reroute'
