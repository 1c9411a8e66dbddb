/**
 * How the work of one call is divided among threads: always between results, never within a sum, so that every number is
 * worked out by the very same operations in the very same order however many threads there are. A table by function
 * says what is divided, and which of its numbers move along.
 */
import { signatures, spareSize, type FunctionName } from '../functions'

/** A call in parts. The i-th has its share of `total` in the places `sizes`, and its `steps` moved i times. */
export interface Stage {
  readonly name: FunctionName
  readonly numbers: readonly number[]
  readonly parts: number
  readonly each: number
  readonly total: number
  readonly sizes: readonly number[]
  readonly steps: readonly (readonly [place: number, step: number])[]
  /** Which of its numbers are room to work in, of each thread its own; -1 = none. */
  readonly scratch: number
  readonly spare: number
  /** About how long it takes one thread, in microseconds. */
  readonly cost: number
}

/** The numbers of a call by their names. */
type Named<Name extends FunctionName> = Readonly<Record<(typeof signatures)[Name][number], number>>

interface Division<Word extends string> {
  /** What is divided, and so much of it; parts are multiples of `unit`. */
  readonly sizes: readonly Word[]
  readonly total: number
  readonly unit?: number
  /** Numbers that move by so much for each of it. */
  readonly moves: Readonly<Partial<Record<Word, number>>>
  readonly scratch?: Word
  readonly spare?: Word
  /** Room of each part's own, one after the other: its address, and bytes for a part of so many. */
  readonly room?: readonly [address: Word, bytes: (size: number) => number]
  /** In microseconds. */
  readonly cost: number
  /** Parts for each thread, where every part has a cost of its own. */
  readonly partsEach?: number
}

/** Who computes, as far as it matters to how the work is divided. */
export interface Hands {
  readonly threads: number
  /** Numbers of room that a walk needs. */
  walkRoom(cell: number, batch: number, units: number): number
}

type Divide<Name extends FunctionName> = (
  n: Named<Name>,
  hands: Hands,
) => Division<(typeof signatures)[Name][number]> | null

/** Shorter work is done by one thread: to share it costs a microsecond or two, and the others may be asleep. */
const worthSharing = 15
/** Nor is a part much shorter than this. */
const shortest = 5
/** More parts than threads, so that one that is held up holds up little. */
const usualParts = 3
/** A board counts parts in eight bits. */
const mostParts = 200

/** Microseconds: a product and a sum; a number that is moved, one that is bent by relu, one that a function is worked out of. */
const madd = 5e-5
const move = 4e-4
const rectify = 1e-3
const bend = 2e-3

/** Bytes of a number. */
const one = 4

/** By its rows or by its columns: whichever repeats less of what goes before the sums. */
function ofProduct(
  n: Readonly<Record<'m' | 'n' | 'k' | 'aStep' | 'aTurned' | 'bStep' | 'bTurned' | 'cStep' | 'bias', number>>,
  times: number,
) {
  const cost = times * n.m * n.n * n.k * madd
  // A panel has eight columns, a tile six rows; a matrix that is turned is turned by each part for itself.
  const byColumns = n.n >= 64 && (n.aTurned === 0 ? n.n >= n.m / 4 : n.n >= n.m)
  return byColumns
    ? ({
        sizes: ['n'],
        total: n.n,
        unit: 16,
        moves: {
          b: one * (n.bTurned === 0 ? 1 : n.bStep),
          c: one,
          ...(n.bias === 0 ? {} : { bias: one }),
        },
        scratch: 'scratch',
        cost,
        partsEach: 2,
      } as const)
    : ({
        sizes: ['m'],
        total: n.m,
        unit: 12,
        moves: { a: one * (n.aTurned === 0 ? n.aStep : 1), c: one * n.cStep },
        scratch: 'scratch',
        cost,
        partsEach: 2,
      } as const)
}

/** Bytes of a row of so many numbers. */
const rowsOf = (width: number) => one * width

/** Bytes of so many numbers of room, ending where a vector may begin. */
const roomBytes = (numbers: number) => Math.ceil((one * numbers) / 16) * 16

const divisions: { readonly [Name in FunctionName]?: Divide<Name> } = {
  product: (n) => ofProduct(n, 1),
  products: (n) =>
    n.batch >= 4
      ? {
          sizes: ['batch'],
          total: n.batch,
          moves: { a: one * n.aApart, b: one * n.bApart, c: one * n.cApart },
          scratch: 'scratch',
          cost: n.batch * n.m * n.n * n.k * madd,
        }
      : ofProduct(n, n.batch),
  headProducts: (n) => {
    const cost = n.batch * n.heads * n.m * n.n * n.k * madd
    const all = { scratch: 'scratch', cost } as const
    if (n.batch > 1) {
      const moves = { a: one * n.aBatch, b: one * n.bBatch, c: one * n.cBatch }
      return { ...all, sizes: ['batch'], total: n.batch, moves }
    }
    if (n.groups !== n.heads) return null
    const moves = { a: one * n.aHead, b: one * n.bHead, c: one * n.cHead }
    return { ...all, sizes: ['heads', 'groups'], total: n.heads, moves }
  },
  // Its filter's gradient is a sum over all windows, which `stagesOf` takes apart.
  convolve: (n) =>
    n.kind === convolution.filter
      ? null
      : {
          sizes: ['batch'],
          total: n.batch,
          moves: {
            x: rowsOf(n.inHeight * n.inWidth * n.channels),
            y: rowsOf(n.outHeight * n.outWidth * n.outChannels),
          },
          scratch: 'scratch',
          spare: 'room',
          cost:
            n.batch *
            n.outHeight *
            n.outWidth *
            n.height *
            n.width *
            n.channels *
            (n.outChannels * madd + move),
        },
  windows: (n) =>
    n.back !== 0
      ? null
      : {
          sizes: ['count'],
          total: n.count,
          moves: { first: 1, rows: rowsOf(n.height * n.width * n.channels) },
          cost: n.count * n.height * n.width * n.channels * move,
        },
  walk: (n, { walkRoom }) => {
    const cell = cells[n.cell] ?? cells[0]
    return {
      sizes: ['batch'],
      total: n.batch,
      moves: {
        sums: rowsOf(n.time * cell.gates * n.units),
        initial: rowsOf(n.units),
        y: rowsOf((n.sequences === 0 ? 1 : n.time) * n.units),
        kept: rowsOf(n.time * cell.kept * n.units),
        earlier: rowsOf(n.time * n.units),
        ...(n.memory_ === 0 ? {} : { initialMemory: rowsOf(n.units), memory_: rowsOf(n.units) }),
      },
      room: ['room', (batch) => roomBytes(walkRoom(n.cell, batch, n.units))],
      cost: n.batch * n.time * cell.gates * n.units * (n.units * madd + bend),
      partsEach: 1,
    }
  },
  walkBack: (n, { walkRoom }) => {
    const cell = cells[n.cell] ?? cells[0]
    const row = rowsOf(n.time * cell.gates * n.units)
    return {
      sizes: ['batch'],
      total: n.batch,
      moves: {
        dy: rowsOf((n.sequences === 0 ? 1 : n.time) * n.units),
        kept: rowsOf(n.time * cell.kept * n.units),
        earlier: rowsOf(n.time * n.units),
        dsums: row,
        drecurrent: row,
        dinitial: rowsOf(n.units),
        ...(n.dmemory === 0 ? {} : { dmemory: rowsOf(n.units) }),
        ...(n.dinitialMemory === 0 ? {} : { dinitialMemory: rowsOf(n.units) }),
      },
      room: ['room', (batch) => roomBytes(walkRoom(n.cell, batch, n.units))],
      cost: n.batch * n.time * cell.gates * n.units * (n.units * madd + bend),
      partsEach: 1,
    }
  },
  bend: (n) => ({
    sizes: ['n'],
    total: n.n,
    unit: 16,
    moves: { x: one, y: one },
    cost: n.n * (n.name === relu ? rectify : bend),
  }),
  bendBack: (n) => ({
    sizes: ['n'],
    total: n.n,
    unit: 16,
    moves: { dy: one, x: one, dx: one },
    cost: n.n * (n.name === relu ? rectify : bend),
  }),
  // What is left past a multiple of four is rounded in another way, so parts end at such.
  optimise: (n) => ({
    sizes: ['n'],
    total: n.n,
    unit: 16,
    moves: { w: one, g: one, ...(n.m === 0 ? {} : { m: one }), ...(n.v === 0 ? {} : { v: one }) },
    cost: 2 * n.n * move,
  }),
  scaleBy: (n) => ({ sizes: ['n'], total: n.n, unit: 16, moves: { x: one }, cost: n.n * move }),
  uniforms: (n) => ({
    sizes: ['n'],
    total: n.n,
    unit: 16,
    moves: { block: 1 / 4, y: one },
    cost: 2 * n.n * bend,
  }),
  softmax: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { x: rowsOf(n.width), y: rowsOf(n.width) },
    cost: n.rows * n.width * bend,
  }),
  softmaxBack: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { dy: rowsOf(n.width), y: rowsOf(n.width), dx: rowsOf(n.width) },
    cost: n.rows * n.width * move,
  }),
  entropy: (n) =>
    n.width > spareSize
      ? null
      : {
          sizes: ['rows'],
          total: n.rows,
          moves: { scores: rowsOf(n.width), wanted: n.sparse === 0 ? rowsOf(n.width) : one, costs: one },
          spare: 'room',
          cost: n.rows * n.width * bend,
        },
  entropyBack: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: {
      scores: rowsOf(n.width),
      wanted: n.sparse === 0 ? rowsOf(n.width) : one,
      dy: one,
      slopes: rowsOf(n.width),
    },
    cost: n.rows * n.width * bend,
  }),
  normalise: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { x: rowsOf(n.width), y: rowsOf(n.width), facts: 2 * one },
    cost: 2 * n.rows * n.width * move,
  }),
  normaliseBack: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { dy: rowsOf(n.width), x: rowsOf(n.width), facts: 2 * one, dx: rowsOf(n.width) },
    cost: 2 * n.rows * n.width * move,
  }),
  shift: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { x: rowsOf(n.width), y: rowsOf(n.width) },
    cost: n.rows * n.width * move,
  }),
  rowSums: (n) => ({
    sizes: ['rows'],
    total: n.rows,
    moves: { x: rowsOf(n.width), y: one },
    cost: n.rows * n.width * move,
  }),
  columnSums: (n) => ({
    sizes: ['width'],
    total: n.width,
    unit: 16,
    moves: { x: one, y: one },
    cost: n.rows * n.width * move,
  }),
  wallOff: (n) => ({
    sizes: ['batch'],
    total: n.batch,
    moves: { scores: rowsOf(n.heads * n.rows * n.width), wall: one * n.wallBatch },
    cost: n.batch * n.heads * n.rows * n.width * move,
  }),
  maxPoolBack: (n) => ({
    sizes: ['batch'],
    total: n.batch,
    moves: {
      x: rowsOf(n.inHeight * n.inWidth * n.channels),
      dy: rowsOf(n.outHeight * n.outWidth * n.channels),
      dx: rowsOf(n.inHeight * n.inWidth * n.channels),
    },
    cost: n.batch * n.outHeight * n.outWidth * n.channels * n.height * n.width * move,
  }),
  gatherRows: (n) => ({
    sizes: ['count'],
    total: n.count,
    moves: { ids: one, y: rowsOf(n.width) },
    cost: n.count * n.width * move,
  }),
}

/** As `assembly/` numbers them. */
const relu = 1
const convolution = { forward: 0, filter: 1, image: 2 } as const
const cells = [
  { gates: 1, kept: 1 },
  { gates: 4, kept: 6 },
  { gates: 3, kept: 4 },
] as const

function named<Name extends FunctionName>(name: Name, numbers: readonly number[]): Named<Name> {
  return Object.fromEntries(signatures[name].map((word, at) => [word, numbers[at]])) as Named<Name>
}

/** All of a call for one thread. */
function whole(name: FunctionName, numbers: readonly number[], cost = 0): Stage {
  return { name, numbers, parts: 1, each: 1, total: 1, sizes: [], steps: [], scratch: -1, spare: -1, cost }
}

/** One call in parts for so many threads; the last part may be smaller. */
function stageOf<Name extends FunctionName>(name: Name, numbers: readonly number[], hands: Hands): Stage {
  const divide: Divide<Name> | undefined = divisions[name]
  const division = divide?.(named(name, numbers), hands) ?? null
  if (division === null || division.cost < worthSharing) return whole(name, numbers, division?.cost)
  const { total, unit = 1, moves, cost } = division
  const words: readonly string[] = signatures[name]
  const wanted = Math.min(
    hands.threads * (division.partsEach ?? usualParts),
    Math.floor(cost / shortest),
    mostParts,
  )
  const each = Math.max(1, Math.ceil(total / wanted / unit)) * unit
  const parts = Math.ceil(total / each)
  if (parts < 2) return whole(name, numbers, cost)
  const steps = Object.entries(moves as Readonly<Record<string, number>>)
  const rooms = division.room === undefined ? [] : [[division.room[0], division.room[1](each)] as const]
  const place = (word: string | undefined) => (word === undefined ? -1 : words.indexOf(word))
  return {
    ...{ name, numbers, parts, each, total, cost },
    sizes: division.sizes.map((word) => words.indexOf(word)),
    steps: [...steps.map(([word, step]) => [word, step * each] as const), ...rooms].map(
      ([word, step]) => [words.indexOf(word), step] as const,
    ),
    scratch: place(division.scratch),
    spare: place(division.spare),
  }
}

/**
 * The gradient of a filter as its one function works it out, but in stages: so many windows are laid out as rows, then
 * multiplied, again and again.
 */
function filterStages(numbers: readonly number[], hands: Hands): Stage[] {
  const n = named('convolve', numbers)
  const total = n.batch * n.outHeight * n.outWidth
  const size = n.height * n.width * n.channels
  const stages: Stage[] = []
  const untouched = [n.down, n.across, n.inHeight - n.outHeight + 1, n.inWidth - n.outWidth + 1]
  const plain =
    n.height * n.width === 1 && n.top === 0 && n.left === 0 && untouched.every((one_) => one_ === 1)
  const each = plain ? Math.max(1, total) : n.most
  for (let first = 0; first < total; first += each) {
    const count = Math.min(each, total - first)
    if (!plain) {
      const image = [n.inHeight, n.inWidth, n.channels, n.outHeight, n.outWidth, n.height, n.width]
      const ways = [n.down, n.across, n.spreadDown, n.spreadAcross, n.top, n.left]
      stages.push(stageOf('windows', [first, count, ...image, ...ways, n.x, n.room, 0], hands))
    }
    const a = [plain ? n.x : n.room, size, 1]
    const b = [n.y + one * first * n.outChannels, n.outChannels, 0]
    const c = [n.filter, n.outChannels, first > 0 ? 1 : 0, 0, n.scratch]
    stages.push(stageOf('product', [size, n.outChannels, count, ...a, ...b, ...c], hands))
  }
  return stages
}

/** Windows are multiplied by so few at a time that there must be few of them for stages to be many. */
const mostStages = 2000

/** A call as what is done one after another, each of it by all threads; null where one thread does it all. */
export function stagesOf(
  name: FunctionName,
  numbers: readonly number[],
  hands: Hands,
): readonly Stage[] | null {
  const n = name === 'convolve' ? named('convolve', numbers) : null
  const apart = n !== null && n.kind === convolution.filter
  const stages = apart ? filterStages(numbers, hands) : [stageOf(name, numbers, hands)]
  if (stages.length > mostStages) return null
  return stages.some(({ parts }) => parts > 1) ? stages : null
}
