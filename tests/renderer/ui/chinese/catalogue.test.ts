/** Every word of the node types is there in Chinese: titles, docs, settings, options, ports, and what they are found by. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { optimiserSchema, scheduleSchema } from '../../../../engine/graph/document'
import { catalogue } from '../../../../nodes/catalogue'
import { initialParams, type Definition } from '../../../../nodes/kit/define'
import { initialiserSchema } from '../../../../nodes/kit/initialiser'
import { allPhrases } from '../../../../renderer/ui/chinese/phrases/all'
import { fieldWords } from '../../../../renderer/ui/field-words'
import { createTranslator } from '../../../../renderer/ui/translate'

const chinese = createTranslator(allPhrases)
const exact = new Map(allPhrases.flatMap((table) => Object.entries(table.exact)))
const han = /\p{Script=Han}/u

const types = [...catalogue.values()]
const fieldsOf = (definition: Definition) => Object.entries(definition.fields)
const portsOf = ({ inputs, outputs }: Definition) => [...Object.values(inputs), ...Object.values(outputs)]

/** Keys of what a union of objects may hold. */
function keysOf(schema: { readonly options: readonly { readonly shape: object }[] }): readonly string[] {
  return [...new Set(schema.options.flatMap(({ shape }) => Object.keys(shape)))].filter(
    (key) => key !== 'kind',
  )
}

/** Names that are the same in Chinese: of functions, of papers, of companies' models. */
const names: ReadonlySet<string> = new Set(
  [
    'csv wavenet tcn cnn u-net espcn mobilenet xception gap gmp bn ln gn resnet bmm cat rnn elman dpo rlhf mha gqa mqa rope',
    'mistral gpt bert roformer vit cls mlp ffn glu gan vae nll mse retinanet svm mae logcosh infonce clip simclr nt-xent',
    'facenet elbo beta-vae kl wgan lsgan a2c ranknet palm imagenet f-score dice roc rmse ppl n-gram film silu swiglu',
    'geglu reglu llama dropout2d transformer lstm gru alibi l1 l2 wasserstein',
  ].flatMap((line) => line.split(' ')),
)
const isName = (word: string) => names.has(word) || exact.get(word) === word || word === 'hard silu'

describe('the node types in Chinese', () => {
  it('have every title, doc, setting, option and port', () => {
    const wanted = types.flatMap((definition) => [
      definition.title,
      definition.doc,
      ...portsOf(definition).map(({ doc }) => doc),
      ...fieldsOf(definition).flatMap(([name, { doc, widget }]) => [
        fieldWords(name),
        doc,
        ...(widget.kind === 'select' ? widget.options : []),
      ]),
    ])
    expect(wanted.length).toBeGreaterThan(1500)
    expect([...new Set(wanted.filter((text) => !exact.has(text)))]).toEqual([])
  })

  it('say every sentence in Chinese letters', () => {
    const docs = types.flatMap((definition) => [
      definition.doc,
      ...portsOf(definition).map(({ doc }) => doc),
      ...fieldsOf(definition).map(([, { doc }]) => doc),
    ])
    expect(docs.filter((text) => !han.test(exact.get(text) ?? ''))).toEqual([])
  })

  it('have the settings of initialisers, optimisers and schedules', () => {
    const kinds = initialiserSchema.options.map(({ shape }) => shape.kind.value)
    const wanted = [
      ...kinds.filter((kind) => kind !== 'values'),
      ...keysOf(initialiserSchema),
      ...keysOf(optimiserSchema),
      ...keysOf(scheduleSchema),
    ].map(fieldWords)
    expect(wanted.length).toBeGreaterThan(20)
    expect(wanted.filter((text) => !exact.has(text))).toEqual([])
  })

  it('are found by words of the field', () => {
    const untold = types.flatMap(({ synonyms = [] }) =>
      synonyms.filter((word) => !han.test(chinese(word) ?? '') && !isName(word)),
    )
    expect([...new Set(untold)]).toEqual([])
    const findable = types.filter(({ title, synonyms = [] }) =>
      [title, ...synonyms].some((word) => han.test(chinese(word) ?? '')),
    )
    expect(types.filter((definition) => !findable.includes(definition)).map(({ type }) => type)).toEqual([])
  })

  it.each([
    ['卷积', 'conv2d'],
    ['全连接', 'dense'],
    ['池化', 'max-pool2d'],
    ['随机失活', 'dropout'],
    ['批归一化', 'batch-norm'],
    ['残差', 'residual'],
    ['词向量', 'embedding'],
    ['长短期记忆', 'lstm'],
    ['自注意力', 'multi-head-attention'],
    ['交叉熵', 'sparse-categorical-crossentropy'],
    ['均方误差', 'mean-squared-error'],
    ['准确率', 'accuracy'],
  ])('%s finds %s', (word, type) => {
    const definition = catalogue.get(type)
    const all = [definition?.title ?? '', ...(definition?.synonyms ?? [])].map((each) => chinese(each) ?? '')
    expect(all.some((each) => each.includes(word))).toBe(true)
  })

  it('have the line under their title', () => {
    const unsaid = types.flatMap((definition) =>
      definition.cases
        .filter(({ refused }) => refused === undefined)
        .flatMap(({ params }) => definition.summary({ ...initialParams(definition), ...params }).split(' · '))
        // Sizes, files, formulas, and names of functions with a number.
        .filter((part) => /[a-z]{3}/.test(part) && !/^[\w-]+(\(| -?[\d.]+$)|[*/]|\.csv$/.test(part))
        .filter((part) => chinese(part) === null),
    )
    expect([...new Set(unsaid)].filter((part) => !/^(SwiGLU|GEGLU|ReGLU)$/.test(part))).toEqual([])
  })
})

describe('the examples in Chinese', () => {
  const folder = new URL('../../../../examples/', import.meta.url)
  const files = readdirSync(folder).filter((name) => name.endsWith('.wiregrad'))
  const told = files.flatMap((name) => {
    const { notes } = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as { notes: string }
    return notes
      .split('\n')
      .flatMap((line) => /^(?:Goal|Expected): *(.)(.*)$/.exec(line)?.slice(1) ?? [])
      .flatMap((part, index, parts) =>
        index % 2 === 0 ? [part.toUpperCase() + (parts[index + 1] ?? '')] : [],
      )
  })

  it('have their goal and their expected result', () => {
    expect(told).toHaveLength(2 * files.length)
    expect(told.filter((text) => !han.test(exact.get(text) ?? ''))).toEqual([])
  })

  it('have the notes of published networks', () => {
    const networks = new URL('architectures/', folder)
    const notes = readdirSync(networks).map(
      (name) => (JSON.parse(readFileSync(new URL(name, networks), 'utf8')) as { notes: string }).notes,
    )
    expect(notes.length).toBeGreaterThan(10)
    expect(notes.filter((text) => !han.test(exact.get(text) ?? ''))).toEqual([])
  })
})

describe('the Chinese itself', () => {
  const pairs = allPhrases.flatMap(({ exact: whole, patterns, within = {} }) => [
    ...Object.entries(whole),
    ...patterns.map(([template, translation]) => [template, translation] as const),
    ...Object.entries(within),
  ])

  it('holds each slot of its template, and no other', () => {
    const slots = (text: string) => [...new Set(text.match(/\{\d+\}/g))].sort()
    expect(pairs.filter(([one, other]) => String(slots(one)) !== String(slots(other)))).toEqual([])
  })

  it('is punctuated as Chinese is', () => {
    // Half-width marks between Chinese letters; a space inside Chinese; brackets that do not close.
    const bad =
      /\p{Script=Han}[,;:?!]|[,;:?!]\p{Script=Han}|\p{Script=Han} \p{Script=Han}|[，。；：？！、] | [，。；：？！、]/u
    const count = (text: string, mark: string) => text.split(mark).length
    const odd = pairs.filter(
      ([, text]) =>
        bad.test(text.replace(/`[^`]*`|\*\*/g, 'x')) ||
        count(text, '（') !== count(text, '）') ||
        count(text, '“') !== count(text, '”'),
    )
    expect(odd).toEqual([])
  })

  it('stands apart from Latin letters and numbers by a space', () => {
    const close = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u
    expect(pairs.filter(([, text]) => close.test(text))).toEqual([])
  })

  it('ends as its sentence ends', () => {
    const ends = ([one, other]: readonly [string, string]) => one.endsWith('.') === other.endsWith('。')
    expect(pairs.filter((pair) => !ends(pair) && /^[A-Z{`]/.test(pair[0]) && pair[0].includes(' '))).toEqual(
      [],
    )
  })

  it('keeps to one word for one thing', () => {
    const other = /汇聚|暂退|批量归一化|批量规范化层|批量大小|批次大小|过滤器大小|神经元数|标准化层|停用/
    expect(pairs.filter(([, text]) => other.test(text))).toEqual([])
  })
})
