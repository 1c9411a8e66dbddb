/** What a step does to the heap, in order: calls of WebAssembly functions, copies, fills, and work done in JavaScript. */
import type { HeapFunction } from '../../../backend/wasm/call'
import type { Given, HeapWork } from '../../../backend/wasm/recordable'
import type { Digest } from '../digest'
import type { Place, Places } from './places'

export type HeapType = 'float32' | 'int32' | 'bool'

/** Numbers in the heap, at an address of the recording or a real one. */
export interface Stretch {
  readonly type: HeapType
  readonly address: number
  /** In numbers. */
  readonly length: number
}

export type Command =
  /** A function of our own: of its numbers those that are addresses stand for places. */
  | { readonly kind: 'call'; readonly run: HeapFunction; readonly numbers: readonly number[] }
  | { readonly kind: 'kernel'; readonly name: string; readonly given: readonly Given[] }
  | {
      readonly kind: 'copy'
      readonly to: number
      readonly from: number
      /** Of one row. */
      readonly bytes: number
      rows: number
      /** Bytes from the beginning of one row to that of the next. */
      toStep: number
      fromStep: number
    }
  | { readonly kind: 'fill'; readonly to: Stretch; readonly value: number }
  /** A copy from one type of number to another. */
  | { readonly kind: 'convert'; readonly to: Stretch; readonly from: Stretch }
  | {
      readonly kind: 'work'
      readonly name: string
      readonly on: readonly Stretch[]
      readonly work: HeapWork
    }

type Copy = Extract<Command, { kind: 'copy' }>

export interface Tape {
  readonly commands: readonly Command[]
  put(command: Command): void
  copy(to: number, from: number, bytes: number): void
  /** Tells the digest what was put. Call it once, at the end. */
  digest(digest: Digest): void
}

/** Makes one more row of `copy` out of another copy between the same tensors, where it is one. */
function addRow(places: Places, copy: Copy, to: number, from: number, bytes: number): boolean {
  if (bytes !== copy.bytes) return false
  const toStep = (to - copy.to) / copy.rows
  const fromStep = (from - copy.from) / copy.rows
  if (copy.rows > 1 && (toStep !== copy.toStep || fromStep !== copy.fromStep)) return false
  if (places.at(to) !== places.at(copy.to) || places.at(from) !== places.at(copy.from)) return false
  copy.rows++
  copy.toStep = toStep
  copy.fromStep = fromStep
  return true
}

const numbersOfFunctions = new WeakMap<HeapFunction, number>()
let functions = 0

/** A number that stands for a function in digests. */
function numberOf(run: HeapFunction): number {
  const known = numbersOfFunctions.get(run) ?? ++functions
  numbersOfFunctions.set(run, known)
  return known
}

const words = new Float64Array(1)
const halves = new Uint32Array(words.buffer)

export function createTape(places: Places): Tape {
  const commands: Command[] = []
  return {
    commands,
    put: (command) => void commands.push(command),
    copy(to, from, bytes) {
      if (bytes === 0) return
      const last = commands.at(-1)
      if (last?.kind === 'copy' && addRow(places, last, to, from, bytes)) return
      commands.push({ kind: 'copy', to, from, bytes, rows: 1, toStep: 0, fromStep: 0 })
    },
    digest(digest) {
      const number = (value: number) => {
        words[0] = value
        digest.word(halves[0] ?? 0)
        digest.word(halves[1] ?? 0)
      }
      const text = (value: string) => {
        for (let at = 0; at < value.length; at++) digest.word(value.charCodeAt(at))
      }
      const stretch = ({ type, address, length }: Stretch) => {
        text(type)
        number(address)
        number(length)
      }
      for (const command of commands) {
        text(command.kind)
        if (command.kind === 'call') {
          digest.word(numberOf(command.run))
          command.numbers.forEach(number)
        } else if (command.kind === 'kernel') {
          text(command.name)
          for (const one of command.given) {
            if (typeof one === 'number') number(one)
            else digest.numbers(one)
          }
        } else if (command.kind === 'copy') {
          const { to, from, bytes, rows, toStep, fromStep } = command
          for (const value of [to, from, bytes, rows, toStep, fromStep]) number(value)
        } else if (command.kind === 'fill') {
          stretch(command.to)
          number(command.value)
        } else if (command.kind === 'convert') {
          stretch(command.to)
          stretch(command.from)
        } else {
          text(command.name)
          command.on.forEach(stretch)
        }
      }
    },
  }
}

/** The ids in a kernel's arguments, alone and in arrays. */
function idsIn(given: readonly Given[]): number[] {
  return given.flatMap((one) =>
    typeof one === 'number' ? [one] : one.length % 4 === 0 ? [...new Int32Array(one.slice().buffer)] : [],
  )
}

/** The tensors of the recording that a command has to do with. */
export function touched(places: Places, command: Command): Place[] {
  const found = (() => {
    switch (command.kind) {
      case 'call':
        return command.numbers.map((one) => places.at(one))
      case 'kernel':
        return idsIn(command.given).map((id) => places.withId(id))
      case 'copy':
        return [places.at(command.to), places.at(command.from)]
      case 'fill':
        return [places.at(command.to.address)]
      case 'convert':
        return [places.at(command.to.address), places.at(command.from.address)]
      case 'work':
        return command.on.map(({ address }) => places.at(address))
    }
  })()
  return found.filter((place) => place !== null)
}
