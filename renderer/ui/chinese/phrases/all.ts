/** All phrases of nodes and engine in Chinese: one table a file of this folder. */
import type { Phrases } from '../../translate'

export const allPhrases: readonly Phrases[] = []
