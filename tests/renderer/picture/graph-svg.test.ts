/** The graph as a picture: everything on the canvas is in it, in its place, and the document comes back out of it. */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'
import { graphSvg } from '../../../renderer/picture/graph-svg'
import { documentInPicture } from '../../../renderer/state/pictures'

const measure = (text: string, size: number) => text.length * size * 0.6

function picture(file: string) {
  const read = readDocument(readFileSync(file, 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const { document } = read
  const analysis = analyse(document, catalogue)
  const drawn = graphSvg({
    document,
    analysis,
    catalogue,
    colours: (token) => `[${token}]`,
    font: 'sans-serif',
    measure,
  })
  return { document, analysis, ...drawn }
}

/** What is drawn, without the document inside. */
const drawing = (svg: string) => svg.replace(/<metadata[^]*<\/metadata>/, '')

const examples = readdirSync('examples')
  .filter((name) => name.endsWith('.wiregrad'))
  .map((name) => `examples/${name}`)

describe.each([...examples, 'examples/architectures/lenet-5.wiregrad'])('%s', (file) => {
  test('shows every node and wire once, all inside, and carries the document', () => {
    const { document, svg, width, height } = picture(file)
    expect(documentInPicture(new TextEncoder().encode(svg))).toBe(writeDocument(document))
    expect(svg.match(/<g>/g)).toHaveLength(Object.keys(document.nodes).length)
    expect(svg.match(/<path /g)).toHaveLength(Object.keys(document.wires).length)
    const [, left = 0, top = 0] = /viewBox="(-?[\d.]+) (-?[\d.]+)/.exec(svg)?.map(Number) ?? []
    const places = [...svg.matchAll(/<(?:rect|circle|text)[^>]* c?x="(-?[\d.]+)" c?y="(-?[\d.]+)"/g)]
    expect(places.length).toBeGreaterThan(10)
    for (const [whole, x, y] of places) {
      expect([whole, Number(x) >= left && Number(x) <= left + width]).toEqual([whole, true])
      expect([whole, Number(y) >= top && Number(y) <= top + height]).toEqual([whole, true])
    }
    expect(drawing(svg)).not.toMatch(/NaN|undefined|Infinity|\[\]/)
  })
})

test('every colour is a token of the window', () => {
  const tokens = new Set(
    [...readFileSync('renderer/ui/tokens.css', 'utf8').matchAll(/--([\w-]+):/g)].map(([, name]) => name),
  )
  const used = examples.flatMap((file) =>
    [...drawing(picture(file).svg).matchAll(/\[([\w-]+)\]/g)].map(([, name]) => name),
  )
  expect(used.filter((name) => !tokens.has(name))).toEqual([])
})

test('names that would not fit are cut, and what XML means otherwise is spelled out', () => {
  const read = readDocument(readFileSync('examples/xor.wiregrad', 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const [first = ''] = Object.keys(read.document.nodes)
  const node = read.document.nodes[first]
  if (node === undefined) throw new Error('The example has no nodes.')
  const label = '<script>&"A very long name that no card can hold"'
  const document = { ...read.document, nodes: { ...read.document.nodes, [first]: { ...node, label } } }
  const { svg } = graphSvg({
    document,
    analysis: analyse(document, catalogue),
    catalogue,
    colours: () => '#000',
    font: 'a"b',
    measure,
  })
  expect(svg).not.toContain('<script')
  expect(svg).toContain('&lt;script&gt;&amp;&quot;A ve…')
  expect(svg).toContain('font-family="a&quot;b"')
})

test('a document without nodes is a picture too', () => {
  const read = readDocument(readFileSync('examples/xor.wiregrad', 'utf8'))
  if (!read.ok) throw new Error(read.message)
  const document = { ...read.document, nodes: {}, wires: {}, frames: {} }
  const analysis = analyse(document, catalogue)
  const options = { document, analysis, catalogue, colours: () => '#000', font: 's', measure }
  expect(graphSvg(options)).toMatchObject({ width: 400, height: 200 })
})
