/**
 * Every sentence that nodes and engine may say is there in Chinese, with the same slots, and no phrase is kept that nobody
 * says. What they did say, in the contract's bad inputs and in the engine's tests, holds no English when translated.
 */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { words } from '../../../../engine/diagnose/words'
import { bends } from '../../../../engine/explain/bends'
import { catalogue } from '../../../../nodes/catalogue'
import { isRefusal } from '../../../../nodes/kit/spec'
import { allPhrases } from '../../../../renderer/ui/chinese/phrases/all'
import { createTranslator } from '../../../../renderer/ui/translate'
import { caseParams, infer } from '../../../nodes/support/harness'
import { chartWords, quotedSentences, spokenTemplates } from '../../../support/spoken'

const chinese = createTranslator(allPhrases)
const sentenceTables = [
  'documents',
  'problems',
  'findings',
  'refusals',
  'data',
  'runs',
  'imports',
  'exports',
  'host',
]

const patterns = allPhrases.flatMap((table) => table.patterns)
const known: ReadonlySet<string> = new Set([
  ...allPhrases.flatMap(({ exact, within = {} }) => [...Object.keys(exact), ...Object.keys(within)]),
  ...patterns.map(([template]) => template),
])

/**
 * Templates that say too little by themselves to be known again, or whose slots lie side by side: what stands for them
 * in the tables.
 */
const narrowed: Readonly<Record<string, readonly string[]>> = {
  '{0} on {1}': ['WebGPU on {0}', 'WebGL on {0}'],
  ', a software adapter, slower than WebAssembly': ['{0}, a software adapter, slower than WebAssembly'],
  'weight {0} was planned as {1}trainable': [
    'weight {0} was planned as trainable',
    'weight {0} was planned as not trainable',
  ],
  'no {0}s': ['no inputs', 'no outputs'],
  'row {0}, {1} {2}': ['row {0}, column {1}', 'row {0}, target {1}'],
  '{0} to {1}': ['At the first layers ({0} to {1}) the gradient is {2}.'],
  'text of at {0} {1} characters': ['text of at least {0} characters', 'text of at most {0} characters'],
  'a list of at {0} {1}': ['a list of at least {0}', 'a list of at most {0}'],
  'a number {0} {1}': ['a number above {0}', 'a number below {0}'],
  'a number of at {0} {1}': ['a number of at least {0}', 'a number of at most {0}'],
  'and no': ['scale (gamma) and no shift (beta)'],
  '{0} is {1}. {2}.': ['`{0}` is {1}. {2}.'],
  ': it lies the other way round': ['{0}: it lies the other way round'],
  '(its weights already are)': ['{0} (its weights already are)'],
  'with its dilation': ['long', 'high', 'wide', 'deep'].map((size) => `${size} with its dilation`),
  'evenly ({0} at a time)': ['{0} evenly ({1} at a time)'],
  'Slice takes {0} from place {1} on, but axis {2} of x is only {3} long ({4}).': [
    'Slice takes {0} from place {1} on, but axis {2} of x is only {3} long ({4}).',
    'Slice takes everything from place {0} on, but axis {1} of x is only {2} long ({3}).',
  ],
  'Token and position embedding needs sequences of token ids B × T, but x is {0}{1}.': [
    'Token and position embedding needs sequences of token ids B × T, but x is {0}{1}.',
    'real numbers {0}',
  ],
}

/** What the sources hold but the window never shows, and why. */
const unsaid: ReadonlySet<string> = new Set([
  // Made a part of a doc, which the catalogue's test holds to account.
  'How much to cut off',
  'Zeros to add',
  'channel of the output',
  'before and after',
  'at the top, the bottom, the left and the right',
  'in front, behind, at the top, the bottom, the left and the right',
  'the sequence',
  'the height and the width',
  'the depth, the height and the width',
  'along the sequence',
  'Height and width',
  'down and across',
  'Depth, height and width',
  'in, down and across',
  // Why a setting is idle in a back-end: for the contract test.
  'only leaky-relu has a slope',
  'only elu and celu have an alpha',
  'only threshold, hard-shrink and soft-shrink have a threshold',
  'only threshold puts a value in the place of others',
  'only softmax, log-softmax and sparsemax look at an axis',
  'the highest score is the answer, whatever the threshold',
  'there is one class only, the yes',
  'Keras refuses strides with a dilation, whatever the rest',
  'nothing drops out of a file that is only evaluated',
  'a simple RNN has no gates',
  'only a GRU has a reset gate',
  'an ONNX file is evaluated, and dropout passes on',
  // Kinds, keys and formulas.
  'yes or no',
  'class column',
  'class number',
  'a * sigmoid(a)',
  'min(max(a, 0), {0})',
  'Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization InstanceNormalization',
  '{0} output',
  // Tests of words that another program wrote.
  'would be wrong',
  'may be added',
])

/** Keys of the tables that are no template of a source, or a single word of one. */
const ofOneWord = /^[A-Za-z]+$/
const fromElsewhere: ReadonlySet<string> = new Set([
  // For a browser that gives no reason.
  'Its program could not be fetched.',
  // The parser of formulas, a library.
  'Expected expression after {0}',
  'Expected expression',
  'Unexpected {0}',
  'Unclosed {0}',
  'Expected comma',
  'Expected {0}',
  'Variable names cannot start with a number ({0})',
  // Put together from pieces.
  'numbers, pi, e, + - * / **, and {0}',
  'WebGPU: {0}',
  'WebGL: {0}',
  'WebAssembly: {0}',
  'plain JavaScript: {0}',
  'the file',
  'the settings',
  'WebAssembly.',
  'plain JavaScript.',
  'WebGPU, on {0}.',
  'WebGL, on {0}.',
  'The device reported an error, so its numbers cannot be trusted: {0} Choose another backend and train again. {1}',
])

let spoken: ReadonlyMap<string, readonly string[]> = new Map()
beforeAll(() => {
  spoken = spokenTemplates()
}, 120_000)

/** English that is left: small words that no name holds, outside quotes and code. */
function english(text: string): boolean {
  const bare = text.replaceAll(/“[^”]*”|"[^"]*"|`[^`]*`/g, '')
  return /\b(the|is|are|was|of|and|or|but|needs?|with|has|have|for|to|no|not|only|its?|there|that|which|give|choose|none|one)\b/i.test(
    bare,
  )
}

const fill = (template: string, by: (slot: number) => string) =>
  template.replaceAll(/\{(\d+)\}/g, (_, slot: string) => by(Number(slot)))

describe('what nodes and engine say', () => {
  it('is known, every template of it', () => {
    const templates = [...spoken.values()].flat()
    expect(templates.length).toBeGreaterThan(700)
    const missing = [...spoken].flatMap(([path, texts]) =>
      texts
        .filter((text) => !unsaid.has(text) && !(narrowed[text] ?? [text]).every((each) => known.has(each)))
        .map((text) => `${path}: ${text}`),
    )
    expect(missing).toEqual([])
  })

  it('is all that is known', async () => {
    const said = new Set([
      ...[...spoken.values()].flat().flatMap((text) => narrowed[text] ?? [text]),
      ...fromElsewhere,
    ])
    const stale = await Promise.all(
      sentenceTables.map(async (name) => {
        const module = (await import(`../../../../renderer/ui/chinese/phrases/${name}.ts`)) as Record<
          string,
          (typeof allPhrases)[number]
        >
        const { exact, patterns: own, within = {} } = module[name] ?? { exact: {}, patterns: [] }
        return [...Object.keys(exact), ...own.map(([template]) => template), ...Object.keys(within)]
      }),
    )
    expect(stale.flat().length).toBeGreaterThan(600)
    expect(
      stale.flat().filter((text) => !said.has(text) && !ofOneWord.test(text) && text !== 'At {0}'),
    ).toEqual([])
    expect(
      [...unsaid, ...Object.keys(narrowed)].filter((text) => ![...spoken.values()].flat().includes(text)),
    ).toEqual([])
  })

  it('is known again with anything in its slots, or nothing', () => {
    const bare = (text: string | null) => text?.replaceAll(' ', '')
    const astray = patterns.filter(
      ([template, translation]) =>
        bare(chinese(fill(template, (slot) => `${70 + slot}`))) !==
        bare(fill(translation, (slot) => `${70 + slot}`)),
    )
    expect(astray).toEqual([])
  })

  it('is Chinese when nodes refuse what they are given', () => {
    const refusals = [...catalogue.values()].flatMap((definition) =>
      definition.cases.flatMap((theCase) => {
        if (theCase.refused === undefined) return []
        const answer = infer(definition, theCase.inputs, caseParams(definition, theCase))
        return isRefusal(answer) ? [answer.refused] : []
      }),
    )
    expect(refusals.length).toBeGreaterThan(300)
    const left = refusals
      .map((text) => [text, chinese(text) ?? ''])
      .filter(([, text = '']) => text === '' || english(text))
    expect(left).toEqual([])
  })

  it('is Chinese where the engine’s tests quote it', () => {
    const quoted = quotedSentences([
      'tests/engine/analyse',
      'tests/engine/graph',
      'tests/engine/diagnose',
      'tests/engine/data',
    ])
    expect(quoted.length).toBeGreaterThan(60)
    const left = quoted
      .map((text) => [text, chinese(text) ?? ''])
      .filter(([, text = '']) => text === '' || english(text))
    expect(left).toEqual([])
  })

  it.each([
    [
      'Stopped: at step 5 the loss became NaN. The first node with such numbers is conv (its weights already are). Try a smaller learning rate, clipping, or another initialiser.',
      '已停止：在第 5 步，损失变成了 NaN。最先出现这类数的节点是 conv（它的权重已经如此）。请尝试更小的学习率、梯度裁剪，或别的初始化。',
    ],
    [
      'The device reported an error, so its numbers cannot be trusted: Out of memory. Choose another backend and train again. The weights kept are those of step 4, the last that were sound.',
      '设备报告了错误，所以它的数不可信：Out of memory. 请选择另一个后端，重新训练。保留的是第 4 步的权重，也就是最后一份正常的权重。',
    ],
    [
      'WebAssembly, since nothing faster is of use: WebGPU has only a software adapter (SwiftShader), slower than WebAssembly; no WebGL here.',
      'WebAssembly，因为更快的不可用：WebGPU 只有软件适配器（SwiftShader），比 WebAssembly 慢；这里没有 WebGL。',
    ],
    ['WebGPU, on Apple M1.', 'WebGPU，运行于 Apple M1。'],
    [
      'out ends in softmax, which keeps the scores within a narrow range before Sparse categorical cross-entropy applies softmax itself.',
      'out 以 softmax 结尾，在稀疏分类交叉熵自己应用 softmax 之前，它已把分数限制在狭窄的范围内。',
    ],
    [
      'At the first layers (“Hidden 1” to “Hidden 5”) the gradient is 1.3 × 10⁻¹⁰ of what it is at the last ones, relative to their weights.',
      '最前面几层（“Hidden 1”到“Hidden 5”）的梯度只有最后几层的 1.3 × 10⁻¹⁰ 倍（相对于权重）。',
    ],
    [
      'A number is missing or not finite; the first in row 3, column Add.',
      '有一个数缺失或不是有限值；第一处在第 3 行的列“Add”。',
    ],
    [
      'Embedding takes tokens, but Data gives a tensor. Put an embedding between the two.',
      '嵌入层接受词元，而数据给出的是张量。请在两者之间放一个嵌入层。',
    ],
    [
      'The layer Conv2D of keras has no counterpart here. Replace it by nodes of your own, or remove it.',
      'keras 的层“Conv2D”在这里没有对应的节点。请用你自己的节点替换它，或移除它。',
    ],
    [
      'Dense (a), “Loss” and Dense (b) feed each other in a circle; remove one of the wires between them.',
      '全连接层（a）、“Loss”和全连接层（b）彼此相接成环；请移除它们之间的一条连线。',
    ],
    ['0.3 if 0.3 > 0, else e^0.3 − 1', '0.3 > 0 时为 0.3，否则为 e^0.3 − 1'],
    ['0.1·0.2 + … (58 more)', '0.1·0.2 + …（还有 58 项）'],
  ])('%s', (text, translation) => {
    expect(chinese(text)).toBe(translation)
  })

  it('names and explains every finding', () => {
    const texts = Object.values(words).flatMap(({ title, explanation }) => [title, explanation])
    expect(texts.length).toBeGreaterThan(40)
    expect(texts.filter((text) => !/\p{Script=Han}/u.test(chinese(text) ?? ''))).toEqual([])
  })

  it('names every line of a finding’s chart', () => {
    const texts = chartWords()
    expect(texts).toEqual(expect.arrayContaining(['Loss', 'training', 'guessing']))
    expect(texts.filter((text) => !/\p{Script=Han}/u.test(chinese(text) ?? ''))).toEqual([])
  })

  it('has no English word in a formula', () => {
    const formulas = Object.values(bends).flatMap(({ symbols, slopeSymbols }) => [symbols, slopeSymbols])
    const worded = formulas.filter((text) => / if | else /.test(text))
    expect(worded.length).toBeGreaterThan(3)
    expect(worded.filter((text) => / if | else /.test(chinese(text) ?? text))).toEqual([])
  })
})

describe('looking up', () => {
  it('takes far less than a frame bears, of what nobody knows too', () => {
    const text = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8').slice(0, 2000)
    const each = Array.from({ length: 201 }, (_, at) => {
      const line = `${at} ${text.slice(at, at + 160)}`
      const begin = performance.now()
      chinese(line)
      return performance.now() - begin
    }).sort((a, b) => a - b)
    // The median: other processes take the core away from some.
    expect(each[100]).toBeLessThan(1)
  })
})
