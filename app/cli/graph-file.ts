/**
 * A saved graph from disk, and its analysis: what every command begins with.
 */
import * as fs from 'node:fs/promises'
import { analyse } from '../../engine/analyse/analyse'
import type { Analysis, Problem } from '../../engine/analyse/plan'
import type { Document } from '../../engine/graph/document'
import { readDocument, type ReadResult } from '../../engine/graph/read'
import { catalogue } from '../../nodes/catalogue'
import { fail, sentenceOf } from './failure'
import { note } from './print'

/** The document in a file, or why it is none. A file that cannot be read at all is wrong usage. */
export async function readGraphFile(file: string): Promise<ReadResult> {
  try {
    return readDocument(await fs.readFile(file, 'utf8'))
  } catch (error) {
    return fail('usage', `The graph ${file} cannot be read: ${sentenceOf(error)}.`)
  }
}

/** `error in hidden: Dense needs …` */
export function problemLine(problem: Problem): string {
  const place = problem.node ?? problem.wire
  return `${problem.severity}${place === null ? '' : ` in ${place}`}: ${problem.message}`
}

/** A graph that can be run: errors are said on stderr and end the command, warnings are only said. */
export async function readGraph(
  file: string,
): Promise<{ readonly document: Document; readonly analysis: Analysis }> {
  const read = await readGraphFile(file)
  if (!read.ok) fail('problems', read.message)
  const analysis = analyse(read.document, catalogue)
  for (const problem of analysis.problems) note(problemLine(problem))
  if (!analysis.ok) fail('problems', `The graph ${file} has errors, so it cannot be run.`)
  return { document: read.document, analysis }
}
