/**
 * Pictures that carry a text: a PNG in a text chunk (iTXt, compressed), an SVG in its metadata. Viewers show the picture
 * and pass the text by; whoever knows the key gets it back, byte for byte.
 */
import { strFromU8, strToU8, Unzlib, zlibSync } from 'fflate'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** The longest text that is read: what comes from elsewhere may be packed to swell. */
const mostBytes = 64 * 1024 * 1024

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value
})

function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = (table[(value ^ byte) & 255] as number) ^ (value >>> 8)
  return (value ^ 0xffffffff) >>> 0
}

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** Where the chunk begins. */
  readonly at: number
}

export function isPng(bytes: Uint8Array): boolean {
  return signature.every((byte, index) => bytes[index] === byte)
}

/** Chunks in order, as far as the file is whole. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk> {
  if (!isPng(bytes)) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = signature.length; at + 12 <= bytes.length;) {
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.length) return
    yield {
      type: strFromU8(bytes.subarray(at + 4, at + 8), true),
      data: bytes.subarray(at + 8, at + 8 + length),
      at,
    }
    at += 12 + length
  }
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + data.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, data.length)
  bytes.set(strToU8(type, true), 4)
  bytes.set(data, 8)
  view.setUint32(8 + data.length, crc(bytes.subarray(4, 8 + data.length)))
  return bytes
}

/** The PNG with a text under a key; one that it had under that key stays behind it and is not found. */
export function textIntoPng(png: Uint8Array, key: string, text: string): Uint8Array<ArrayBuffer> {
  const first = [...chunksOf(png)][1]
  if (first === undefined) throw new Error('A text can only be put into a whole PNG; this is none.')
  // Key, end, compressed, by zlib, no language, no translated key.
  const head = [...strToU8(key, true), 0, 1, 0, 0, 0]
  const packed = zlibSync(strToU8(text), { level: 9 })
  const data = new Uint8Array(head.length + packed.length)
  data.set(head)
  data.set(packed, head.length)
  const extra = chunk('iTXt', data)
  const whole = new Uint8Array(png.length + extra.length)
  whole.set(png.subarray(0, first.at))
  whole.set(extra, first.at)
  whole.set(png.subarray(first.at), first.at + extra.length)
  return whole
}

/** Unpacks what unpacks to no more than is sensible, or null. */
function unpacked(packed: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = []
  let total = 0
  const stream = new Unzlib((part) => {
    total += part.length
    if (total > mostBytes) throw new Error('Too much.')
    parts.push(part)
  })
  try {
    // In pieces, so that what swells is noticed early.
    for (let at = 0; at < packed.length; at += 65_536)
      stream.push(packed.subarray(at, at + 65_536), at + 65_536 >= packed.length)
  } catch {
    return null
  }
  const whole = new Uint8Array(total)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** The text under a key, or null where there is none that can be read. */
export function textOfPng(png: Uint8Array, key: string): string | null {
  for (const { type, data } of chunksOf(png)) {
    const end = data.indexOf(0)
    if (type !== 'iTXt' || end === -1 || strFromU8(data.subarray(0, end), true) !== key) continue
    const compressed = data[end + 1] === 1
    const language = data.indexOf(0, end + 3)
    const translated = language === -1 ? -1 : data.indexOf(0, language + 1)
    if (translated === -1) return null
    const rest = data.subarray(translated + 1)
    const bytes = compressed ? unpacked(rest) : rest
    return bytes === null ? null : strFromU8(bytes)
  }
  return null
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text as it stands in XML. What XML cannot hold at all (most control characters) is left out. */
export function xmlText(text: string): string {
  return (
    text
      // eslint-disable-next-line no-control-regex -- control characters are exactly what XML refuses
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
      .replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
  )
}

/** An element for an SVG's beginning that holds a text under a key. */
export function svgMetadata(key: string, text: string): string {
  return `<metadata id="${key}">${xmlText(text)}</metadata>`
}

/** The text under a key of an SVG, or null. */
export function textOfSvg(svg: string, key: string): string | null {
  const open = new RegExp(`<metadata\\b[^>]*\\bid=["']${key}["'][^>]*>`).exec(svg)
  if (open === null) return null
  const from = open.index + open[0].length
  const to = svg.indexOf('</metadata>', from)
  if (to === -1 || to - from > mostBytes) return null
  const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
  return svg.slice(from, to).replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    const code =
      decimal !== undefined ? Number(decimal) : hex !== undefined ? parseInt(String(hex), 16) : null
    if (code !== null) return code <= 0x10ffff ? String.fromCodePoint(code) : ''
    return named[String(name)] ?? String(whole)
  })
}
