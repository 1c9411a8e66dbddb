import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { describe, expect, it } from 'vitest'
import { readRunWeights } from '../../../engine/export/run-weights'
import { isRefusal } from '../../../nodes/kit/spec'
import { example, linesOf, root, start, temporaryFolder, wiregrad, type Line, type Running } from './run'

const folder = temporaryFolder()
const at = (name: string) => path.join(folder, name)

function withoutSeconds(stdout: string): Line[] {
  return linesOf(stdout).map((line) => ({ ...line, seconds: 0 }))
}

const stepsOf = (lines: readonly Line[], type: string) =>
  lines.filter((line) => line.type === type).map((line) => line['step'])

/** Resolves when the command has printed so many lines. */
async function heard(running: Running, lines: number): Promise<void> {
  while (running.heard().split('\n').length <= lines) {
    if (running.process.exitCode !== null) throw new Error('The run ended early')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

describe('wiregrad train', { timeout: 240_000 }, () => {
  it('prints lines of the contract, by step', async () => {
    const { code, stdout, stderr } = await wiregrad('train', example('iris'), '--epochs', '5', '--json')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const lines = linesOf(stdout)
    expect(lines[0]).toEqual({ type: 'start', backend: 'wasm', adapter: '', parameters: 131, seed: 1 })
    const thirty = Array.from({ length: 30 }, (_, index) => index + 1)
    expect(stepsOf(lines, 'tick')).toEqual(thirty)
    expect(stepsOf(lines, 'probe')).toEqual([1, 2, 3, 4, 5, 6, 11, 21])
    expect(lines[1]).toEqual({
      type: 'tick',
      step: 1,
      epoch: 1,
      loss: expect.any(Number) as number,
      metrics: { accuracy: expect.any(Number) as number },
    })
    const signals = {
      gradNorm: expect.any(Number) as number,
      gradRms: expect.any(Number) as number,
      updateRatio: expect.any(Number) as number,
    }
    expect(lines[2]).toEqual({
      type: 'probe',
      step: 1,
      trainingStep: 0,
      layers: { hidden: signals, scores: signals },
    })
    const scores = (samples: number) => ({
      loss: expect.any(Number) as number,
      metrics: { accuracy: expect.any(Number) as number },
      samples,
    })
    expect(lines.filter((line) => line.type === 'epoch')).toEqual(
      [1, 2, 3, 4, 5].map((epoch) => ({ type: 'epoch', epoch, validation: scores(30) })),
    )
    expect(lines.at(-1)).toEqual({
      type: 'end',
      why: 'finished',
      train: scores(90),
      validation: scores(30),
      test: scores(30),
      parameters: 131,
      steps: 30,
      seconds: expect.any(Number) as number,
      backend: 'wasm',
    })
  })

  it.each(['iris', 'ring-gan'])(
    'prints the same lines for the same seed on cpu, and others for another (%s)',
    async (name) => {
      const run = (seed: string) =>
        wiregrad('train', example(name), '--steps', '6', '--backend', 'cpu', '--seed', seed, '--json')
      const [one, two, other] = await Promise.all([run('5'), run('5'), run('6')])
      expect(withoutSeconds(one.stdout)).toEqual(withoutSeconds(two.stdout))
      expect(one.stdout).toContain('"backend":"cpu"')
      expect(withoutSeconds(other.stdout)).not.toEqual(withoutSeconds(one.stdout))
    },
  )

  it('names the training step of every probe and every loss of several', async () => {
    const { stdout } = await wiregrad('train', example('ring-gan'), '--steps', '1', '--json')
    const [, tick, first, second] = linesOf(stdout)
    expect(Object.keys(tick?.['metrics'] as object)).toEqual(['real_is_real', 'made_is_made', 'made_is_real'])
    expect(
      [first, second].map((line) => [line?.['trainingStep'], Object.keys(line?.['layers'] as object)]),
    ).toEqual([
      [0, ['d_real/look1', 'd_real/look2', 'd_real/verdict']],
      [1, ['generate1', 'generate2', 'points']],
    ])
  })

  it('prints every N-th step with --every, and lets people read without --json', async () => {
    const { stdout } = await wiregrad('train', example('xor'), '--steps', '20', '--every', '8', '--json')
    expect(stepsOf(linesOf(stdout), 'tick')).toEqual([8, 16])
    const plain = await wiregrad('train', example('iris'), '--epochs', '2')
    expect(plain.code).toBe(0)
    expect(plain.stdout).toMatch(/^Iris: 131 parameters, seed 1, on wasm\n/)
    expect(plain.stdout).toMatch(/\nepoch 2 .* validation loss \d/)
    expect(plain.stdout).toContain('\nfinished after 12 steps in ')
    const single = await wiregrad('train', example('iris'), '--steps', '1')
    expect(single.stdout).toContain('\nfinished after 1 step in ')
    expect(plain.stdout).toMatch(/\ntest +\d\.\d+ +\d\.\d+\n$/)
  })

  it('keeps the files of a run, whose weights score the same again', async () => {
    const out = at('kept')
    const { stdout } = await wiregrad(
      'train',
      example('iris'),
      '--epochs',
      '3',
      '--seed',
      '9',
      '--out',
      out,
      '--json',
    )
    const printed = linesOf(stdout)
    expect(readFileSync(path.join(out, 'metrics.jsonl'), 'utf8')).toBe(stdout)
    const saved = JSON.parse(readFileSync(path.join(out, 'graph.wiregrad'), 'utf8')) as { training: object }
    expect(saved.training).toMatchObject({ seed: 9, length: { epochs: 3 } })
    const facts = JSON.parse(readFileSync(path.join(out, 'run.json'), 'utf8')) as object
    expect(facts).toMatchObject({
      seed: 9,
      backend: 'wasm',
      adapter: '',
      step: 18,
      settings: saved.training,
      result: printed.at(-1),
    })
    expect(existsSync(path.join(out, 'checkpoints'))).toBe(true)
    const weights = readRunWeights(readFileSync(path.join(out, 'weights.safetensors')))
    expect(isRefusal(weights) ? weights : Object.keys(weights).sort()).toEqual([
      'hidden:bias',
      'hidden:kernel',
      'scores:bias',
      'scores:kernel',
    ])

    for (const [split, given] of [
      ['test', out],
      ['validation', path.join(out, 'weights.safetensors')],
      ['train', out],
    ] as const) {
      const { code, stdout: answer } = await wiregrad(
        'evaluate',
        example('iris'),
        '--weights',
        given,
        '--split',
        split,
        '--json',
      )
      expect(code).toBe(0)
      expect(JSON.parse(answer)).toEqual({ split, ...(printed.at(-1)?.[split] as object) })
    }

    const onwards = await wiregrad('train', example('iris'), '--steps', '1', '--weights', out, '--json')
    expect(onwards.stderr).toContain('Weights taken over by 2 of 2 nodes')
    const fresh = await wiregrad('train', example('iris'), '--steps', '1', '--json')
    const firstLoss = (text: string) => Number(linesOf(text)[1]?.['loss'])
    expect(firstLoss(onwards.stdout)).toBeLessThan(firstLoss(fresh.stdout))
  })

  it('touches nothing of an earlier run until the new one is accepted', async () => {
    const out = at('earlier')
    await wiregrad('train', example('xor'), '--steps', '1', '--out', out)
    writeFileSync(path.join(out, 'checkpoints', 'step-000000001.safetensors'), 'kept')
    writeFileSync(path.join(out, '.wiregrad-journal'), '{"renames":[]}')
    const found = () =>
      ['', 'checkpoints'].map((name) =>
        readdirSync(path.join(out, name), { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => [entry.name, readFileSync(path.join(out, name, entry.name), 'utf8')]),
      )
    const before = found()
    const bad = at('bad.csv')
    writeFileSync(bad, 'nothing\n1\n')
    const refused = await wiregrad('train', example('iris'), '--data', bad, '--out', out)
    expect(refused.code).toBe(1)
    expect(found()).toEqual(before)
    await wiregrad('train', example('iris'), '--steps', '1', '--out', out)
    expect(readdirSync(path.join(out, 'checkpoints'))).toEqual([])
  })

  const closed = at('closed')
  mkdirSync(closed)
  chmodSync(closed, 0o500)
  writeFileSync(at('file'), '')
  const nowhere: readonly (readonly [string, string, boolean])[] = [
    ['under a file', at('file/run'), true],
    ['that is a file', at('file'), true],
    ['under a folder that cannot be written to', path.join(closed, 'run'), process.getuid?.() !== 0],
    ['under /proc', '/proc/nope/run', process.platform === 'linux'],
  ]
  it.each(nowhere.filter(([, , here]) => here))(
    'ends at once with code 3 and a sentence for a folder %s',
    async (_, out) => {
      const { code, stdout, stderr } = await wiregrad('train', example('xor'), '--out', out, '--json')
      expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
      expect(stderr).toContain(`The run cannot be kept in ${out}: `)
    },
    20_000,
  )

  it('refuses weights of another graph', async () => {
    const out = at('other')
    await wiregrad('train', example('xor'), '--steps', '1', '--out', out)
    const { code, stderr } = await wiregrad('evaluate', example('iris'), '--weights', out)
    expect(code).toBe(1)
    expect(stderr).toContain('hidden:kernel')
    const refused = await wiregrad('train', example('iris'), '--weights', out, '--steps', '1')
    expect({ code: refused.code, stdout: refused.stdout }).toEqual({ code: 1, stdout: '' })
    expect(refused.stderr).toContain(
      `it looks, for example, for hidden:kernel of shape [4, 16], but ${out} has it with [2, 8]`,
    )
  })
})

describe('a CSV of the user’s own', { timeout: 240_000 }, () => {
  const own = at('own.csv')
  /** Other rows, in another order of columns, with a column too many and quotes. */
  const rows = Array.from({ length: 60 }, (_, i) => {
    const species = ['Iris-setosa', 'Iris-versicolor', 'Iris-virginica'][i % 3] ?? ''
    const base = (i % 3) * 2 + (i % 7) / 10
    return [`"note, ${i}"`, species, base + 3, base + 2, base + 1, base].join(',')
  })
  const header = 'remark,species,petal_width,petal_length,sepal_width,sepal_length'
  writeFileSync(own, [header, ...rows].join('\n'))

  it.each([[own], [`data=${own}`]])('trains end to end through --data %s', async (given) => {
    const { code, stdout } = await wiregrad(
      'train',
      example('iris'),
      '--data',
      given,
      '--epochs',
      '20',
      '--json',
    )
    expect(code).toBe(0)
    expect(linesOf(stdout).at(-1)?.['test']).toMatchObject({ samples: 12, metrics: { accuracy: 1 } })
  })

  it.each([
    ['a missing column', [header.replace('petal_width', 'petal_breadth'), ...rows], 'no column petal_width'],
    [
      'a class nobody knows',
      [header, ...rows.map((row) => row.replace('Iris-setosa', 'Rosa'))],
      'the class "Rosa" is not one of',
    ],
    [
      'text among numbers',
      [header, ...rows, 'x,Iris-setosa,1,2,wide,4'],
      'a number was wanted, but "wide" came',
    ],
    ['no rows', [header], 'no rows'],
  ])('is refused with code 1 and a sentence for %s', async (name, lines, sentence) => {
    const file = at(`${name}.csv`)
    writeFileSync(file, lines.join('\n'))
    const { code, stdout, stderr } = await wiregrad('train', example('iris'), '--data', file, '--json')
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain(sentence)
  })
})

describe('a run that does not finish', { timeout: 240_000 }, () => {
  it('stops on Ctrl-C with code 130 and is kept', async () => {
    const out = at('interrupted')
    const running = start('train', example('iris'), '--epochs', '100000', '--out', out, '--json')
    await heard(running, 60)
    running.process.kill('SIGINT')
    const { code, stdout } = await running.ended
    expect(code).toBe(130)
    const end = linesOf(stdout).at(-1)
    expect(end).toMatchObject({ type: 'end', why: 'stopped', test: { samples: 30 } })
    expect(JSON.parse(readFileSync(path.join(out, 'run.json'), 'utf8'))).toMatchObject({
      step: end?.['steps'],
      result: { why: 'stopped' },
    })
    const { stdout: again } = await wiregrad('evaluate', example('iris'), '--weights', out, '--json')
    expect(JSON.parse(again)).toEqual({ split: 'test', ...(end?.['test'] as object) })
  })

  it.each([
    ['its lines', false],
    ['all it says', true],
  ])('stops and is kept where the reader of %s leaves', async (name, both) => {
    const out = at(name)
    const running = start('train', example('iris'), '--epochs', '100000', '--out', out, '--json')
    await heard(running, 12)
    running.process.stdout?.destroy()
    if (both) running.process.stderr?.destroy()
    const { code } = await running.ended
    expect(code).toBe(130)
    const facts = JSON.parse(readFileSync(path.join(out, 'run.json'), 'utf8')) as { step: number }
    expect(facts).toMatchObject({ result: { type: 'end', why: 'stopped', steps: facts.step } })
    expect(facts.step).toBeGreaterThan(1)
  })

  it('says how it came out even where it can no longer be kept', async () => {
    const out = at('unkept')
    const running = start('train', example('iris'), '--epochs', '100000', '--out', out, '--json')
    await heard(running, 30)
    // Nothing can be written any more: a folder stands where the list of the files to come would.
    mkdirSync(path.join(out, '.wiregrad-journal'))
    running.process.kill('SIGINT')
    const { code, stdout, stderr } = await running.ended
    expect(code).toBe(3)
    expect(linesOf(stdout).at(-1)).toMatchObject({ type: 'end', why: 'stopped' })
    expect(stderr).toContain(`The run could not be kept in ${out}: `)
    expect(readdirSync(out).filter((name) => name.endsWith('tmp'))).toEqual([])
  })

  it('leaves a complete set of files when it is killed', async () => {
    const out = at('killed')
    const running = start('train', example('iris'), '--epochs', '100000', '--out', out, '--json')
    await heard(running, 30)
    running.process.kill('SIGKILL')
    await running.ended
    expect(JSON.parse(readFileSync(path.join(out, 'run.json'), 'utf8'))).toMatchObject({
      result: null,
      seed: 1,
    })
    const { code, stdout } = await wiregrad(
      'evaluate',
      path.join(out, 'graph.wiregrad'),
      '--weights',
      out,
      '--json',
    )
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ split: 'test', samples: 30 })
  })

  it('ends with code 3 where it diverges, and says where', async () => {
    const wild = at('wild.wiregrad')
    const text = readFileSync(path.join(root, example('iris')), 'utf8')
    const document = JSON.parse(text) as { training: { steps: { optimiser: object }[] } }
    const [step] = document.training.steps
    if (step !== undefined) step.optimiser = { kind: 'sgd', learningRate: 1e30 }
    writeFileSync(wild, JSON.stringify(document))
    const { code, stdout, stderr } = await wiregrad('train', wild, '--steps', '20', '--json')
    expect(code).toBe(3)
    const lines = linesOf(stdout)
    expect(lines.at(-1)).toMatchObject({ type: 'end', why: 'diverged' })
    expect(stdout).toMatch(/"(NaN|Infinity)"/)
    expect(stderr).toMatch(/Stopped: at step \d+ /)
  })

  it.each(['webgpu', 'webgl'])('ends with code 3 where %s is not to be had', async (backend) => {
    const { code, stdout, stderr } = await wiregrad('train', example('xor'), '--backend', backend, '--json')
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(`The backend ${backend} was asked for but cannot be used here`)
  })
})
