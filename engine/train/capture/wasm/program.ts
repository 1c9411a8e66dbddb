/**
 * A recorded step put on real addresses: functions that are called one after another, and nothing else. Of the tensors
 * that come to be in it those whose times do not meet share room; numbers that never change stand in the heap for good.
 *
 * tfjs's matrix products and convolutions pack their weights and remember them by the tensor's id. Here numbers change
 * while ids stay, so a tensor that was packed or written is made known anew: at the end of the step, whoever computes
 * with it next, and before it is packed again in the step.
 */
import type { HeapArray, HeapData, RecordableBackend } from '../../../backend/wasm/recordable'
import type { StepNumbers } from '../../../compile/step-inputs'
import type { Heap } from './heap'
import { layOut } from './lay-out'
import { roomFor, type Place, type Places } from './places'
import { touched, type Command, type Stretch } from './tape'

/** A tensor that is written before each replay. */
export interface WrittenInput {
  readonly place: Place
  readonly type: 'float32' | 'int32'
  readonly values: (step: number) => StepNumbers
}

export interface Recorded {
  readonly places: Places
  readonly commands: readonly Command[]
  readonly inputs: readonly WrittenInput[]
  /** The numbers that the step gives. */
  readonly output: Stretch
  readonly outside: ReadonlyMap<number, HeapData>
}

export interface Program {
  /** Does the step with the numbers of another; gives what it gives. */
  run(step: number): Float32Array<ArrayBuffer>
  /** Bytes of the heap that it shares with other programs. */
  readonly shared: number
  dispose(): void
}

type Step = () => void

interface Linked {
  readonly steps: readonly Step[]
  readonly inputs: readonly (readonly [to: () => HeapArray, input: WrittenInput])[]
  readonly result: () => HeapArray
}

/** Functions that remember what they have packed. */
const packing = new Set([
  'BatchMatMul',
  '_FusedMatMul',
  'Conv2D',
  'FusedConv2D',
  'DepthwiseConv2dNative',
  'FusedDepthwiseConv2D',
  'Prelu',
])

/** Bound arguments reach WebAssembly faster than an array that is spread at each call. */
function bound(run: (...numbers: readonly number[]) => unknown, numbers: readonly number[]): Step {
  const all: unknown = run.bind(null, ...numbers)
  return all as Step
}

/** When each tensor is needed, by the number of the command. */
function lifetimes({
  places,
  commands,
  inputs,
  output,
}: Recorded): Map<Place, { first: number; last: number }> {
  const lives = new Map<Place, { first: number; last: number }>()
  const see = (place: Place, at: number) => {
    const known = lives.get(place)
    if (known === undefined) lives.set(place, { first: at, last: at })
    else known.last = at
  }
  for (const { place } of inputs) see(place, -1)
  for (const [at, command] of commands.entries())
    for (const place of touched(places, command)) if (place.kind !== 'constant') see(place, at)
  const given = places.at(output.address)
  if (given !== null && given.kind !== 'constant') see(given, commands.length)
  return lives
}

/** Equal arrays of bytes are one. */
function createConstants() {
  const offsets = new Map<string, number>()
  const all: { readonly at: number; readonly bytes: Uint8Array }[] = []
  let end = 0
  return {
    all,
    get bytes() {
      return end
    },
    /** Where the bytes will be, from the beginning of all. */
    add(bytes: Uint8Array): number {
      const key = bytes.length <= 64 ? bytes.join() : null
      const known = key === null ? undefined : offsets.get(key)
      if (known !== undefined) return known
      const at = end
      if (key !== null) offsets.set(key, at)
      all.push({ at, bytes })
      end += roomFor(bytes.length)
      return at
    },
  }
}

/** Puts a recording on the heap; `heap` is shared with others, of which one runs at a time. */
export function createProgram(backend: RecordableBackend, heap: Heap, recorded: Recorded): Program {
  const { places, commands, inputs, output, outside } = recorded
  const { wasm } = backend
  const { asm, tfjs } = wasm
  const lives = [...lifetimes(recorded)]
  const laidOut = layOut(lives.map(([place, life]) => ({ bytes: roomFor(place.bytes), ...life })))
  const constants = createConstants()
  const offsets = new Map<Place, number>()
  for (const [index, [place]] of lives.entries()) offsets.set(place, laidOut.at[index] ?? 0)
  for (const place of places.all)
    if (place.contents !== null) offsets.set(place, constants.add(place.contents))
  const arrays = new Map<Uint8Array, number>()
  for (const command of commands)
    if (command.kind === 'kernel')
      for (const one of command.given) if (typeof one !== 'number') arrays.set(one, constants.add(one))
  const ownBytes = wasm._malloc(Math.max(1, constants.bytes)) >>> 0
  if (ownBytes === 0)
    throw new Error(`There is no room for the step's ${constants.bytes} bytes of constants.`)
  for (const { at, bytes } of constants.all) wasm.HEAPU8.set(bytes, ownBytes + at)

  const registered = new Set<Place>()
  const forgetIds = () => {
    for (const { id } of registered) tfjs.disposeData(id)
    registered.clear()
  }

  /** All steps on the addresses as they are now. */
  function link(base: number): Linked {
    forgetIds()
    const begin = (place: Place) => (place.kind === 'constant' ? ownBytes : base) + (offsets.get(place) ?? 0)
    for (const place of places.all) {
      if (!offsets.has(place)) continue
      tfjs.registerTensor(place.id, place.size, begin(place))
      registered.add(place)
    }
    const real = (address: number): number => {
      const place = places.at(address)
      return place === null ? address : begin(place) + (address - place.address)
    }
    const view = (stretch: Stretch) => viewOf(wasm, { ...stretch, address: real(stretch.address) })
    /** Makes a tensor known anew, so that what was packed of it is forgotten. */
    const renewal = (id: number): Step => {
      const place = places.withId(id)
      const size = place?.size ?? sizeOf(outside.get(id))
      const at = place === null ? (outside.get(id)?.memoryOffset ?? 0) : begin(place)
      return () => {
        tfjs.disposeData(id)
        tfjs.registerTensor(id, size, at)
      }
    }
    const steps: Step[] = []
    const stale = new Set<number>()
    const atEnd = new Set<number>()
    /** Numbers at this address may be others from now on. */
    const written = (address: number) => {
      const id = places.at(address)?.id ?? outsideAt(outside, address)
      if (id === null) return
      if (atEnd.has(id)) stale.add(id)
      if (places.withId(id) === null) atEnd.add(id)
    }
    const packs = (id: number) => {
      if (places.withId(id) === null && !outside.has(id)) return
      if (stale.delete(id)) steps.push(renewal(id))
      atEnd.add(id)
    }
    for (const command of commands) {
      switch (command.kind) {
        case 'kernel': {
          const { name, given } = command
          if (packing.has(name)) for (const one of given) if (typeof one === 'number') packs(one)
          const run = asm[name]
          if (run === undefined) throw new Error(`tfjs-backend-wasm has changed: it has no function ${name}.`)
          const numbers = given.map((one) =>
            typeof one === 'number' ? one : ownBytes + (arrays.get(one) ?? 0),
          )
          steps.push(bound(run, numbers))
          break
        }
        case 'call': {
          const { run, numbers } = command
          numbers.forEach(written)
          const there = numbers.map(real)
          steps.push(run.prepare?.(there) ?? bound(run, there))
          break
        }
        case 'copy':
          written(command.to)
          steps.push(copyStep(wasm, { ...command, to: real(command.to), from: real(command.from) }))
          break
        case 'fill': {
          written(command.to.address)
          const to = view(command.to)
          steps.push(() => void to().fill(command.value))
          break
        }
        case 'convert': {
          written(command.to.address)
          const to = view(command.to)
          const from = view(command.from)
          steps.push(() => to().set(from()))
          break
        }
        case 'work': {
          command.on.forEach(({ address }) => written(address))
          const on = command.on.map(view)
          steps.push(() => command.work(...on.map((one) => one())))
        }
      }
    }
    for (const id of atEnd) steps.push(renewal(id))
    return {
      steps,
      inputs: inputs.map((input) => [
        view({ type: input.type, address: input.place.address, length: input.place.size }),
        input,
      ]),
      result: view(output),
    }
  }

  let linked: Linked | null = null
  let version = -1
  return {
    shared: laidOut.bytes,
    run(step) {
      const base = heap.room(laidOut.bytes)
      if (linked === null || version !== heap.version) linked = link(base)
      version = heap.version
      for (const [to, { values }] of linked.inputs) to().set(values(step))
      for (const one of linked.steps) one()
      return (linked.result() as Float32Array<ArrayBuffer>).slice()
    },
    dispose() {
      forgetIds()
      wasm._free(ownBytes)
      linked = null
    },
  }
}

function sizeOf(data: HeapData | undefined): number {
  return data?.shape.reduce((product, n) => product * n, 1) ?? 0
}

/** The tensor from outside whose numbers stand there. */
function outsideAt(outside: ReadonlyMap<number, HeapData>, address: number): number | null {
  for (const [id, data] of outside) {
    const bytes = sizeOf(data) * (data.dtype === 'bool' ? 1 : 4)
    if (address >= data.memoryOffset && address < data.memoryOffset + bytes) return id
  }
  return null
}

/** A typed array over a stretch at its real address, made anew when the memory has grown. */
function viewOf(wasm: RecordableBackend['wasm'], { type, address, length }: Stretch): () => HeapArray {
  const make = (buffer: ArrayBuffer): HeapArray =>
    type === 'float32'
      ? new Float32Array(buffer, address, length)
      : type === 'int32'
        ? new Int32Array(buffer, address, length)
        : new Uint8Array(buffer, address, length)
  let known: HeapArray | null = null
  return () => {
    const { buffer } = wasm.HEAPU8
    if (known?.buffer !== buffer) known = make(buffer)
    return known
  }
}

function copyStep(
  wasm: RecordableBackend['wasm'],
  { to, from, bytes, rows, toStep, fromStep }: Extract<Command, { kind: 'copy' }>,
): Step {
  if (rows === 1) return () => void wasm.HEAPU8.copyWithin(to, from, from + bytes)
  return () => {
    const heap = wasm.HEAPU8
    for (let row = 0, a = to, b = from; row < rows; row++, a += toStep, b += fromStep)
      heap.copyWithin(a, b, b + bytes)
  }
}
