import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { example, root, temporaryFolder, wiregrad } from './run'

const folder = temporaryFolder()
const at = (name: string) => path.join(folder, name)

interface Line {
  readonly rule: string
  readonly path: string | null
  readonly severity: string
  readonly step: number
  readonly evidence: string
  readonly cures: readonly { readonly id: string; readonly label: string }[]
}

function findings(stdout: string): Line[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}

/** A copy of an example with its document changed. */
function changed(name: string, change: (document: Changed) => void): string {
  const document = JSON.parse(readFileSync(path.join(root, example(name)), 'utf8')) as Changed
  change(document)
  const file = at(`${name}-changed.wiregrad`)
  writeFileSync(file, JSON.stringify(document))
  return file
}

interface Changed {
  readonly nodes: Record<string, { params: Record<string, unknown> }>
  readonly training: { steps: { optimiser: object }[] }
}

describe('wiregrad diagnose', { timeout: 240_000 }, () => {
  it('names the vanishing gradient, its place and its cure within 50 steps, a line a finding', async () => {
    const { code, stdout } = await wiregrad('diagnose', example('deep-sigmoid'), '--steps', '50', '--json')
    expect(code).toBe(1)
    const [root] = findings(stdout)
    expect(root).toEqual({
      rule: 'vanishing-gradient',
      path: 'hidden01',
      severity: 'warn',
      step: 1,
      evidence: expect.stringMatching(
        /“Hidden 1” to “Hidden 5”.*(\d(\.\d)?\s×\s)?10⁻[⁰¹²³⁴⁵⁶⁷⁸⁹]+ of what/,
      ) as string,
      cures: expect.arrayContaining([{ id: 'use-selu', label: 'Use SELU with LeCun weights' }]) as unknown[],
    })
  })

  it('writes a cured graph that trains and is found sound', async () => {
    const out = at('cured.wiregrad')
    const first = await wiregrad('diagnose', example('deep-sigmoid'), '--steps', '30', '--cure', out)
    expect(first.code).toBe(1)
    expect(first.stdout).toContain('Vanishing gradient in hidden01')
    expect(first.stderr).toContain(`written to ${out}`)
    const { code, stdout } = await wiregrad('train', out, '--json')
    const end = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      test: { metrics: { accuracy: number } }
    }
    expect(code).toBe(0)
    expect(end.test.metrics.accuracy).toBeGreaterThan(0.8)
    const again = await wiregrad('diagnose', out, '--steps', '60', '--json')
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: '' })
  })

  it('says nothing of a sound graph and ends with code 0', async () => {
    const { code, stdout } = await wiregrad('diagnose', example('xor'))
    expect(code).toBe(0)
    expect(stdout).toBe('Nothing found that would keep this graph from learning.\n')
  })

  it('takes a run that diverges as a finding, and not as a failure', async () => {
    const wild = changed('iris', ({ training }) => {
      const [step] = training.steps
      if (step !== undefined) step.optimiser = { kind: 'sgd', learningRate: 1e30 }
    })
    const { code, stdout } = await wiregrad('diagnose', wild, '--json')
    expect(code).toBe(1)
    const rules = findings(stdout).map(({ rule }) => rule)
    expect(rules[0]).toBe('learning-rate-too-high')
    expect(rules).toContain('nan-loss')
  })

  it('finds a missing number in a file, names its row and column, and leaves the column out', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => {
      const species = ['Iris-setosa', 'Iris-versicolor', 'Iris-virginica'][i % 3] ?? ''
      return [i === 20 ? '' : i % 3, (i % 7) / 7, i % 3, (i % 5) / 5, species].join(',')
    })
    const file = at('missing.csv')
    writeFileSync(file, ['sepal_length,sepal_width,petal_length,petal_width,species', ...rows].join('\n'))
    const out = at('without.wiregrad')
    const { code, stdout } = await wiregrad(
      'diagnose',
      example('iris'),
      '--data',
      file,
      '--cure',
      out,
      '--json',
    )
    expect(code).toBe(1)
    expect(findings(stdout)).toEqual([
      expect.objectContaining({
        rule: 'nan-in-data',
        path: 'data',
        evidence: expect.stringContaining('row 21, column sepal_length') as string,
      }),
    ])
    const trained = await wiregrad('train', out, '--data', file, '--steps', '5', '--json')
    expect(trained.code).toBe(0)
  })

  it('prints the same lines for the same seed', async () => {
    const ask = () => wiregrad('diagnose', example('deep-sigmoid'), '--steps', '25', '--seed', '4', '--json')
    expect((await ask()).stdout).toBe((await ask()).stdout)
  })

  it('ends with code 1 and a sentence for a graph with errors, without findings', async () => {
    const file = changed('xor', ({ nodes }) => {
      const answer = nodes['answer']
      if (answer !== undefined) answer.params['units'] = 3
    })
    const { code, stdout, stderr } = await wiregrad('diagnose', file, '--json')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('has errors')
  })
})
