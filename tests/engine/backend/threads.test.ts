/** Threads on one heap: however a call is divided and whoever does its parts, the bytes are those of one thread. */
import { readdirSync, readFileSync } from 'node:fs'
import process from 'node:process'
import v8 from 'node:v8'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nodeThreads } from '../../../app/cli/threads'
import { binaries } from '../../../engine/backend/wasm/binary'
import {
  functionNames,
  signatures,
  spareSize,
  type FunctionName,
} from '../../../engine/backend/wasm/functions'
import { wasmInside } from '../../../engine/backend/wasm/inside'
import { places, type RawFunction } from '../../../engine/backend/wasm/threads/board'
import { alone, type ThreadHost } from '../../../engine/backend/wasm/threads/host'
import { onSharedMemory } from '../../../engine/backend/wasm/threads/shared-memory'
import { stagesOf } from '../../../engine/backend/wasm/threads/split'
import { createTeam, type Team } from '../../../engine/backend/wasm/threads/team'
import { createThrift } from '../../../engine/backend/wasm/threads/thrift'
import { numbers } from '../support'

const bytesIn = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

/** The build that rounds products and sums at once, and so tells the ways of adding up apart best. */
function relaxedModule(): WebAssembly.Module {
  const behindFlag = process.versions.node.startsWith('20.')
  if (behindFlag) v8.setFlagsFromString('--experimental-wasm-relaxed-simd')
  try {
    return new WebAssembly.Module(onSharedMemory(bytesIn(binaries.relaxed)))
  } finally {
    // Other tests of this process choose for themselves.
    if (behindFlag) v8.setFlagsFromString('--no-experimental-wasm-relaxed-simd')
  }
}

const module = relaxedModule()

/** Where the numbers of calls lie, and from where on there is room to work in. */
const begin = 1024
const rooms = 6 * 2 ** 20
const pages = 1024
const contents = numbers(rooms / 4, 5)

type Functions = Record<FunctionName | 'productScratch' | 'walkRoom', RawFunction>

interface Heap {
  readonly memory: WebAssembly.Memory
  readonly module: WebAssembly.Module
  readonly functions: Functions
  readonly scratch: number
  readonly spare: number
  readonly scratchBytes: number
  readonly allocate: (bytes: number) => number
  readonly free: (at: number) => void
}

/** A heap of its own, with the same numbers every time. */
function openHeap(): Heap {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true })
  new Float32Array(memory.buffer, 0, rooms / 4).set(contents)
  const functions = new WebAssembly.Instance(module, { env: { memory } }).exports as Functions
  const own = functions.productScratch() as number
  const scratchBytes = 4 * (own + spareSize)
  let next = rooms
  const allocate = (bytes: number) => {
    const at = next
    next += Math.ceil(bytes / 16) * 16
    return at
  }
  const scratch = allocate(scratchBytes)
  return {
    memory,
    module,
    functions,
    scratch,
    spare: scratch + 4 * own,
    scratchBytes,
    allocate,
    free: () => undefined,
  }
}

function teamOn(heap: Heap, host: ThreadHost, leading: Functions = heap.functions): Team {
  const walkRoom = (...sizes: [number, number, number]) => heap.functions.walkRoom(...sizes) as number
  return createTeam({ ...heap, host, functions: leading, walkRoom })
}

/** Helpers that have begun and do nothing: the leader does every part, the last one first. */
const idle = (count: number): ThreadHost => ({
  count,
  alone: null,
  start({ memory, board }) {
    Atomics.add(new Int32Array(memory.buffer, board), places.begun, 1)
    return { end: () => undefined }
  },
})

const bytesOf = ({ memory }: Heap) => Buffer.from(new Uint8Array(memory.buffer, 0, rooms).slice())

/** Addresses one after another, so many numbers each. */
function layOut() {
  let next = begin
  return (count: number) => {
    const at = next
    next += Math.ceil((4 * count + 16) / 16) * 16
    if (next > rooms) throw new Error('A case of this test is larger than its heap.')
    return at
  }
}

type Case = (heap: Heap) => Readonly<Record<string, number>>

const product =
  (m: number, n: number, k: number, turned: readonly [number, number], flags: number): Case =>
  ({ scratch }) => {
    const at = layOut()
    return {
      ...{ m, n, k, flags, scratch },
      ...{ a: at(m * k), aStep: turned[0] === 1 ? m : k, aTurned: turned[0] },
      ...{ b: at(k * n), bStep: turned[1] === 1 ? k : n, bTurned: turned[1] },
      ...{ c: at(m * n), cStep: n, bias: (flags & 2) === 0 ? 0 : at(n) },
    }
  }

const products =
  (batch: number, m: number, n: number, k: number): Case =>
  (heap) => {
    const one = product(m, n, k, [0, 1], 2)(heap)
    const at = layOut()
    return {
      ...one,
      batch,
      ...{ a: at(batch * m * k), aApart: m * k, b: at(batch * k * n), bApart: k * n },
      ...{ c: at(batch * m * n), cApart: m * n, bias: at(n) },
    }
  }

const headProducts =
  (batch: number, heads: number, groups: number): Case =>
  ({ scratch }) => {
    const at = layOut()
    const [m, n, k] = [31, 33, 24]
    const query = heads * k
    const key = groups * k
    return {
      ...{ batch, heads, groups, m, n, k, scratch },
      ...{ a: at(batch * m * query), aBatch: m * query, aHead: k, aStep: query, aTurned: 0 },
      ...{ b: at(batch * n * key), bBatch: n * key, bHead: k, bGrouped: 1, bStep: key, bTurned: 1 },
      ...{ c: at(batch * heads * m * n), cBatch: heads * m * n, cHead: m * n, cGrouped: 0, cStep: n },
    }
  }

const convolve =
  (kind: number, batch: number, channels: number, outChannels: number, height: number, down = 1): Case =>
  ({ scratch, spare }) => {
    const at = layOut()
    const [inHeight, inWidth] = [15, 14]
    const top = height === 1 ? 0 : 1
    const outHeight = Math.floor((inHeight + 2 * top - height) / down) + 1
    const outWidth = Math.floor((inWidth + 2 * top - height) / down) + 1
    return {
      ...{
        kind,
        batch,
        inHeight,
        inWidth,
        channels,
        outHeight,
        outWidth,
        outChannels,
        height,
        width: height,
      },
      ...{ down, across: down, spreadDown: 1, spreadAcross: 1, top, left: top },
      ...{
        x: at(batch * inHeight * inWidth * channels),
        filter: at(height * height * channels * outChannels),
      },
      ...{
        y: at(batch * outHeight * outWidth * outChannels),
        flags: kind === 0 ? 6 : 0,
        bias: at(outChannels),
      },
      // So few windows at a time that a sum is taken up again and again.
      ...{ scratch, room: spare, most: 300 },
    }
  }

const windows: Case = () => ({
  ...{ first: 40, count: 900, inHeight: 20, inWidth: 17, channels: 12, outHeight: 20, outWidth: 17 },
  ...{ height: 3, width: 3, down: 1, across: 1, spreadDown: 1, spreadAcross: 1, top: 1, left: 1 },
  ...{ image: begin, rows: begin + 4 * 20 * 17 * 12 * 4, back: 0 },
})

const walk =
  (cell: number, back: boolean): Case =>
  ({ functions, allocate }) => {
    const at = layOut()
    const [batch, time, units] = [14, 9, 37]
    const [gates, kept] = [
      [1, 1],
      [4, 6],
      [3, 4],
    ][cell] as [number, number]
    const shared = { cell, activation: 6, gate: 4, batch, time, units, backwards: 1, sequences: 1 }
    const room = allocate(4 * 14 * (functions.walkRoom(cell, batch, units) as number))
    const rows = batch * time
    const states = at(2 * batch * units)
    const memory = cell === 1 ? states + 4 * batch * units : 0
    return {
      ...shared,
      ...{
        room,
        recurrent: at(units * gates * units),
        kept: at(rows * kept * units),
        earlier: at(rows * units),
      },
      ...(back
        ? {
            ...{ dy: at(rows * units), dmemory: cell === 1 ? at(batch * units) : 0 },
            ...{ dsums: at(rows * gates * units), drecurrent: at(rows * gates * units) },
            ...{ dinitial: states, dinitialMemory: memory },
          }
        : {
            ...{
              sums: at(rows * gates * units),
              initial: states,
              initialMemory: memory,
              bias: at(gates * units),
            },
            ...{ y: at(rows * units), memory_: cell === 1 ? at(batch * units) : 0 },
          }),
    }
  }

/** Rows of a width that is no multiple of anything. */
const rows = (more: Readonly<Record<string, number>>, ...tensors: readonly string[]): Case => {
  return ({ spare }) => {
    const at = layOut()
    const [count, width] = [401, 83]
    const places_ = tensors.map((name) => [name, at(2 * count * width)] as const)
    return { rows: count, width, room: spare, ...Object.fromEntries(places_), ...more }
  }
}

const flat = (count: number, more: Readonly<Record<string, number>>, ...tensors: readonly string[]): Case => {
  return () => {
    const at = layOut()
    return { n: count, ...Object.fromEntries(tensors.map((name) => [name, at(count)] as const)), ...more }
  }
}

const optimise = (rule: number, more: Readonly<Record<string, number>> = {}): Case => {
  const constants = {
    one: 0.9,
    oneLess: 0.1,
    two: 0.999,
    twoLess: 0.001,
    epsilon: 1e-7,
    decayed: 1,
    scale: 0,
  }
  return flat(40_013, { rule, ...constants, ...more }, 'w', 'g', 'm', 'v', 'r')
}

const cases: readonly (readonly [FunctionName, Case])[] = [
  ['product', product(101, 35, 90, [0, 0], 0)],
  ['product', product(67, 131, 77, [0, 1], 7)],
  ['product', product(130, 45, 400, [1, 0], 6)],
  ['product', product(33, 600, 50, [1, 1], 1)],
  ['products', products(9, 30, 31, 50)],
  ['products', products(2, 70, 65, 60)],
  ['headProducts', headProducts(5, 4, 2)],
  ['headProducts', headProducts(1, 24, 24)],
  ['convolve', convolve(0, 5, 7, 20, 3)],
  ['convolve', convolve(0, 6, 7, 20, 3, 2)],
  ['convolve', convolve(1, 5, 7, 20, 3)],
  ['convolve', convolve(1, 5, 32, 40, 1)],
  ['convolve', convolve(2, 5, 7, 20, 3)],
  ['windows', windows],
  ...[0, 1, 2].flatMap((cell) => [
    ['walk', walk(cell, false)] as const,
    ['walkBack', walk(cell, true)] as const,
  ]),
  ['bend', flat(20_003, { name: 10 }, 'x', 'y')],
  ['bendBack', flat(20_003, { name: 6 }, 'dy', 'x', 'dx')],
  ['optimise', optimise(0, { m: 0, v: 0 })],
  ['optimise', optimise(3, { m: 0 })],
  ['optimise', optimise(4)],
  ['scaleBy', flat(90_001, { factor: 1.7 }, 'x')],
  ['uniforms', flat(12_002, { seed: 3, low: 4, high: 5, block: 4_294_960_000, counter: begin }, 'y')],
  ['softmax', rows({}, 'x', 'y')],
  ['softmaxBack', rows({ rows: 801, factor: 0.3 }, 'dy', 'y', 'dx')],
  ['entropy', rows({ sparse: 0, smoothing: 0.1 }, 'scores', 'wanted', 'costs')],
  ['entropy', rows({ sparse: 1, smoothing: 0 }, 'scores', 'wanted', 'costs')],
  ['entropyBack', rows({ sparse: 0, smoothing: 0.1 }, 'scores', 'wanted', 'dy', 'slopes')],
  ['normalise', rows({ centred: 1, epsilon: 1e-5 }, 'x', 'gain', 'shift', 'y', 'facts')],
  ['normaliseBack', rows({ centred: 1, gain: 0 }, 'dy', 'x', 'facts', 'dx')],
  ['shift', rows({ rows: 801, relu: 1 }, 'x', 'bias', 'y')],
  ['rowSums', rows({ rows: 801 }, 'x', 'y')],
  ['columnSums', rows({ rows: 801, apart: 83 }, 'x', 'y')],
  [
    'wallOff',
    () => ({
      ...{ batch: 17, heads: 3, rows: 41, width: 43, scores: begin, wall: begin + 4 * 17 * 3 * 41 * 43 },
      ...{ wallBatch: 41 * 43, wallHead: 0, wallRow: 43, wallColumn: 1 },
    }),
  ],
  [
    'maxPoolBack',
    () => {
      const at = layOut()
      const [batch, channels] = [21, 13]
      return {
        ...{ batch, inHeight: 16, inWidth: 15, channels, outHeight: 8, outWidth: 7, height: 2, width: 2 },
        ...{ down: 2, across: 2, spreadDown: 1, spreadAcross: 1, top: 0, left: 0 },
        ...{ x: at(batch * 240 * channels), dy: at(batch * 56 * channels), dx: at(batch * 240 * channels) },
      }
    },
  ],
  [
    'gatherRows',
    () => ({ count: 700, width: 80, rows: 50, x: begin, ids: begin + 40_000, y: begin + 80_000 }),
  ],
]

/** Sums that cannot be divided without being other sums, and what is too little to be worth it. */
const undivided = [
  'clipScale',
  'copyNumbers',
  'measureChange',
  'measureMoments',
  'measureNorm',
  'measureOutput',
  'mean',
  'meanBack',
  'normaliseWeights',
  'reach',
  'segmentSum',
  'squares',
] as const

const teams: Team[] = []
afterEach(() => {
  vi.restoreAllMocks()
  for (const team of teams.splice(0)) team.end()
})

function numbersOf(name: FunctionName, heap: Heap, made: Case): number[] {
  const words = made(heap)
  return signatures[name].map((word) => {
    const value = words[word]
    if (value === undefined) throw new Error(`The case of ${name} says nothing of ${word}.`)
    return value
  })
}

describe('what is said of our functions', () => {
  it('has their numbers in the order of their sources', () => {
    const folder = new URL('../../../engine/backend/wasm/assembly/', import.meta.url)
    const found = new Map<string, string[]>()
    for (const file of readdirSync(folder)) {
      const text = readFileSync(new URL(file, folder), 'utf8')
      for (const [, name = '', given = ''] of text.matchAll(/^export function (\w+)\(([^)]*)\)/gm))
        found.set(
          name,
          given.split(',').flatMap((one) => one.trim().split(':')[0]?.trim() || []),
        )
    }
    for (const name of functionNames) expect([name, found.get(name)]).toEqual([name, [...signatures[name]]])
  })

  it('has a case here for each that is divided', () => {
    const tried = new Set(cases.map(([name]) => name))
    expect([...tried, ...undivided].sort()).toEqual([...functionNames].sort())
  })
})

describe('a call in parts', () => {
  it.each(cases.map(([name, made], at) => [name, at, made] as const))('%s (%i)', (name, _, made) => {
    const one = openHeap()
    const given = numbersOf(name, one, made)
    one.functions[name](...given)
    const wanted = bytesOf(one)
    expect(wanted.equals(bytesOf(openHeap()))).toBe(false)
    for (const count of [2, 3, 8]) {
      const heap = openHeap()
      expect(numbersOf(name, heap, made)).toEqual(given)
      const team = teamOn(heap, idle(count))
      teams.push(team)
      const stages = stagesOf(name, given, team)
      expect(Math.max(...(stages ?? []).map(({ parts }) => parts))).toBeGreaterThan(1)
      team.run(name, given)
      expect([count, bytesOf(heap).equals(wanted)]).toEqual([count, true])
    }
  })
})

describe('helping threads', () => {
  it('do parts, and the numbers are those of one thread', async () => {
    const heap = openHeap()
    const given = numbersOf('product', heap, product(480, 96, 300, [0, 0], 0))
    heap.functions.product(...given)
    const wanted = bytesOf(heap)
    const fresh = openHeap()
    let own = 0
    const counted: Functions = {
      ...fresh.functions,
      product: (...all) => {
        own++
        return fresh.functions.product(...all)
      },
    }
    const team = teamOn(fresh, nodeThreads(3), counted)
    teams.push(team)
    const parts = stagesOf('product', given, team)?.[0]?.parts ?? 0
    const again = team.prepare('product', given)
    let helped = 0
    for (let round = 0; round < 3000 && helped < 20; round++) {
      own = 0
      again()
      // All at once where it did it alone.
      if (own !== 1 && own < parts) helped++
      expect(bytesOf(fresh).equals(wanted)).toBe(true)
      // Threads begin when this one lets go.
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    expect(helped).toBe(20)
    expect([team.now, team.trouble]).toEqual([3, null])
    // And sleep where there is nothing to do; what has been done is tidied up after by threads of the host's own.
    let least = Infinity
    for (let tries = 0; tries < 10 && least >= 100; tries++) {
      const before = process.cpuUsage()
      await new Promise((resolve) => setTimeout(resolve, 300))
      const { user, system } = process.cpuUsage(before)
      least = Math.min(least, (user + system) / 1000)
    }
    expect(least).toBeLessThan(100)
  })

  it('are done without where they do not start', async () => {
    const heap = openHeap()
    const broken: ThreadHost = {
      ...idle(2),
      start(_, ended) {
        queueMicrotask(() => ended('its script does not load'))
        return { end: () => undefined }
      },
    }
    const team = teamOn(heap, broken)
    teams.push(team)
    await Promise.resolve()
    const given = numbersOf('product', heap, product(101, 35, 90, [0, 0], 0))
    const alike = openHeap()
    alike.functions.product(...given)
    team.run('product', given)
    expect(bytesOf(heap).equals(bytesOf(alike))).toBe(true)
    expect([team.now, team.trouble]).toEqual([1, 'its script does not load'])
  })

  it('say that a part went wrong', () => {
    const heap = openHeap()
    const given = numbersOf('product', heap, product(480, 96, 300, [0, 0], 0))
    const failing = { ...heap.functions, product: () => expect.unreachable() }
    const team = teamOn(heap, idle(2), failing)
    teams.push(team)
    expect(() => team.run('product', given)).toThrow('WebAssembly could not do a part of a step.')
  })

  it('are waited for until they have begun, or one has failed, or for no longer than is said', async () => {
    const begun: Int32Array[] = []
    const { start, ...more } = nodeThreads(3)
    const watched: ThreadHost = {
      ...more,
      start(given, ended) {
        begun.push(new Int32Array(given.memory.buffer, given.board + 4 * places.begun, 1))
        return start(given, ended)
      },
    }
    const team = teamOn(openHeap(), watched)
    teams.push(team)
    expect(begun[0]?.[0]).toBe(0)
    await team.ready(20_000)
    expect(begun[0]?.[0]).toBe(2)

    const never = teamOn(openHeap(), { ...idle(2), start: () => ({ end: () => undefined }) })
    teams.push(never)
    const before = performance.now()
    await never.ready(30)
    const waited = performance.now() - before
    expect(waited).toBeGreaterThan(29)
    expect(waited).toBeLessThan(5000)

    let fail: (why: string) => void = () => expect.unreachable()
    const failing = teamOn(openHeap(), {
      ...idle(2),
      start(_, ended) {
        fail = ended
        return { end: () => undefined }
      },
    })
    teams.push(failing)
    const ready = failing.ready(3_600_000)
    fail('its script does not load')
    await ready
    expect(failing.now).toBe(1)
  })

  /** A team one of whose helpers takes a part of the first call and says nothing of it, and a call. */
  function withholding() {
    const heap = openHeap()
    const ends: number[] = []
    let words = new Int32Array(0)
    const host: ThreadHost = {
      ...idle(3),
      start(given, ended) {
        words = new Int32Array(given.memory.buffer, given.board, places.words)
        const at = ends.push(0) - 1
        idle(3).start(given, ended)
        return { end: () => void (ends[at] = 1) }
      },
    }
    let taken = false
    const leading: Functions = {
      ...heap.functions,
      product(...all) {
        if (!taken) Atomics.sub(words, places.ticket, 1)
        taken = true
        return heap.functions.product(...all)
      },
    }
    const team = teamOn(heap, host, leading)
    teams.push(team)
    const given = numbersOf('product', heap, product(480, 96, 300, [0, 0], 0))
    return { heap, team, words, ends, given }
  }

  it('are ended where one keeps a part for too long, and one thread does it all', () => {
    const { heap, team, words, ends, given } = withholding()
    let time = 0
    vi.spyOn(performance, 'now').mockImplementation(() => time)
    vi.spyOn(Atomics, 'wait').mockImplementation((_, __, ___, longest = 0) => {
      time += longest
      return 'timed-out'
    })
    expect(() => team.run('product', given)).toThrow('has ended in the middle of a step')
    expect(time).toBeGreaterThan(60_000)
    expect(time).toBeLessThan(63_000)
    expect(ends).toEqual([1, 1])
    expect([words[places.end], words[places.waiting]]).toEqual([1, 0])
    expect([team.now, team.trouble]).toEqual([1, 'one has ended in the middle of its work'])
    const alike = openHeap()
    alike.functions.product(...given)
    team.run('product', given)
    expect(bytesOf(heap).equals(bytesOf(alike))).toBe(true)
  })

  it('are believed in for a time, however often they wake the one that leads', () => {
    const { team, words, ends, given } = withholding()
    let wakes = 0
    vi.spyOn(Atomics, 'wait').mockImplementation(() => {
      if (++wakes === 200) Atomics.add(words, places.finished, 1)
      return 'ok'
    })
    team.run('product', given)
    expect(wakes).toBe(200)
    expect([ends, team.now]).toEqual([[0, 0], 3])
  })

  it('are ended, and their room freed, where not all can be had; one thread goes on and says why', () => {
    /** tfjs's backend, as far as it is asked here, with room for so many blocks. */
    function openBackend(blocks: number) {
      const memory = new WebAssembly.Memory({ initial: pages, maximum: 65_536, shared: true })
      const held = new Set<number>()
      const wasm = {
        asm: { memory },
        _malloc(bytes: number) {
          if (held.size === blocks) return 0
          const at = Math.max(rooms, ...held) + 2 ** 22
          if (bytes > 2 ** 22) throw new Error('A block of this test is larger than its room.')
          held.add(at)
          return at
        },
        _free: (at: number) => void expect(held.delete(at)).toBe(true),
      }
      const tf: unknown = { getBackend: () => 'wasm', backend: () => backend }
      const backend = { wasm }
      return { held, tf: tf as Parameters<typeof wasmInside>[0] }
    }
    function started(blocks: number, helpers: number) {
      const { held, tf } = openBackend(blocks)
      let [begun, ended] = [0, 0]
      const inside = wasmInside(tf, {
        ...idle(4),
        start() {
          if (begun === helpers) throw new Error('Workers are refused.')
          begun++
          return { end: () => void ended++ }
        },
      })
      return { begun, ended, held: held.size, team: inside?.team?.now, alone: inside?.alone }
    }
    // Beside the helpers' rooms there are that of the one that leads, and the board.
    expect(started(9, 3)).toEqual({ begun: 3, ended: 0, held: 5, team: 4, alone: null })
    const none = { held: 2, team: undefined }
    expect(started(4, 3)).toEqual({
      ...{ begun: 2, ended: 2, ...none },
      alone: 'no other could be started (There is no room in memory for another thread)',
    })
    expect(started(9, 1)).toEqual({
      ...{ begun: 1, ended: 1, ...none },
      alone: 'no other could be started (Workers are refused)',
    })
  })

  it('are not asked for where a process has one processor', () => {
    expect(nodeThreads(1)).toMatchObject({ count: 1, alone: 'there is no processor to spare' })
    expect(alone('x').count).toBe(1)
  })
})

describe('accounts', () => {
  it('end sharing for a while where the leader waits longer than it would have worked, longer each time', () => {
    let time = 0
    const thrift = createThrift(() => time)
    expect(thrift.shares).toBe(true)
    thrift.note(4, 2, 10, 15)
    expect(thrift.shares).toBe(false)
    time = 101
    expect(thrift.shares).toBe(true)
    thrift.note(4, 2, 10, 15)
    time += 150
    expect(thrift.shares).toBe(false)
    time += 60
    expect(thrift.shares).toBe(true)
    thrift.note(4, 2, 15, 6)
    expect(thrift.shares).toBe(true)
  })
})

describe('a shared memory', () => {
  it('is what a program is given by the change of its limits', () => {
    const memory = new WebAssembly.Memory({ initial: 256, maximum: 65_536, shared: true })
    const plain = bytesIn(binaries.simd)
    const start = (bytes: Uint8Array<ArrayBuffer>) =>
      new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports
    expect(Object.keys(start(onSharedMemory(plain)))).toEqual(expect.arrayContaining([...functionNames]))
    expect(() => start(plain)).toThrow('shared')
  })

  it('is refused to what is no program', () => {
    expect(() => onSharedMemory(new Uint8Array(8))).toThrow('has no memory')
  })
})
