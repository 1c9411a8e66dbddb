/**
 * The options of all commands: one table, from which both the parser and the help are made. A command names the rows
 * that it takes.
 */
import { parseArgs, type ParseArgsConfig } from 'node:util'
import { fail, sentenceOf } from './failure'

interface Option {
  /** What stands for the value in the help; null for a switch. */
  readonly value: string | null
  readonly many?: boolean
  readonly doc: string
}

export const options = {
  backend: {
    value: 'NAME',
    doc: 'auto, webgpu, webgl, wasm or cpu (default auto: the fastest that this machine has)',
  },
  cure: { value: 'OUT', doc: 'write the graph with the first cure of the root cause carried out' },
  data: {
    value: '[NAME=]PATH',
    many: true,
    doc: 'a file of your own for the data node NAME (may be left out where there is only one)',
  },
  epochs: { value: 'N', doc: 'train for N passes over the data instead of what the graph says' },
  every: { value: 'N', doc: 'print every N-th step (default 1)' },
  format: {
    value: 'FORMAT',
    doc: 'tfjs (layers model), onnx (opset 17), keras (Keras 3), h5 (Keras, legacy), keras-script (Python and weights), pytorch (a project that trains), safetensors (PyTorch’s names and layouts) or npz (NumPy)',
  },
  help: { value: null, doc: 'show this help' },
  json: { value: null, doc: 'print JSON and nothing else on stdout' },
  out: { value: 'PATH', doc: 'where to write' },
  seed: { value: 'S', doc: 'seed of weights, shuffling, dropout and noise instead of the graph’s' },
  split: { value: 'SPLIT', doc: 'test, validation or train (default test)' },
  steps: { value: 'N', doc: 'train for N steps instead of what the graph says' },
  weights: {
    value: 'DIR|FILE',
    doc: 'weights of a run (its folder or its weights.safetensors), or a safetensors file with PyTorch’s names and layouts',
  },
} as const satisfies Readonly<Record<string, Option>>
export type OptionName = keyof typeof options

/** What was typed after the command. */
export interface Typed {
  readonly files: readonly string[]
  readonly flag: (name: OptionName) => boolean
  readonly word: (name: OptionName) => string | undefined
  readonly words: (name: OptionName) => readonly string[]
  /** A whole number of at least `least`, or undefined where the option was not given. */
  readonly whole: (name: OptionName, least: number, most?: number) => number | undefined
}

/** Parses the words after a command; anything unknown is wrong usage, said in a sentence. */
export function parseOptions(
  words: readonly string[],
  allowed: readonly OptionName[],
  command: string,
): Typed {
  const config: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    allowed.map((name) => {
      const option: Option = options[name]
      return [
        name,
        {
          type: option.value === null ? ('boolean' as const) : ('string' as const),
          multiple: option.many === true,
        },
      ]
    }),
  )
  const { values, positionals } = parsed(words, config, command)
  const word = (name: OptionName) => {
    const value = values[name]
    return typeof value === 'string' ? value : undefined
  }
  return {
    files: positionals,
    flag: (name) => values[name] === true,
    word,
    words: (name) => {
      const value = values[name]
      return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
    },
    whole: (name, least, most = Number.MAX_SAFE_INTEGER) => {
      const text = word(name)
      if (text === undefined) return undefined
      const value = Number(text)
      if (/^\d+$/.test(text) && value >= least && value <= most) return value
      const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`
      return fail('usage', `--${name} wants a whole number ${range}, but "${text}" came.`)
    },
  }
}

function parsed(words: readonly string[], config: NonNullable<ParseArgsConfig['options']>, command: string) {
  try {
    return parseArgs({ args: [...words], options: config, allowPositionals: true, strict: true })
  } catch (error) {
    const sentence = sentenceOf(error).split('. ')[0] ?? ''
    return fail('usage', `${sentence.replace(/\.$/, '')}. See wiregrad ${command} --help.`)
  }
}

/** The one file that a command is about. */
export function onlyFile(typed: Typed, command: string, word = 'FILE'): string {
  const [file, ...more] = typed.files
  if (file === undefined)
    fail('usage', `wiregrad ${command} wants a ${word}. See wiregrad ${command} --help.`)
  if (more.length > 0)
    fail(
      'usage',
      `wiregrad ${command} takes one ${word}, but ${typed.files.length} came: ${typed.files.join(', ')}.`,
    )
  return file
}

/** One of a few words, or wrong usage. */
export function oneOf<const C extends readonly string[]>(
  typed: Typed,
  name: OptionName,
  choices: C,
): C[number] | undefined {
  const text = typed.word(name)
  if (text === undefined) return undefined
  const found = choices.find((choice) => choice === text)
  return found ?? fail('usage', `--${name} is one of ${choices.join(', ')}, but "${text}" came.`)
}

/** The lines of a help page that list options. */
export function optionLines(names: readonly OptionName[]): string[] {
  const left = names.map((name) => {
    const option: Option = options[name]
    return `  --${name}${option.value === null ? '' : ` ${option.value}`}`
  })
  const width = Math.max(...left.map((text) => text.length))
  return names.map((name, index) => `${(left[index] ?? '').padEnd(width)}  ${options[name].doc}`)
}
