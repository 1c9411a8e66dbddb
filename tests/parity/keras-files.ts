/**
 * The files for Keras and NumPy, opened by h5py, zipfile, numpy.load and Python's parser: the structure is what Keras
 * looks for, and every number is the one that was trained. Done for every case of every layer and for every example.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { analyse } from '../../engine/analyse/analyse'
import type { Exported, ExportSource } from '../../engine/export/exported'
import { exportKeras, exportKerasH5 } from '../../engine/export/keras/keras'
import { exportKerasScript } from '../../engine/export/keras/script'
import { exportNpz } from '../../engine/export/npz'
import type { Document } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import { isRefusal, type Refusal } from '../../nodes/kit/spec'
import { weightsOf } from './case'
import { definitionCases } from './definition-cases'
import { examples } from './model-pass'
import { weightSet } from './ours'

interface Told {
  readonly arrays?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >
  readonly error?: string
}

const exporters = {
  keras: exportKeras,
  h5: exportKerasH5,
  npz: exportNpz,
  py: exportKerasScript,
} as const satisfies Record<
  string,
  (source: ExportSource) => Exported | Refusal | Promise<Exported | Refusal>
>

function sourceOf(document: Document): ExportSource {
  const { plan } = analyse(document, catalogue)
  return { document, plan, weights: weightSet(weightsOf(plan, 0.3)) }
}

function documents(): readonly (readonly [string, Document])[] {
  const cases = [...definitionCases()].flatMap(([file, all]) =>
    catalogue.get(file.replace('types/', ''))?.role === 'layer' ? all : [],
  )
  return [...cases.map((one) => [one.name, one.document] as const), ...examples()]
}

/** Sums of an array and of its squares: what was written against what was read. */
function checksum(values: ArrayLike<number>): number {
  let sum = 0
  for (let at = 0; at < values.length; at += 1) sum += (values[at] ?? 0) * (1 + (at % 97))
  return sum
}

/** Sentences about arrays that are not what was exported; every number of ours is in exactly one of theirs. */
function differences(file: string, { names, parameters }: Exported, told: Told): readonly string[] {
  if (told.error !== undefined) return [`${file}: ${told.error}`]
  const arrays = told.arrays ?? {}
  const missing = Object.entries(names).filter(([, theirs]) => arrays[theirs] === undefined)
  const count = Object.values(arrays).reduce((sum, { values }) => sum + values.length, 0)
  return [
    ...missing.map(([ours, theirs]) => `${file}: ${ours} should lie at ${theirs}`),
    ...(count === parameters ? [] : [`${file}: ${count} numbers instead of ${parameters}`]),
  ]
}

/** Sentences about an archive of ours whose numbers are not the weights themselves. */
function numbersApart(file: string, { names }: Exported, weights: ExportSource['weights'], told: Told) {
  return Object.entries(names).flatMap(([ours, theirs]) => {
    const [wanted, found] = [weights[ours], told.arrays?.[theirs]]
    if (wanted === undefined || found === undefined) return []
    const same =
      wanted.shape.join() === found.shape.join() && checksum(wanted.values) === checksum(found.values)
    return same ? [] : [`${file}: ${theirs} does not hold the numbers of ${ours}`]
  })
}

/** Exports everything and has Python read it; sentences where that fails. */
export async function readKerasFiles(python: string, folder: string): Promise<readonly string[]> {
  const files = join(folder, 'keras')
  mkdirSync(files)
  const written: { file: string; exported: Exported; weights: ExportSource['weights'] }[] = []
  for (const [name, document] of documents()) {
    const source = sourceOf(document)
    for (const [ending, exporter] of Object.entries(exporters)) {
      const exported = await exporter(source)
      if (isRefusal(exported)) continue
      const file = `${name}.${ending}`
      writeFileSync(join(files, file), exported.files[0]?.bytes ?? '')
      written.push({ file, exported, weights: source.weights })
    }
  }
  const result = join(folder, 'keras-told.json')
  const script = fileURLToPath(new URL('./keras_files.py', import.meta.url))
  const run = spawnSync(python, ['-B', script, files, result], { stdio: ['ignore', 'inherit', 'inherit'] })
  if (run.status !== 0) throw new Error('keras_files.py failed (see above).')
  const told = JSON.parse(readFileSync(result, 'utf8')) as Readonly<Record<string, Told>>
  console.log(`Keras and NumPy files: ${written.length} read by h5py, numpy and Python's parser`)
  return written.flatMap(({ file, exported, weights }) => {
    const answer = told[file] ?? { error: 'was not read' }
    if (file.endsWith('.py')) return answer.error === undefined ? [] : [`${file}: ${answer.error}`]
    return [
      ...differences(file, exported, answer),
      ...(file.endsWith('.npz') ? numbersApart(file, exported, weights, answer) : []),
    ]
  })
}
