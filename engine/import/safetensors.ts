/**
 * Someone else's state dict into an open graph. A safetensors file holds tensors by name and no graph, so every tensor of
 * the graph looks for its like in the file: by a mapping that people made, by its name, by a similar name, by its shape
 * alone. What was guessed from shapes that occur more than once is proposed, not done.
 */
import { isRefusal } from '../../nodes/kit/spec'
import type { Plan } from '../analyse/plan'
import type { Weights, WeightValues } from '../export/run-weights'
import type { Safetensors, StoredTensor } from '../export/safetensors'
import { torchShape, torchTensors, weightsOf, withSums, type NamedTorchTensor } from '../export/torch-names'

/** Why two tensors belong together, the surest first. */
export type MatchedBy = 'mapping' | 'name' | 'similar name' | 'shape'

export interface TensorPair {
  /** In the graph, by PyTorch's name: `encoder.0.attention.in_proj_weight`. */
  readonly ours: string
  /** In the file. */
  readonly theirs: string
}

/** Our names -> theirs; null: keep what is there. */
export type TensorMapping = Readonly<Record<string, string | null>>

export interface OpenTensor {
  readonly name: string
  readonly shape: readonly number[]
}

export interface SafetensorsMatch {
  /**
   * What the matched tensors hold, by `path:weight`, in our layouts. Nodes of open tensors keep what they have. Read from
   * the file when first asked for: a dialog matches at every choice, and a model may hold gigabytes.
   */
  readonly weights: Weights
  /** Every tensor that the graph wants, in Plan order. */
  readonly wanted: readonly OpenTensor[]
  readonly matched: readonly (TensorPair & { readonly by: MatchedBy })[]
  /** What found no like, on both sides. */
  readonly open: { readonly ours: readonly OpenTensor[]; readonly theirs: readonly OpenTensor[] }
  /** Open tensors of the same shapes in the same order: to be looked at, then given as a mapping. */
  readonly proposals: readonly TensorPair[]
  /** Sentences about pairs that cannot be: lines of the mapping, and names that fit where shapes do not. */
  readonly problems: readonly string[]
}

/** Words that training code puts before the names of a model. */
const wrappers: ReadonlySet<string> = new Set([
  'module',
  'model',
  'orig',
  'mod',
  'network',
  'net',
  'state',
  'dict',
])
/** Older words for the same. */
const synonyms: Readonly<Record<string, string>> = { gamma: 'weight', beta: 'bias' }

/** Pairs while they are sought. */
interface Search {
  readonly ours: ReadonlyMap<string, NamedTorchTensor>
  readonly theirs: ReadonlyMap<string, StoredTensor>
  readonly found: Map<string, { readonly theirs: string; readonly by: MatchedBy }>
  readonly used: Set<string>
  /** Of ours, those that shall stay as they are. */
  readonly kept: Set<string>
  readonly problems: Set<string>
}

function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`
}

function sameSizes(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis])
}

/** Batches that PyTorch has counted: no weight. */
function isCounter(name: string, { dtype, shape }: Pick<StoredTensor, 'dtype' | 'shape'>): boolean {
  return dtype === 'I64' && shape.length === 0 && name.endsWith('num_batches_tracked')
}

function openOurs({ ours, found, kept }: Search): readonly NamedTorchTensor[] {
  return [...ours.values()].filter(({ name }) => !found.has(name) && !kept.has(name))
}

function openTheirs({ theirs, used }: Search): readonly string[] {
  return [...theirs.keys()].filter((name) => !used.has(name))
}

/** Makes a pair where the shapes agree; a sentence where they do not. */
function pair(search: Search, ours: NamedTorchTensor, theirs: string, by: MatchedBy): void {
  const wanted = torchShape(ours)
  const came = search.theirs.get(theirs)?.shape ?? []
  if (!sameSizes(wanted, came)) {
    const turned = sameSizes(wanted.toReversed(), came) ? ': it lies the other way round' : ''
    search.problems.add(
      `The tensor ${theirs} has shape ${shapeText(came)}, but ${ours.name} of the graph wants ${shapeText(wanted)}${turned}.`,
    )
    return
  }
  search.found.set(ours.name, { theirs, by })
  search.used.add(theirs)
}

function followMapping(search: Search, mapping: TensorMapping): void {
  for (const [name, theirs] of Object.entries(mapping)) {
    const ours = search.ours.get(name)
    if (ours === undefined)
      search.problems.add(`The mapping names ${name}, but the graph has no tensor of that name.`)
    else if (theirs === null) search.kept.add(name)
    else if (!search.theirs.has(theirs))
      search.problems.add(
        `The mapping gives ${name} the tensor ${theirs}, but the file has none of that name.`,
      )
    else pair(search, ours, theirs, 'mapping')
  }
}

function matchNames(search: Search): void {
  for (const ours of openOurs(search)) {
    if (search.theirs.has(ours.name) && !search.used.has(ours.name)) pair(search, ours, ours.name, 'name')
  }
}

/** A name in words that do not depend on who wrote it: `module.Encoder_0.attn.gamma` -> encoder, 0, attn, weight. */
function wordsOf(name: string): readonly string[] {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1.$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')
  const start = words.findIndex((word) => !wrappers.has(word))
  return words.slice(Math.max(0, start)).map((word) => synonyms[word] ?? word)
}

function endsWith(words: readonly string[], end: readonly string[]): boolean {
  return end.length > 1 && end.every((word, at) => words[words.length - end.length + at] === word)
}

/** Pairs of open tensors that are alike, where neither is like another one. */
function matchUnique(
  search: Search,
  by: MatchedBy,
  alike: (ours: NamedTorchTensor, theirs: string) => boolean,
): void {
  const ours = openOurs(search)
  const theirs = openTheirs(search)
  const pairs = ours.flatMap((one) => {
    const candidates = theirs.filter((name) => alike(one, name))
    const [only, ...more] = candidates
    if (only === undefined || more.length > 0) return []
    return ours.some((other) => other !== one && alike(other, only)) ? [] : [{ one, only }]
  })
  for (const { one, only } of pairs) pair(search, one, only, by)
}

function matchSimilarNames(search: Search): void {
  const words = new Map([...search.ours.keys(), ...search.theirs.keys()].map((name) => [name, wordsOf(name)]))
  const of = (name: string) => words.get(name) ?? []
  matchUnique(search, 'similar name', (ours, theirs) => of(ours.name).join('.') === of(theirs).join('.'))
  matchUnique(
    search,
    'similar name',
    (ours, theirs) => endsWith(of(theirs), of(ours.name)) || endsWith(of(ours.name), of(theirs)),
  )
}

/** One open tensor of a shape on either side, and both a weight or both a bias. */
function matchShapes(search: Search): void {
  const names = [...search.ours.keys(), ...search.theirs.keys()]
  const kinds = new Map(names.map((name) => [name, wordsOf(name).at(-1)]))
  const sizes = (name: string) => search.theirs.get(name)?.shape ?? []
  const count = (shape: readonly number[]) =>
    openTheirs(search).filter((name) => sameSizes(sizes(name), shape)).length
  const alone = new Set(openOurs(search).filter((one) => count(torchShape(one)) === 1))
  matchUnique(
    search,
    'shape',
    (ours, theirs) =>
      alone.has(ours) &&
      sameSizes(torchShape(ours), sizes(theirs)) &&
      kinds.get(ours.name) === kinds.get(theirs),
  )
}

/** Of every shape that is open equally often on both sides: the first with the first, the second with the second. */
function proposed(search: Search): readonly TensorPair[] {
  const theirs = openTheirs(search)
  const ours = openOurs(search).filter(({ tensor }) => !('zeros' in tensor))
  return ours.flatMap((one) => {
    const shape = torchShape(one)
    const mine = ours.filter((other) => sameSizes(torchShape(other), shape))
    const same = theirs.filter((name) => sameSizes(search.theirs.get(name)?.shape ?? [], shape))
    const other = same[mine.indexOf(one)]
    return mine.length === same.length && other !== undefined ? [{ ours: one.name, theirs: other }] : []
  })
}

/** The stored tensors that were found, by our names; those that add up to one weight are one. */
function storedByOurNames(plan: Plan, search: Search): ReadonlyMap<string, StoredTensor> {
  const renamed = new Map(
    [...search.found].flatMap(([name, { theirs }]) => {
      const stored = search.theirs.get(theirs)
      return stored === undefined ? [] : [[name, stored] as const]
    }),
  )
  const summed = withSums(plan, renamed)
  if (!isRefusal(summed)) return summed.tensors
  search.problems.add(summed.refused)
  return renamed
}

function weightsIn(tensors: ReadonlyMap<string, StoredTensor>, search: Search): Weights {
  const weights: [string, WeightValues][] = []
  for (const ours of search.ours.values()) {
    const stored = tensors.get(ours.name)
    const read = stored === undefined || 'zeros' in ours.tensor ? null : weightsOf(ours, stored)
    if (read !== null && !isRefusal(read)) weights.push(...read.weights)
  }
  return Object.fromEntries(weights)
}

/**
 * Finds for every tensor of the graph its like in the file. `mapping`: our names -> theirs, as people have set them, or
 * null for one that shall keep what it has; it goes before everything else.
 */
export function matchSafetensors(
  plan: Plan,
  file: Safetensors,
  mapping: TensorMapping = {},
): SafetensorsMatch {
  const search: Search = {
    ours: new Map(
      torchTensors(plan)
        .filter(({ tensor }) => !('zeros' in tensor && tensor.dtype === 'I64'))
        .map((one) => [one.name, one]),
    ),
    theirs: new Map([...file.tensors].filter(([name, tensor]) => !isCounter(name, tensor))),
    found: new Map(),
    used: new Set(),
    kept: new Set(),
    problems: new Set(),
  }
  followMapping(search, mapping)
  matchNames(search)
  matchSimilarNames(search)
  matchShapes(search)
  const stored = storedByOurNames(plan, search)
  const wanted = [...search.ours.values()].filter(({ tensor }) => !('zeros' in tensor))
  const opened = (one: NamedTorchTensor): OpenTensor => ({ name: one.name, shape: torchShape(one) })
  let weights: Weights | null = null
  return {
    get weights() {
      weights ??= weightsIn(stored, search)
      return weights
    },
    wanted: wanted.map(opened),
    matched: [...search.ours.keys()].flatMap((ours) => {
      const found = search.found.get(ours)
      return found === undefined ? [] : [{ ours, ...found }]
    }),
    open: {
      ours: wanted.filter(({ name }) => !search.found.has(name)).map(opened),
      theirs: openTheirs(search).map((name) => ({ name, shape: search.theirs.get(name)?.shape ?? [] })),
    },
    proposals: proposed(search),
    problems: [...search.problems],
  }
}
