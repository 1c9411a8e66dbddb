/** `wiregrad.py`: the helpers that the model and its training call, and nothing else. */
import type { PlanStep } from '../../analyse/plan'
import { emitOf } from './graph'

const imports: readonly (readonly [pattern: RegExp, line: string])[] = [
  [/\bmath\./, 'import math\n'],
  [/\btorch\./, 'import torch'],
  [/\bnn\./, 'import torch.nn as nn'],
  [/\bF\./, 'import torch.nn.functional as F'],
]

/** The import lines that a text needs. */
export function importsFor(text: string): string {
  return imports.flatMap(([pattern, line]) => (pattern.test(text) ? [line] : [])).join('\n')
}

/** Null where no step calls a helper. */
export function helpersFile(steps: readonly PlanStep[]): string | null {
  const texts = [...new Set(steps.flatMap((step) => emitOf(step).helpers ?? []))].map((text) => text.trim())
  if (texts.length === 0) return null
  const all = texts.join('\n\n\n')
  return `"""What Wiregrad's nodes compute and PyTorch has no module or function for."""\n${importsFor(all)}\n\n\n${all}\n`
}
