/** Diagnoses a case as the command line does: facts first, then a run whose findings are heard; and judges a cure. */
import { applyCure } from '../../../engine/diagnose/cure'
import type { Finding } from '../../../engine/diagnose/finding'
import type { Document } from '../../../engine/graph/document'
import type { DataFile } from '../../../engine/session/protocol'
import { catalogue } from '../../../nodes/catalogue'
import { begin, talk, type Ended } from '../../engine/running'

export interface Diagnosed {
  readonly findings: readonly Finding[]
  readonly ended: Ended | null
}

export async function diagnose(document: Document, files: readonly DataFile[]): Promise<Diagnosed> {
  const conversation = talk({ thinProbes: false })
  const early = await conversation.client.request({ kind: 'diagnose', document, files })
  if (!early.accepted) throw new Error(early.message)
  if (early.findings.some(({ rule }) => rule === 'nan-in-data'))
    return { findings: early.findings, ended: null }
  await begin(conversation, document, { files, backend: 'wasm' })
  const last = await conversation.until(({ kind }) => kind === 'ended' || kind === 'failed')
  if (last.kind !== 'ended') throw new Error('message' in last ? String(last.message) : 'The run failed.')
  const said = conversation.events.findLast((event) => event.kind === 'findings')
  return { findings: said?.kind === 'findings' ? said.findings : [], ended: last }
}

export const warnings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ severity }) => severity === 'warn')

/** Accuracy on new samples, or the negative loss; -Infinity where there is none. */
export function validationScore(ended: Ended | null): number {
  const scores = ended?.validation ?? null
  return scores === null ? -Infinity : (scores.metrics['accuracy'] ?? -scores.loss)
}

export function cured(document: Document, finding: Finding): Document {
  return applyCure(document, catalogue, finding)
}
