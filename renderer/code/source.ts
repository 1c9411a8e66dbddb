/** The graph as code, in the languages that the panel offers: the very text that an export writes. */
import type { Plan } from '../../engine/analyse/plan'
import { kerasScript } from '../../engine/export/keras/script'
import { modelFile } from '../../engine/export/pytorch/model-file'
import type { Document } from '../../engine/graph/document'
import type { Refusal } from '../../nodes/kit/spec'
import type { CodeLanguage } from '../state/settings'

type Writer = (document: Document, plan: Plan) => string | Refusal

const writers: { readonly [L in CodeLanguage]: Writer } = {
  pytorch: (document, plan) => modelFile(plan, document.name),
  keras: kerasScript,
}

/** The code, or why there is none, as a sentence. */
export function sourceOf(language: CodeLanguage, document: Document, plan: Plan): string | Refusal {
  return writers[language](document, plan)
}
