/**
 * Samples and their targets. The shapes follow from the settings alone: column and class names are in the document,
 * the rows are not.
 */
import { columnsOf, type Dataset } from '../kit/dataset'
import { defineNode } from '../kit/define'
import { bool, choice, dataset, int, real, sizes } from '../kit/fields'
import { isRefusal, refuse, tensor, tokens, type Refusal, type Shape, type Spec } from '../kit/spec'

/** The four cases of exclusive or: what a fresh data node gives. */
export const xor: Extract<Dataset, { kind: 'inline' }> = {
  kind: 'inline',
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [[0], [1], [1], [0]],
}

const table: Dataset = {
  kind: 'table',
  file: 'bundled:iris.csv',
  features: ['a', 'b', 'c', 'd'],
  target: 'species',
  task: 'classes',
  classes: ['x', 'y', 'z'],
  hash: '',
}
const recall: Dataset = { kind: 'recall', samples: 10, length: 5, symbols: 3 }
const reverse: Dataset = { kind: 'reverse', samples: 10, length: 5, symbols: 3 }
const ring: Dataset = { kind: 'ring', samples: 10, modes: 8, radius: 1, deviation: 0.1 }

/** Shape of one sample as it comes out of the dataset, and whether it is token ids. */
function natural(d: Dataset): { readonly shape: readonly number[]; readonly tokens: boolean } | Refusal {
  switch (d.kind) {
    case 'table':
      return { shape: [columnsOf(d).length], tokens: false }
    case 'inline': {
      const length = d.x[0]?.length ?? 0
      const odd = d.x.findIndex((row) => row.length !== length)
      if (odd >= 0)
        return refuse(`Sample ${odd + 1} has ${d.x[odd]?.length} numbers, but the first has ${length}.`)
      return { shape: [length], tokens: false }
    }
    case 'ring':
      return { shape: [2], tokens: false }
    case 'recall':
      return { shape: [d.length, d.symbols], tokens: false }
    case 'reverse':
      return { shape: [d.length], tokens: true }
  }
}

const target = (dtype: Spec['dtype'], shape: Shape): Spec => ({ kind: 'target', dtype, shape })

/** Class numbers along `axes`, or one column a class. */
function classes(count: number, axes: Shape, encoding: 'index' | 'one-hot'): Spec {
  return encoding === 'index' ? target('int32', axes) : target('float32', [...axes, count])
}

/** Spec of the target, null where the dataset has none. */
function targets(d: Dataset, encoding: 'index' | 'one-hot'): Spec | null | Refusal {
  const real = (shape: Shape) =>
    encoding === 'index'
      ? target('float32', shape)
      : refuse(
          'one-hot writes one column a class, but the targets of this dataset are real numbers. Set encoding to index.',
        )
  switch (d.kind) {
    case 'table':
      if (d.task === 'value') return real([null, 1])
      if (d.classes.length < 2) {
        return refuse(
          `Column ${d.target} names ${d.classes.length} classes, but there must be at least two. Read the file again, or set the task to value.`,
        )
      }
      if (new Set(d.classes).size < d.classes.length) {
        return refuse(
          `The classes of column ${d.target} name one of them twice: ${d.classes.slice(0, 12).join(', ')}. Read the file again, so that each stands once.`,
        )
      }
      return classes(d.classes.length, [null], encoding)
    case 'inline': {
      const length = d.y[0]?.length ?? 0
      const odd = d.y.findIndex((row) => row.length !== length)
      if (odd >= 0)
        return refuse(`Target ${odd + 1} has ${d.y[odd]?.length} numbers, but the first has ${length}.`)
      if (d.y.length !== d.x.length)
        return refuse(`There are ${d.x.length} samples, but ${d.y.length} targets.`)
      return real([null, length])
    }
    case 'ring':
      return null
    case 'recall':
      return classes(d.symbols, [null], encoding)
    case 'reverse':
      return classes(d.symbols, [null, d.length], encoding)
  }
}

/** Whether its targets are numbers of classes. */
const namesClasses = (d: Dataset): boolean =>
  d.kind === 'recall' || d.kind === 'reverse' || (d.kind === 'table' && d.task === 'classes')

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}

/** Most numbers of a dataset that is made up: 800 MB while they are being made. */
const mostNumbers = 100_000_000

/** Why a made-up dataset cannot be made; null where it can, or where it is not made up. */
function tooLarge(d: Dataset, sample: readonly number[]): string | null {
  if (!('samples' in d) || d.samples * product(sample) <= mostNumbers) return null
  return `${d.samples} samples of ${sample.join(' × ')} are ${d.samples * product(sample)} numbers, but at most ${mostNumbers} can be made. Ask for fewer or smaller samples.`
}

export const data = defineNode({
  role: 'data',
  type: 'data',
  version: 2,
  title: 'Data',
  family: 'io',
  doc: 'Gives the samples to learn from and what should come out for each. A share is held back, to see how well the net does on what it never saw.',
  synonyms: ['dataset', 'csv', 'table', 'samples', 'source', 'load', 'digits', 'iris'],
  fields: {
    dataset: dataset({
      initial: xor,
      doc: 'Where the samples come from: a table, numbers written here, or a made-up task.',
    }),
    shape: sizes({
      initial: [],
      doc: 'Shape of one sample, e.g. 8 × 8 × 1 for an image; empty leaves it as it comes.',
    }),
    scale: choice(['none', 'standardise', 'divide'], {
      initial: 'none',
      doc: 'standardise brings every column to mean 0 and deviation 1 (measured on the training split); divide divides by a number.',
    }),
    divideBy: real({
      initial: 255,
      min: 1e-12,
      doc: 'What divide divides by: 255 for bytes, 16 for the 8 × 8 digits.',
    }),
    scaleTarget: choice(['none', 'standardise'], {
      initial: 'none',
      doc: 'standardise brings targets that are amounts to mean 0 and deviation 1 (measured on the training split): losses and metrics then count in deviations.',
    }),
    encoding: choice(['index', 'one-hot'], {
      initial: 'index',
      doc: 'How a class is written: as its number (sparse cross-entropy) or as one column a class (categorical cross-entropy).',
    }),
    validation: real({
      initial: 0,
      min: 0,
      max: 0.9,
      doc: 'Share of the samples kept back to watch the training with.',
    }),
    test: real({ initial: 0, min: 0, max: 0.9, doc: 'Share of the samples kept back for the very end.' }),
    splitSeed: int({
      initial: 0,
      min: 0,
      max: 4_294_967_295,
      doc: 'Which samples fall into which split; the same number always gives the same splits.',
    }),
    shuffle: bool({ initial: true, doc: 'Deal the training samples anew in every epoch.' }),
  },
  inputs: {},
  outputs: {
    x: { doc: 'The samples.' },
    y: { doc: 'What should come out for each; missing where the dataset has no targets.', optional: true },
  },
  idle: (field, p) => (field === 'divideBy' && p.scale !== 'divide' ? 'nothing is divided' : null),
  summary: (p) => (p.dataset.kind === 'table' ? p.dataset.file.replace(/^bundled:/, '') : p.dataset.kind),
  infer: (_inputs, p) => {
    const sample = natural(p.dataset)
    if (isRefusal(sample)) return sample
    const size = tooLarge(p.dataset, sample.shape)
    if (size !== null) return refuse(size)
    if (p.shape.length > 0 && product(p.shape) !== product(sample.shape)) {
      return refuse(
        `A sample has ${product(sample.shape)} numbers, which do not fill ${p.shape.join(' × ')} (${product(p.shape)}). Change the shape, or leave it empty.`,
      )
    }
    if (p.scale !== 'none' && sample.tokens) {
      return refuse('Token ids cannot be scaled: they are names, not amounts. Set scale to none.')
    }
    if (p.validation + p.test >= 1) {
      return refuse(
        `Validation (${p.validation}) and test (${p.test}) leave nothing to train on. Together they must stay below 1.`,
      )
    }
    const y = targets(p.dataset, p.encoding)
    if (y !== null && isRefusal(y)) return y
    if (p.scaleTarget !== 'none' && namesClasses(p.dataset)) {
      return refuse('Classes cannot be scaled: they are names, not amounts. Set scaleTarget to none.')
    }
    const shape = [null, ...(p.shape.length > 0 ? p.shape : sample.shape)]
    return { x: sample.tokens ? tokens(shape) : tensor(shape), ...(y === null ? {} : { y }) }
  },
  weights: () => ({}),
  emit: {
    torch: (p) => ({
      call: 'data',
      args: {
        dataset: p.dataset,
        shape: p.shape,
        scale: p.scale,
        divide_by: p.divideBy,
        scale_target: p.scaleTarget,
        encoding: p.encoding,
        validation: p.validation,
        test: p.test,
        split_seed: p.splitSeed,
        shuffle: p.shuffle,
      },
      tensors: [],
    }),
  },
  cases: [
    { inputs: {} },
    { inputs: {}, params: { dataset: table, scale: 'standardise', validation: 0.2, test: 0.2 } },
    {
      inputs: {},
      params: { dataset: table, encoding: 'one-hot', shape: [2, 2, 1], scale: 'divide', divideBy: 16 },
    },
    { inputs: {}, params: { dataset: { ...table, task: 'value', classes: [] } } },
    { inputs: {}, params: { dataset: { ...table, task: 'value', classes: [] }, scaleTarget: 'standardise' } },
    { inputs: {}, params: { dataset: table, scaleTarget: 'standardise' }, refused: 'names, not amounts' },
    { inputs: {}, params: { dataset: { ...table, categories: { b: ['no', 'yes', 'perhaps'] } } } },
    { inputs: {}, params: { dataset: ring } },
    { inputs: {}, params: { dataset: recall } },
    { inputs: {}, params: { dataset: recall, encoding: 'one-hot' } },
    { inputs: {}, params: { dataset: reverse } },
    { inputs: {}, params: { dataset: reverse, encoding: 'one-hot' } },
    { inputs: {}, params: { shape: [3] }, refused: 'A sample has 2 numbers' },
    { inputs: {}, params: { encoding: 'one-hot' }, refused: 'are real numbers' },
    {
      inputs: {},
      params: { dataset: { ...recall, samples: 1_000_000, length: 2000 } },
      refused: 'at most 100000000 can be made',
    },
    { inputs: {}, params: { validation: 0.5, test: 0.5 }, refused: 'nothing to train on' },
    { inputs: {}, params: { dataset: reverse, scale: 'divide' }, refused: 'cannot be scaled' },
    { inputs: {}, params: { dataset: { ...table, classes: ['x'] } }, refused: 'at least two' },
    {
      inputs: {},
      params: { dataset: { ...table, classes: ['x', 'y', 'x'] } },
      refused: 'name one of them twice',
    },
    {
      inputs: {},
      params: { dataset: { kind: 'inline', x: [[1, 2], [3]], y: [[1], [1]] } },
      refused: 'Sample 2 has 1 numbers',
    },
    {
      inputs: {},
      params: { dataset: { kind: 'inline', x: [[1], [3]], y: [[1]] } },
      refused: '2 samples, but 1 targets',
    },
    {
      inputs: {},
      params: { dataset: { kind: 'inline', x: [[1], [3]], y: [[1], [1, 2]] } },
      refused: 'Target 2 has 2',
    },
  ],
  // Targets could not be scaled before.
  migrations: [(params) => ({ ...params, scaleTarget: 'none' })],
})
