import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { example, root, temporaryFolder, wiregrad } from './run'

const folder = temporaryFolder()

/** A copy of an example with one part of its text replaced. */
function changed(name: string, from: string, to: string): string {
  const text = readFileSync(path.join(root, example(name)), 'utf8')
  if (!text.includes(from)) throw new Error(`${name} has no ${from}`)
  const file = path.join(folder, `${name}-changed.wiregrad`)
  writeFileSync(file, text.replace(from, to))
  return file
}

describe('wiregrad check', () => {
  it('prints one object with every key of the contract', async () => {
    const { code, stdout, stderr } = await wiregrad('check', example('xor'), '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const answer = JSON.parse(stdout) as Record<string, unknown>
    expect(answer).toEqual({
      ok: true,
      problems: [],
      parameters: 33,
      trainableParameters: 33,
      memory: { weights: 132, training: expect.any(Number) as number },
      multiplyAdds: 24,
      nodes: [
        { path: 'data', type: 'data', shapes: { x: [null, 2], y: [null, 1] }, parameters: 0 },
        { path: 'hidden', type: 'dense', shapes: { y: [null, 8] }, parameters: 24 },
        { path: 'answer', type: 'dense', shapes: { y: [null, 1] }, parameters: 9 },
        expect.objectContaining({ type: expect.any(String) as string }),
        expect.objectContaining({ type: expect.any(String) as string }),
      ],
    })
  })

  it('counts moving statistics among the parameters, not among the trainable ones', async () => {
    const { stdout } = await wiregrad('check', example('deep-residual'), '--json')
    const { parameters, trainableParameters } = JSON.parse(stdout) as Record<string, number>
    expect((parameters ?? 0) - (trainableParameters ?? 0)).toBe(10 * 2 * 2 * 32)
  })

  it('is readable without --json', async () => {
    const { code, stdout } = await wiregrad('check', example('digits-cnn'))
    expect(code).toBe(0)
    expect(stdout).toMatch(/conv1\s+conv2d\s+y B × 8 × 8 × 16\s+160/)
    expect(stdout).toContain('0 errors, 0 warnings')
  })

  it('ends with code 1 and names the node that cannot be', async () => {
    const file = changed('xor', '"units": 1', '"units": 3')
    const { code, stdout } = await wiregrad('check', file, '--json')
    const { ok, problems } = JSON.parse(stdout) as { ok: boolean; problems: Record<string, unknown>[] }
    expect({ code, ok }).toEqual({ code: 1, ok: false })
    expect(problems[0]).toEqual({
      node: expect.stringMatching(/^(loss|accuracy)$/) as string,
      wire: expect.toSatisfy((wire: unknown) => wire === null || typeof wire === 'string') as unknown,
      severity: 'error',
      message: expect.stringMatching(/.{20,}\.$/) as string,
      fixes: expect.any(Array) as unknown[],
    })
  })

  it('answers for a file that is no graph, too', async () => {
    const file = changed('iris', '{', '[')
    const { code, stdout } = await wiregrad('check', file, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      problems: [{ node: null, wire: null, severity: 'error' }],
      nodes: [],
    })
  })
})
