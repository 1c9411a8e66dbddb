/** Every job there is, by the golden file in which it is kept. */
import type { Case } from './case'
import { casesOfNetwork, networkNames } from './networks'
import { optimiserCases } from './optimiser-cases'
import { definitionCases } from './definition-cases'
import { sharedCases } from './shared-cases'
import { stockCases } from './stock-cases'
import { typeCases } from './type-cases'
import { caseOfType } from './type-documents'

/** Cases by golden file. */
export function allCases(): ReadonlyMap<string, readonly Case[]> {
  const networks = networkNames.map((name) => [name, casesOfNetwork(name)] as const)
  const types = Object.entries(typeCases).map(([name, cases]) => [name, cases.map(caseOfType)] as const)
  return new Map<string, readonly Case[]>([
    ...definitionCases(),
    ...types,
    ['optimisers', optimiserCases()],
    ['shared', sharedCases()],
    ['stock', stockCases()],
    ...networks,
  ])
}
