import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { bin, example, root, temporaryFolder, wiregrad } from './run'

const folder = temporaryFolder()
const commands = ['check', 'train', 'evaluate', 'export', 'import', 'diagnose']

describe('wiregrad, asked how', () => {
  it('lists every command and the exit codes', async () => {
    const { code, stdout, stderr } = await wiregrad('--help')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const command of commands) expect(stdout).toContain(`  ${command}`)
    expect(stdout).toContain('130 interrupted')
  })

  it.each(commands)('explains %s with --help', async (command) => {
    const { code, stdout } = await wiregrad(command, '--help')
    expect(code).toBe(0)
    expect(stdout).toMatch(new RegExp(`^wiregrad ${command} (FILE|PATH)`))
    expect(stdout).toContain('--json')
  })

  it.each([
    ['nothing at all', [], 'wiregrad COMMAND FILE'],
    ['an unknown command', ['teach', 'x'], 'There is no command "teach"'],
    ['an unknown option', ['check', example('xor'), '--fast'], "Unknown option '--fast'"],
    ['no file', ['check'], 'wants a FILE'],
    ['two files', ['check', 'a', 'b'], 'takes one FILE'],
    ['a file that is not there', ['check', 'nowhere.wiregrad'], 'nowhere.wiregrad cannot be read'],
    ['a number that is none', ['train', example('xor'), '--steps', 'many'], '--steps wants a whole number'],
    ['no steps', ['train', example('xor'), '--steps', '0'], 'from 1 to'],
    ['epochs and steps', ['train', example('xor'), '--steps', '1', '--epochs', '1'], 'not both'],
    [
      'a backend that does not exist',
      ['train', example('xor'), '--backend', 'tpu'],
      'one of auto, webgpu, webgl, wasm, cpu',
    ],
    [
      'weights that are not there',
      ['evaluate', example('iris'), '--weights', 'nowhere'],
      'nowhere cannot be read',
    ],
    ['no weights', ['evaluate', example('iris')], 'wants --weights'],
    ['no format', ['export', example('iris'), '--out', 'x'], 'wants --format'],
    ['nowhere to write', ['export', example('iris'), '--format', 'tfjs'], 'wants --out'],
    [
      'data for a node that is not there',
      ['train', example('iris'), '--data', 'other=x.csv'],
      'no data node "other"',
    ],
    [
      'data for a node that needs none',
      ['train', example('xor'), '--data', 'x.csv'],
      'makes its own samples',
    ],
    [
      'data that is not there',
      ['train', example('iris'), '--data', 'nowhere.csv'],
      'nowhere.csv cannot be read',
    ],
    ['steps of no number', ['diagnose', example('xor'), '--steps', 'few'], '--steps wants a whole number'],
  ])('ends with code 2 and a sentence, given %s', async (_, words, sentence) => {
    const { code, stdout, stderr } = await wiregrad(...words)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(sentence)
  })

  it.runIf(process.platform === 'linux')('ends with code 3 where the answer finds no room', () => {
    const full = openSync('/dev/full', 'w')
    const { status, stderr } = spawnSync(process.execPath, [bin, 'check', example('xor')], {
      cwd: root,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    })
    closeSync(full)
    expect(status).toBe(3)
    expect(stderr).toContain('The answer cannot be written: ENOSPC')
  })

  it('ends with code 1 and a sentence where weights are no weights of a run', async () => {
    const file = path.join(folder, 'broken.safetensors')
    writeFileSync(file, 'not a safetensors file')
    const { code, stderr } = await wiregrad('evaluate', example('iris'), '--weights', file)
    expect(code).toBe(1)
    expect(stderr).toContain('no safetensors file')
  })
})
