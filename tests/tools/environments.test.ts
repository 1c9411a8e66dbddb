/**
 * Each folder type-checks in its own environment: what its host lacks does not compile there.
 */
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The errors of `text` as a file of the project, imports of tfjs's types included (they must not leak the DOM). */
function errorsOf(project: string, folder: string, text: string): string[] {
  const configFile = path.join(root, project)
  const parsed = ts.getParsedCommandLineOfConfigFile(
    configFile,
    {},
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: (problem) => {
        throw new Error(ts.flattenDiagnosticMessageText(problem.messageText, '\n'))
      },
    },
  )
  if (parsed === undefined) throw new Error(`${project} cannot be read`)
  const file = path.join(root, folder, 'imagined.ts')
  const options: ts.CompilerOptions = {
    ...parsed.options,
    composite: false,
    incremental: false,
    noEmit: true,
  }
  const host = ts.createCompilerHost(options)
  const readFile = host.readFile.bind(host)
  host.readFile = (name) => (path.resolve(name) === file ? text : readFile(name))
  const fileExists = host.fileExists.bind(host)
  host.fileExists = (name) => path.resolve(name) === file || fileExists(name)
  const ambient = parsed.fileNames.filter((name) => name.endsWith('.d.ts'))
  const program = ts.createProgram([file, ...ambient], options, host)
  const source = program.getSourceFile(file)
  return program
    .getSemanticDiagnostics(source)
    .map(
      (problem) =>
        /Cannot find name '(\w+)'/.exec(ts.flattenDiagnosticMessageText(problem.messageText, ' '))?.[1],
    )
    .filter((name) => name !== undefined)
}

const text = `
import type * as Tf from '@tensorflow/tfjs'
export type T = Tf.Tensor
export const used = [document, navigator, self, process, window, structuredClone, TextEncoder, fetch]
`

test.each([
  [
    'nodes/tsconfig.json',
    'nodes',
    ['document', 'navigator', 'self', 'process', 'window', 'structuredClone', 'TextEncoder', 'fetch'],
  ],
  [
    'engine/tsconfig.pure.json',
    'engine/graph',
    ['document', 'navigator', 'self', 'process', 'window', 'fetch'],
  ],
  ['engine/tsconfig.tfjs.json', 'engine/train', ['document', 'process', 'window']],
  ['renderer/tsconfig.json', 'renderer/run', ['process']],
  [
    'app/shared/tsconfig.json',
    'app/shared',
    ['document', 'navigator', 'self', 'process', 'window', 'structuredClone', 'TextEncoder', 'fetch'],
  ],
  ['app/tsconfig.json', 'app/cli', ['document', 'navigator', 'self', 'window']],
])('%s lacks what its host lacks', (project, folder, missing) => {
  expect(errorsOf(project, folder, text).sort()).toEqual([...missing].sort())
})
