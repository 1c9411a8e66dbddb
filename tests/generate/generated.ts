/** The files of the repository that are made from others, by their path from its root. */
import { writeFileSync } from 'node:fs'
import { writeDocument } from '../../engine/graph/text'
import { architectures } from '../architectures/architectures'
import { documentOf } from '../architectures/shared'
import { kernelsFile, kernelsText } from './kernels'
import { referenceText } from './reference'

export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['REFERENCE.md', referenceText()],
    ...architectures.map(
      (one) => [`examples/architectures/${one.file}.wiregrad`, writeDocument(documentOf(one))] as const,
    ),
  ])
}

/** Writes all of them. */
export async function generate(): Promise<void> {
  for (const [path, text] of [...generatedFiles(), [kernelsFile, await kernelsText()] as const]) {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text)
    console.log(path)
  }
}
