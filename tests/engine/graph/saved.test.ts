/**
 * Every format ever shipped stays readable: `saved/vN` holds real files of version N, is only ever added to, and every
 * file in it is read here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { documentVersion } from '../../../engine/graph/document'
import { readDocument } from '../../../engine/graph/read'
import { writeDocument } from '../../../engine/graph/text'
import { catalogue } from '../../../nodes/catalogue'

const folder = new URL('./saved/', import.meta.url)
const versions = Array.from({ length: documentVersion }, (_, index) => `v${index + 1}`)
const files = versions.flatMap((version) =>
  readdirSync(new URL(`${version}/`, folder)).map((name) => `${version}/${name}`),
)

describe('saved documents', () => {
  it('are kept of every version', () => {
    for (const version of versions)
      expect(files.filter((file) => file.startsWith(`${version}/`)).length).toBeGreaterThan(0)
  })

  it.each(files)('%s opens, has no error, and is saved in a form that opens again', (file) => {
    const result = readDocument(readFileSync(new URL(file, folder), 'utf8'))
    if (!result.ok) throw new Error(result.message)
    expect(
      analyse(result.document, catalogue).problems.filter((problem) => problem.severity === 'error'),
    ).toEqual([])
    expect(readDocument(writeDocument(result.document))).toEqual(result)
  })
})
