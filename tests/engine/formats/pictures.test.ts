/** A text goes into a picture and comes back byte for byte; damaged and swollen ones give nothing, and never throw. */
import { deflateSync, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import {
  isPng,
  svgMetadata,
  textIntoPng,
  textOfPng,
  textOfSvg,
  xmlText,
} from '../../../engine/formats/pictures'

/** One pixel. */
const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
    'base64',
  ),
)
const text = '{\n "name": "Ünïcode 网络 <b>&amp;</b> \\u0000 \\"quoted\\" ]]> 🎓"\n}\n'

test('a PNG keeps its text and its pixels', () => {
  const with1 = textIntoPng(png, 'wiregrad', text)
  expect(isPng(with1)).toBe(true)
  expect(textOfPng(with1, 'wiregrad')).toBe(text)
  expect(textOfPng(with1, 'other')).toBeNull()
  expect(textOfPng(png, 'wiregrad')).toBeNull()
  // Every byte of the picture is still there, in its order.
  const extra = with1.length - png.length
  expect(Buffer.compare(with1.subarray(0, 33), png.subarray(0, 33))).toBe(0)
  expect(Buffer.compare(with1.subarray(33 + extra), png.subarray(33))).toBe(0)
  // Put in again, the newest is found.
  expect(textOfPng(textIntoPng(with1, 'wiregrad', 'newer'), 'wiregrad')).toBe('newer')
})

test('the chunk is as the PNG standard has it', () => {
  const bytes = Buffer.from(textIntoPng(png, 'wiregrad', text)).subarray(33)
  const length = bytes.readUInt32BE(0)
  expect(bytes.toString('latin1', 4, 8)).toBe('iTXt')
  expect(bytes.toString('latin1', 8, 21)).toBe('wiregrad\0\u0001\0\0\0')
  expect(inflateSync(bytes.subarray(21, 8 + length)).toString('utf8')).toBe(text)
  // The checksum as another program's table-free sum gives it.
  let sum = 0xffffffff
  for (const byte of bytes.subarray(4, 8 + length)) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1
  }
  expect(bytes.readUInt32BE(8 + length)).toBe((sum ^ 0xffffffff) >>> 0)
})

test('a PNG cut anywhere, or with any byte changed, gives the text or nothing', () => {
  const whole = textIntoPng(png, 'wiregrad', text)
  for (let cut = 0; cut < whole.length; cut++)
    expect([null, text]).toContain(textOfPng(whole.slice(0, cut), 'wiregrad'))
  for (let at = 0; at < whole.length; at++) {
    const damaged = whole.slice()
    damaged[at] = (damaged[at] as number) ^ 0x5a
    expect(() => textOfPng(damaged, 'wiregrad')).not.toThrow()
  }
  expect(() => textIntoPng(new Uint8Array([1, 2, 3]), 'wiregrad', text)).toThrow('this is none')
})

test('a text that would swell beyond all measure is not unpacked', () => {
  const packed = deflateSync(new Uint8Array(66 * 1024 * 1024), { level: 1 })
  const bomb = textIntoPng(png, 'wiregrad', 'x')
  const head = bomb.slice(0, 54)
  new DataView(head.buffer).setUint32(33, 13 + packed.length)
  const file = new Uint8Array(head.length + packed.length + 4)
  file.set(head)
  file.set(packed, head.length)
  expect(textOfPng(file, 'wiregrad')).toBeNull()
})

test('an SVG keeps its text, whatever is in it', () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg">${svgMetadata('wiregrad', text)}<rect/></svg>`
  expect(textOfSvg(svg, 'wiregrad')).toBe(text)
  expect(textOfSvg(svg, 'other')).toBeNull()
  expect(textOfSvg('<svg><metadata id="wiregrad">cut', 'wiregrad')).toBeNull()
  expect(
    textOfSvg("<svg><metadata id='wiregrad'>&#65;&#x42;&apos;&unknown;</metadata></svg>", 'wiregrad'),
  ).toBe("AB'&unknown;")
  expect(xmlText('a\u0007b\tc\n<"&>')).toBe('ab\tc\n&lt;&quot;&amp;&gt;')
})
