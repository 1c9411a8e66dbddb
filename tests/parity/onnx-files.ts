/** Every case of every node type and every example as ONNX files, checked by the reference package. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exportOnnx } from '../../engine/export/onnx/export-onnx'
import { nodeCases } from '../engine/export/onnx/cases'
import { example, examples } from '../engine/export/onnx/examples'
import { weighted, type Weighted } from '../engine/export/onnx/weighted'

/** Writes all that can be written; what ONNX cannot say is refused by design and left out. */
function writeFiles(folder: string): void {
  const models: (readonly [string, Weighted])[] = [
    ...nodeCases().flatMap(({ cases }) => cases.map((one) => [one.name, weighted(one.document)] as const)),
    ...examples().map((file) => [file.replace('.wiregrad', ''), example(file)] as const),
  ]
  for (const [name, model] of models) {
    const exported = exportOnnx(model)
    if ('refused' in exported) console.log(`onnx ${name}: not written. ${exported.refused}`)
    else for (const { bytes } of exported.files) writeFileSync(join(folder, `${name}.onnx`), bytes)
  }
}

/** Sentences where a file does not pass. */
export function checkOnnx(python: string, folder: string): readonly string[] {
  const files = join(folder, 'onnx')
  mkdirSync(files)
  writeFiles(files)
  const script = fileURLToPath(new URL('./check_onnx.py', import.meta.url))
  const run = spawnSync(python, ['-B', script, files], { stdio: ['ignore', 'inherit', 'inherit'] })
  return run.status === 0 ? [] : ['The ONNX files do not pass the strict check (see above).']
}
