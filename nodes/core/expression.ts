/**
 * A formula of one's own over up to four inputs. It is parsed, checked and walked as a tree, never run as code; the same
 * tree becomes tensors with gradients, PyTorch and ONNX.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode, type Params } from '../kit/define'
import {
  evaluate,
  inputsOf,
  onnxOf,
  parseFormula,
  pythonOf,
  shapeOf,
  vocabulary,
  type Tree,
} from '../kit/expression'
import { text } from '../kit/fields'
import type { ComputedSource } from '../kit/own'
import { refuse, tensor, type Refusal, type Spec } from '../kit/spec'

const ports = ['a', 'b', 'c', 'd'] as const
type PortValues<T> = Readonly<Record<(typeof ports)[number], T | undefined>>

function treeOf(formula: string, inputs: PortValues<unknown>): Tree | Refusal {
  return parseFormula(
    formula,
    ports.filter((port) => inputs[port] !== undefined),
  )
}

/** The tree of a formula that `infer` has agreed to. */
function agreed(formula: string, inputs: PortValues<unknown>): Tree {
  const tree = treeOf(formula, inputs)
  if ('refused' in tree) throw new Error(tree.refused)
  return tree
}

function shapes(inputs: PortValues<Spec>): Record<string, Spec['shape']> {
  return Object.fromEntries(
    ports.flatMap((port) => (inputs[port] === undefined ? [] : [[port, inputs[port].shape]])),
  )
}

function infer(inputs: PortValues<Spec>, formula: string): { readonly y: Spec } | Refusal {
  const tree = treeOf(formula, inputs)
  if ('refused' in tree) return tree
  const shape = shapeOf(tree, shapes(inputs))
  if (shape !== null && 'refused' in shape) return shape
  const unused = ports.find((port) => inputs[port] !== undefined && !inputsOf(tree).has(port))
  if (shape === null || unused !== undefined) {
    return refuse(
      `The formula ${formula} does not use ${unused ?? 'any input'}. Use it in the formula, or take its wire away.`,
    )
  }
  return { y: tensor(shape) }
}

interface Formula {
  readonly tf: typeof Tf
  readonly inputs: PortValues<Tf.Tensor>
  readonly p: { readonly tree: Tree }
  readonly uses: { readonly evaluate: typeof evaluate }
}

const source: ComputedSource = {
  compute: ({ tf, inputs, p, uses }: Formula) => ({ y: uses.evaluate(tf, p.tree, inputs) }),
  uses: { evaluate },
}

export const expression = defineNode({
  role: 'layer',
  type: 'expression',
  version: 1,
  title: 'Formula',
  family: 'core',
  doc: 'Computes a formula of your own from its inputs, number by number, and gradients flow back through it.',
  synonyms: ['expression', 'custom', 'lambda', 'equation', 'function', 'math'],
  fields: {
    formula: text({
      initial: 'a * sigmoid(a)',
      doc: `A formula over a, b, c and d. It may hold ${vocabulary}.`,
      lines: 2,
      max: 500,
    }),
  },
  inputs: {
    a: { doc: 'Called a in the formula.' },
    b: { doc: 'Called b in the formula.', optional: true },
    c: { doc: 'Called c in the formula.', optional: true },
    d: { doc: 'Called d in the formula.', optional: true },
  },
  outputs: { y: { doc: 'The result; axes of 1 stretch to those of the other inputs.' } },
  summary: (p) => p.formula,
  infer: (inputs, p) => infer(inputs, p.formula),
  weights: () => ({}),
  computed: source,
  build: (_tf, p, own, inputs) => {
    const outputs = infer(inputs, p.formula)
    const shape = 'refused' in outputs ? [] : outputs.y.shape
    return own.computed({
      type: 'expression',
      p: { formula: p.formula, tree: agreed(p.formula, inputs) } satisfies Params,
      ports: ports.filter((port) => inputs[port] !== undefined).map((port) => ({ port, count: null })),
      outputs: [{ port: 'y', shape: shape.map((dim) => (typeof dim === 'number' ? dim : null)) }],
      weights: {},
      source,
    })
  },
  run: ({ tf, inputs, p }) => ({
    y: tf.tidy(() => evaluate(tf, agreed(p.formula, inputs), inputs).clone()),
  }),
  emit: {
    torch: (p, inputs) => {
      const tree = treeOf(p.formula, inputs)
      const wired = ports.filter((port) => inputs[port] !== undefined)
      const last = ports.findLastIndex((port) => inputs[port] !== undefined)
      const body = 'refused' in tree ? 'a' : pythonOf(tree)
      return {
        call: `wiregrad.formula_${fingerprint(`${body}/${wired.join()}`)}`,
        args: {},
        tensors: [],
        helpers: [
          `def formula_${fingerprint(`${body}/${wired.join()}`)}(${ports.slice(0, last + 1).join(', ')}):\n    return ${body}\n`,
        ],
      }
    },
    onnx: (g, inputs, p) => ({ y: onnxOf(g, agreed(p.formula, inputs), inputs) }),
    keras: (_k, _inputs, p) =>
      refuse(
        `Keras saves models as layers, and has none for the formula ${p.formula}. Build it from Add, Multiply and Activation nodes.`,
      ),
  },
  cases: [
    { inputs: { a: tensor([null, 4]) } },
    {
      inputs: { a: tensor([null, 'T', 3]), b: tensor([null, 'T', 3]) },
      params: { formula: 'a * sigmoid(b) - b / 2 + e' },
    },
    {
      inputs: { a: tensor([null, 3]), b: tensor([null, 1]) },
      params: { formula: 'max(a, b) + min(b, a * 0.5)' },
    },
    {
      inputs: { a: tensor([null, 3]) },
      params: { formula: 'a / sqrt(mean(a ** 2) + 0.1) + sum(square(a))' },
    },
    {
      inputs: { a: tensor([null, 3]) },
      params: { formula: '-tanh(a) ^ 2 + log(1 + exp(-abs(a))) * cos(pi * a)' },
    },
    {
      inputs: { a: tensor([null, 2]), c: tensor([null, 2]), d: tensor([null, 2]) },
      params: { formula: 'softplus(a) * relu(c) + sin(d) * erf(a)' },
    },
    {
      inputs: { a: tensor([null, 2]) },
      params: { formula: 'a +' },
      refused: 'The formula cannot be read at place',
    },
    { inputs: { a: tensor([null, 2]) }, params: { formula: 'b * 2' }, refused: 'speaks of b' },
    {
      inputs: { a: tensor([null, 2]) },
      params: { formula: 'a.constructor' },
      refused: 'neither sum nor call',
    },
    { inputs: { a: tensor([null, 2]) }, params: { formula: 'constructor(a)' }, refused: 'calls constructor' },
    { inputs: { a: tensor([null, 2]) }, params: { formula: 'exp(a, a)' }, refused: 'exp takes one argument' },
    { inputs: { a: tensor([null, 2]) }, params: { formula: '3' }, refused: 'does not use a' },
    {
      inputs: { a: tensor([null, 2]), b: tensor([null, 3]) },
      params: { formula: 'a + b' },
      refused: 'number by number',
    },
    { inputs: { a: tensor([null]) }, params: { formula: 'sum(a)' }, refused: 'works along the last axis' },
  ],
  migrations: [],
})

/** A short name for a text: FNV-1a in base 36. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash >>> 0).toString(36)
}
