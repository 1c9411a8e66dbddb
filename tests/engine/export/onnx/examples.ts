/** The examples with weights, and numbers for what nothing feeds in them. */
import { readdirSync, readFileSync } from 'node:fs'
import { readDocument } from '../../../../engine/graph/read'
import { concrete } from '../../../parity/case'
import { indices, reals, type Numbers } from '../../../parity/numbers'
import { weighted, type Weighted } from './weighted'

const folder = new URL('../../../../examples/', import.meta.url)
const [samples, places] = [3, 4]

export function examples(): readonly string[] {
  return readdirSync(folder).filter((file) => file.endsWith('.wiregrad'))
}

export function example(file: string): Weighted {
  const found = readDocument(readFileSync(new URL(file, folder), 'utf8'))
  if (!found.ok) throw new Error(`${file}: ${found.message}`)
  return weighted(found.document)
}

/** Numbers for what nothing feeds: data, open inputs. */
export function feeds({ plan }: Weighted): Readonly<Record<string, Numbers>> {
  const sources = plan.steps.filter(
    ({ definition, inputs }) =>
      definition.role === 'data' || (definition.role === 'input' && Object.keys(inputs).length === 0),
  )
  const known = Math.min(...plan.steps.map(({ params }) => Number(params['vocabulary'] ?? Infinity)), 1000)
  return Object.fromEntries(
    sources.flatMap(({ path, outputs }) =>
      Object.entries(outputs).map(([port, spec]) => {
        const [name, shape] = [`${path}:${port}`, concrete(spec, samples, places)]
        return [name, spec.dtype === 'int32' ? indices(name, shape, known) : reals(name, shape)]
      }),
    ),
  )
}
