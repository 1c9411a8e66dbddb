/** The files of the repository that are made from others, by their path from its root. */
import { writeFileSync } from 'node:fs'
import { writeDocument } from '../../engine/graph/text'
import { architectures } from '../architectures/architectures'
import { documentOf } from '../architectures/shared'
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
export function generate(): void {
  for (const [path, text] of generatedFiles()) {
    writeFileSync(new URL(`../../${path}`, import.meta.url), text)
    console.log(path)
  }
}
