/**
 * Protocol buffers by table: a message type is a record of fields, each with its number and kind, and one reader and one
 * writer serve all. Fields that a table does not name are skipped. Every length is checked against what is left, the
 * number of messages is bounded, and nothing is evaluated, so that a damaged file costs no more than an error.
 *
 * Wire format: https://protobuf.dev/programming-guides/encoding/
 */
import { PbfReader, PbfWriter } from 'pbf'

interface Kinds {
  /** int32, int64, bool and enums; whole numbers beyond 2^53 lose their last digits. */
  readonly int: number
  readonly float: number
  readonly double: number
  readonly text: string
  readonly bytes: Uint8Array
}

/** One field of a message whose value is a T. */
export interface Field<T> {
  readonly number: number
  readonly kind: keyof Kinds | (() => Table<object>)
  readonly list: boolean
  /** For the compiler alone. */
  readonly value?: T
}

/** The fields of a message by name. Whatever a message leaves out is absent; a list may be. */
export type Table<M> = { readonly [K in keyof M]-?: Field<NonNullable<M[K]>> }

export function field<K extends keyof Kinds>(number: number, kind: K): Field<Kinds[K]> {
  return { number, kind, list: false }
}

export function fields<K extends keyof Kinds>(number: number, kind: K): Field<readonly Kinds[K][]> {
  return { number, kind, list: true }
}

export function message<M extends object>(number: number, table: () => Table<M>): Field<M> {
  return { number, kind: table, list: false }
}

export function messages<M extends object>(number: number, table: () => Table<M>): Field<readonly M[]> {
  return { number, kind: table, list: true }
}

const utf8 = new TextDecoder()

type Loose = Record<string, unknown>
type LooseTable = Readonly<Record<string, Field<unknown>>>

const wire = { varint: 0, fixed64: 1, delimited: 2, fixed32: 5 } as const
const wireOf: { readonly [K in keyof Kinds]: number } = {
  int: wire.varint,
  float: wire.fixed32,
  double: wire.fixed64,
  text: wire.delimited,
  bytes: wire.delimited,
}

/** More than any real file has; an empty message takes two bytes in a file but far more in memory. */
const mostMessages = 1_000_000
const deepest = 32

/** The message in these bytes. Throws where they are none. */
export function readMessage<M extends object>(bytes: Uint8Array, table: Table<M>): M {
  const reader = new PbfReader(bytes)
  let count = 0

  function lengthOf(end: number): number {
    const length = reader.readVarint()
    if (length > end - reader.pos) throw new Error('A length reaches beyond the end.')
    return length
  }

  function skip(type: number, end: number): void {
    if (type === wire.varint) reader.readVarint()
    else if (type === wire.fixed64) reader.pos += 8
    else if (type === wire.fixed32) reader.pos += 4
    else if (type === wire.delimited) {
      const length = lengthOf(end)
      reader.pos += length
    } else throw new Error(`There is no wire type ${type}.`)
  }

  function scalar(kind: keyof Kinds, end: number): unknown {
    switch (kind) {
      case 'int':
        return reader.readVarint(true)
      case 'float':
        return reader.readFloat()
      case 'double':
        return reader.readDouble()
      case 'text':
      case 'bytes': {
        const length = lengthOf(end)
        const piece = bytes.subarray(reader.pos, reader.pos + length)
        reader.pos += length
        return kind === 'bytes' ? piece : utf8.decode(piece)
      }
    }
  }

  /** Value or values of one field, which begins here. */
  function values({ kind }: Field<unknown>, type: number, end: number, depth: number): unknown[] {
    if (typeof kind === 'function') {
      if (type !== wire.delimited) throw new Error('A message is not told as one.')
      const length = lengthOf(end)
      return [whole(kind() as LooseTable, reader.pos + length, depth + 1)]
    }
    if (type === wireOf[kind]) return [scalar(kind, end)]
    if (type !== wire.delimited) throw new Error('A field is of another type.')
    const packed: unknown[] = []
    const length = lengthOf(end)
    const last = reader.pos + length
    while (reader.pos < last) packed.push(scalar(kind, last))
    return packed
  }

  function whole(of: LooseTable, end: number, depth: number): Loose {
    count += 1
    if (count > mostMessages || depth > deepest) throw new Error('There are too many messages.')
    const byNumber = numbered(of)
    const found: Loose = {}
    while (reader.pos < end) {
      const tag = reader.readVarint()
      const [number, type] = [Math.floor(tag / 8), tag % 8]
      const known = byNumber.get(number)
      if (known === undefined) skip(type, end)
      else {
        const [name, one] = known
        const next = values(one, type, end, depth)
        if (!one.list) found[name] = next.at(-1)
        else if (found[name] === undefined) found[name] = next
        else for (const value of next) (found[name] as unknown[]).push(value)
      }
      if (reader.pos > end) throw new Error('A field reaches beyond its message.')
    }
    return found
  }

  return whole(table, bytes.byteLength, 0) as M
}

const numbers = new WeakMap<LooseTable, ReadonlyMap<number, readonly [string, Field<unknown>]>>()

function numbered(table: LooseTable): ReadonlyMap<number, readonly [string, Field<unknown>]> {
  const known = numbers.get(table)
  if (known !== undefined) return known
  const made = new Map(Object.entries(table).map((entry) => [entry[1].number, entry] as const))
  numbers.set(table, made)
  return made
}

/** The bytes of a message. `room` is about how many there will be. */
export function writeMessage<M extends object>(
  value: M,
  table: Table<M>,
  room: number,
): Uint8Array<ArrayBuffer> {
  const writer = new PbfWriter(new Uint8Array(Math.max(16, room)))

  function one(number: number, kind: Field<unknown>['kind'], item: unknown): void {
    if (typeof kind === 'function') {
      writer.writeMessage(number, (inner: Loose) => all(inner, kind() as LooseTable), item as Loose)
      return
    }
    writer.writeTag(number, wireOf[kind])
    switch (kind) {
      case 'int':
        return writer.writeVarint(item as number)
      case 'float':
        return writer.writeFloat(item as number)
      case 'double':
        return writer.writeDouble(item as number)
      case 'text':
        return writer.writeBytes(new TextEncoder().encode(item as string))
      case 'bytes':
        return writer.writeBytes(item as Uint8Array)
    }
  }

  function all(from: Loose, of: LooseTable): void {
    for (const [name, { number, kind, list }] of Object.entries(of)) {
      const item = from[name]
      if (item === undefined) continue
      if (list) for (const each of item as readonly unknown[]) one(number, kind, each)
      else one(number, kind, item)
    }
  }

  all(value as Loose, table)
  return new Uint8Array(writer.finish())
}
