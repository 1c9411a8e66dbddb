/** What the documents show is there and small, and the network that a picture carries is the one of today. */
import { readFileSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { documentInPicture } from '../../renderer/state/pictures'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pictures = readdirSync(path.join(root, 'docs/pictures')).map((name) => `docs/pictures/${name}`)

function shownIn(document: string): string[] {
  const text = readFileSync(path.join(root, document), 'utf8')
  const links = [...text.matchAll(/!?\[[^\]]*\]\(([^)#]+)\)/g)].map(([, link]) => link ?? '')
  return links
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => path.posix.join(path.posix.dirname(document), link))
}

test.each(['README.md', 'docs/tour.md'])('%s links only to what is there', (document) => {
  const links = shownIn(document)
  expect(links.length).toBeGreaterThan(0)
  for (const link of links) expect(() => statSync(path.join(root, link))).not.toThrow()
})

test('every picture is shown somewhere, and none is large', () => {
  const shown = ['README.md', 'docs/tour.md'].flatMap(shownIn)
  expect(pictures.filter((picture) => !shown.includes(picture))).toEqual([])
  for (const picture of pictures)
    expect([picture, statSync(path.join(root, picture)).size < 120_000]).toEqual([picture, true])
})

test('the exported network carries the example of today: else run `npm run screenshots -- start`', () => {
  const carried = documentInPicture(
    new Uint8Array(readFileSync(path.join(root, 'docs/pictures/network.svg'))),
  )
  expect(carried).toBe(readFileSync(path.join(root, 'examples/digits-cnn.wiregrad'), 'utf8'))
})
