/**
 * The single record from which everything about a node type is derived: palette, form, ports, shapes, parameter
 * count, tfjs layer, PyTorch module, help. It can be read without tfjs: `build` and `run` get tfjs as an argument.
 */
import type * as Tf from '@tensorflow/tfjs'
import * as z from 'zod'
import type { Fields, ValuesOf } from './fields'
import { initialiserProblem, type Initialiser } from './initialiser'
import type { ComputedSource, OwnLayers } from './own'
import { isRefusal, refuse, type Kind, type Refusal, type Spec } from './spec'
import type { KerasBuilder, KerasValue } from './keras'
import type { OnnxBuilder, OnnxValue } from './onnx'
import type { TorchEmit } from './torch'

export type Family =
  | 'io'
  | 'core'
  | 'conv'
  | 'pool'
  | 'norm'
  | 'merge'
  | 'sequence'
  | 'attention'
  | 'shape'
  | 'training'
  | 'loss'
  | 'metric'

export interface InputPort {
  readonly doc: string
  /** What may be wired here; default `['tensor']`. */
  readonly accepts?: readonly Kind[]
  readonly optional?: boolean
  /** Takes many wires, ordered by their keys. */
  readonly list?: boolean
  /** The model's answer, as against what it is compared with: marks the exported model's output on losses. */
  readonly prediction?: boolean
}

export interface OutputPort {
  readonly doc: string
  /** Left out of the card until asked for, e.g. an attention map. */
  readonly secondary?: boolean
  /** Not there under some settings (the target of a dataset without one): `infer` then leaves its key out. */
  readonly optional?: boolean
}

export type InputPorts = Readonly<Record<string, InputPort>>
export type OutputPorts = Readonly<Record<string, OutputPort>>

/** Per input port: one value, a list for a list port, or undefined for an optional port left open. */
export type PerInput<I extends InputPorts, T> = {
  readonly [K in keyof I]: I[K] extends { readonly list: true }
    ? readonly T[]
    : I[K] extends { readonly optional: true }
      ? T | undefined
      : T
}
export type PerOutput<O extends OutputPorts, T> = {
  readonly [K in keyof O as O[K] extends { readonly optional: true } ? never : K]: T
} & {
  readonly [K in keyof O as O[K] extends { readonly optional: true } ? K : never]?: T
}

export interface WeightSpec {
  readonly shape: readonly number[]
  readonly initialiser: Initialiser
  /** False for moving statistics. */
  readonly trainable: boolean
}
export type WeightSpecs = Readonly<Record<string, WeightSpec>>

/** What a node may know about the step in which it runs. */
export interface RunContext {
  /** True while training, false in evaluation: dropout, batch statistics. */
  readonly training: boolean
  /** Whether moving statistics may move in this pass. */
  readonly updateStatistics: boolean
  /** Samples in this batch. */
  readonly batchSize: number
  /** Random numbers of this node in this step: the same for the same seed, path and step; device tensors. */
  readonly random: {
    /** U[0, 1). */
    uniform(shape: readonly number[]): Tf.Tensor
    normal(shape: readonly number[]): Tf.Tensor
  }
}

export type BackEnd = 'build' | 'run' | 'torch' | 'onnx' | 'keras'

/** A node in other frameworks. Every back-end reads every setting (initialisers aside: weights travel as numbers). */
export interface Emit<F extends Fields, I extends InputPorts, O extends OutputPorts> {
  torch(p: ValuesOf<F>, inputs: PerInput<I, Spec>): TorchEmit
  /** ONNX operators, opset 17, in evaluation (dropout passes on). Every layer has it; a refusal names the reason. */
  onnx?(
    g: OnnxBuilder,
    inputs: PerInput<I, OnnxValue>,
    p: ValuesOf<F>,
    specs: PerInput<I, Spec>,
  ): PerOutput<O, OnnxValue> | Refusal
  /** Layers of Keras 3. Every layer has it; a refusal names the reason. */
  keras?(
    k: KerasBuilder,
    inputs: PerInput<I, KerasValue>,
    p: ValuesOf<F>,
    specs: PerInput<I, Spec>,
  ): PerOutput<O, KerasValue> | Refusal
}

/** How a node computes with the weights of a node of another type (`weightsOf`). */
export interface SharedWeights {
  /**
   * In PyTorch it is then no module but this function, called with the inputs and these tensors of the owner's state
   * dict: `F.linear(x, owner.weight)`. So every tensor stays where it is, under its owner.
   */
  readonly torch: { readonly call: string; readonly tensors: readonly string[] }
}

interface Common<F extends Fields, I extends InputPorts, O extends OutputPorts> {
  /** Kebab-case, lasting. */
  readonly type: string
  readonly version: number
  readonly title: string
  readonly family: Family
  /** One or two sentences for a learner. */
  readonly doc: string
  /** Other words people search by: `linear`, `fully connected`. */
  readonly synonyms?: readonly string[]
  readonly fields: F
  readonly inputs: I
  readonly outputs: O
  /** The line under the title on the card, e.g. `64 · relu`. */
  summary(p: ValuesOf<F>): string
  /** Specs of every output from the inputs' specs, or a refusal; never throws. */
  infer(inputs: PerInput<I, Spec>, p: ValuesOf<F>): PerOutput<O, Spec> | Refusal
  /** Everything that is stored: names are tfjs's own for stock layers (kernel, bias, gamma...). Called only after `infer` agreed. */
  weights(inputs: PerInput<I, Spec>, p: ValuesOf<F>): WeightSpecs
  /** Multiply-adds for one sample (conv, dense, matmul, attention; no biases). Left out = 0. Symbolic axes count as 1. */
  multiplyAdds?(inputs: PerInput<I, Spec>, p: ValuesOf<F>): number
  readonly emit: Emit<F, I, O>
  /**
   * Other types whose weights it can use. Each of its weights must be there under the same name and with the same shape;
   * the owner may have more, and the settings need not agree.
   */
  readonly sharesWith?: Readonly<Record<string, SharedWeights>>
  /**
   * What the contract test runs, and with it every comparison with other frameworks: PyTorch (values, gradients of inputs
   * and weights), ONNX Runtime, Keras's structure, the exported tfjs model. Keep them small and let them reach every
   * setting and every optional port.
   */
  readonly cases: readonly NodeCase<F>[]
  /**
   * Why a setting changes nothing in a back-end under these settings (`a slope is for leaky-relu only`) and for what is
   * wired (`inputs`, by port); null where it must. The contract test holds every other setting to account; the
   * inspector asks for no setting that is idle in all of them (`nodes/kit/idle.ts`).
   */
  idle?(
    field: string,
    p: ValuesOf<F>,
    backEnd: BackEnd,
    inputs: Readonly<Record<string, Spec | readonly Spec[]>>,
  ): string | null
  /** From version k (index k-1) to k+1. */
  readonly migrations: readonly ((params: Record<string, unknown>) => Record<string, unknown>)[]
}

/** How tests draw the numbers of a port: `real` stands around zero; `probability` lies in (0, 1); `one-hot` rows hold one 1. */
export type Draw =
  | 'real'
  | 'positive'
  | 'probability'
  | 'binary'
  | 'one-hot'
  /** Whole numbers from 0 to below - 1. */
  | { readonly below: number }

/** One contract-test case: input specs by port (a list for a list port) and the settings that differ from the defaults. */
export interface NodeCase<F extends Fields> {
  readonly inputs: Readonly<Record<string, Spec | readonly Spec[]>>
  /** By port; unless said, float ports get `real` numbers, whole ones `{ below: 3 }`, and `mask` ports 0 or 1. */
  readonly numbers?: Readonly<Record<string, Draw>>
  readonly params?: Partial<ValuesOf<F>>
  /** Set where `infer` must refuse: a part of the sentence. */
  readonly refused?: string
}

/** Arguments of `run`: device tensors by port, weights by name. */
export interface RunArguments<F extends Fields, I extends InputPorts> {
  readonly tf: typeof Tf
  readonly inputs: PerInput<I, Tf.Tensor>
  readonly p: ValuesOf<F>
  readonly context: RunContext
  /** The node's weights as variables (layers only). */
  readonly weights: Readonly<Record<string, Tf.Variable>>
  /** The layer that `build` made (layers only). */
  readonly layer: Tf.layers.Layer
}

/** Shared maths that a `compute` uses: self-contained functions by name, shipped as text like `compute` itself. */
export type Uses = ComputedSource['uses']

/** Arguments of `compute`: device tensors by port, weights by name. */
export interface ComputeArguments<F extends Fields, I extends InputPorts, U extends Uses> {
  readonly tf: typeof Tf
  readonly inputs: PerInput<I, Tf.Tensor>
  readonly p: ValuesOf<F>
  readonly weights: Readonly<Record<string, Tf.Tensor>>
  readonly context: RunContext
  readonly uses: U
}

/**
 * A node whose maths is written out in tf operations, because `tf.layers` has no such layer. `defineNode` makes `build`
 * and `run` of it. The function must be an arrow function that names nothing outside itself (types aside): its very text
 * ships beside an exported model, so that what trains and what is shipped cannot differ. Maths that several nodes share
 * stands in `uses`, under the same rule. It runs inside a tidy. In plain tfjs `context.training` is false unless told,
 * and random numbers are tfjs's own. Use operations whose gradients are right on every backend: no einsum, no matMul that
 * broadcasts its batch, no stridedSlice, no gatherND, no cumsum, no comparison of a tracked tensor that feeds `where`.
 */
export interface ComputedDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
  U extends Uses = Uses,
> extends Common<F, I, O> {
  readonly role: 'layer'
  readonly uses?: U
  compute(a: ComputeArguments<F, I, U>): PerOutput<O, Tf.Tensor>
  /**
   * A layer of `tf.layers` with the same weights and the same numbers, every argument spelled out, so that an exported
   * model needs nothing of ours; null where there is none under these settings. Steps go on running `compute`: the
   * gradients of the stock layer may be missing or wrong.
   */
  stock?(tf: typeof Tf, p: ValuesOf<F>, own: OwnLayers, inputs: PerInput<I, Spec>): Tf.layers.Layer | null
}

/** A node with a `tf.layers` layer, stock or our own. */
export interface LayerDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
> extends Common<F, I, O> {
  readonly role: 'layer'
  /** The text to ship beside an exported model, where the layer is a computed one. */
  readonly computed?: ComputedSource
  /**
   * The layer, every argument spelled out. It is applied to the wired inputs in the order of `inputs` (list ports
   * spread, open optional ports left out) and returns the outputs in the order of `outputs`.
   */
  build(tf: typeof Tf, p: ValuesOf<F>, own: OwnLayers, inputs: PerInput<I, Spec>): Tf.layers.Layer
  /** How a step computes it where `layer.apply` will not do (seeded dropout, batch statistics). Same maths as the layer. */
  run?(a: RunArguments<F, I>): PerOutput<O, Tf.Tensor>
}

/** A node without weights and without a place in the exported model: stop-gradient, noise. */
export interface FunctionDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
> extends Common<F, I, O> {
  readonly role: 'function'
  run(a: Omit<RunArguments<F, I>, 'layer' | 'weights'>): PerOutput<O, Tf.Tensor>
}

/** The mean over the batch of something to minimise. Its one output is `loss`. */
export interface LossDefinition<F extends Fields, I extends InputPorts, O extends OutputPorts> extends Common<
  F,
  I,
  O
> {
  readonly role: 'loss'
  run(a: {
    readonly tf: typeof Tf
    readonly inputs: PerInput<I, Tf.Tensor>
    readonly p: ValuesOf<F>
  }): Tf.Scalar
}

/** A figure that is reported: sums over a batch are added up over a split, and `value` makes the figure of them. */
export interface MetricDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
> extends Common<F, I, O> {
  readonly role: 'metric'
  /** Rank-1 float tensor of sums. */
  sums(a: {
    readonly tf: typeof Tf
    readonly inputs: PerInput<I, Tf.Tensor>
    readonly p: ValuesOf<F>
  }): Tf.Tensor1D
  value(sums: readonly number[]): number
  /** Whether a larger value is better. */
  readonly larger: boolean
}

/** Samples from a dataset (`data`), or a declared entry of the model (`input`). The engine feeds its outputs. */
export interface SourceDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
> extends Common<F, I, O> {
  readonly role: 'data' | 'input'
}

/** Marks a model output; passes its input through. */
export interface OutputDefinition<
  F extends Fields,
  I extends InputPorts,
  O extends OutputPorts,
> extends Common<F, I, O> {
  readonly role: 'output'
}

export type NodeDefinition<
  F extends Fields = Fields,
  I extends InputPorts = InputPorts,
  O extends OutputPorts = OutputPorts,
> =
  | LayerDefinition<F, I, O>
  | FunctionDefinition<F, I, O>
  | LossDefinition<F, I, O>
  | MetricDefinition<F, I, O>
  | SourceDefinition<F, I, O>
  | OutputDefinition<F, I, O>

/** Any definition, its settings and ports no longer known to the compiler: what the engine loops over. */
export type Definition = NodeDefinition<Fields, InputPorts, OutputPorts>
/** Values of any node's settings, already checked by its schema. */
export type Params = Readonly<Record<string, unknown>>

/** The catalogue: every definition by type. Passed in, never imported by the engine. */
export type Catalogue = ReadonlyMap<string, Definition>

/** Specs in the order in which the layer takes them, by port: how a computed layer finds its inputs again. */
function wiredPorts(inputs: Readonly<Record<string, Spec | readonly Spec[] | undefined>>, ports: InputPorts) {
  return Object.keys(ports).flatMap((port) => {
    const spec = inputs[port]
    if (spec === undefined) return []
    return [{ port, count: 'kind' in spec ? null : spec.length }]
  })
}

/** `build` and `run` of a node whose maths is written out. */
function fromCompute(
  definition: Definition & ComputedDefinition<Fields, InputPorts, OutputPorts>,
): Definition {
  const { compute, stock, uses = {}, ...common } = definition
  const layer: LayerDefinition<Fields, InputPorts, OutputPorts> = {
    ...common,
    computed: { compute, uses },
    build: (tf, p, own, inputs) => {
      const known = stock?.(tf, p, own, inputs) ?? null
      if (known !== null) return known
      const outputs = definition.infer(inputs, p)
      const specs: Partial<Record<string, Spec>> = isRefusal(outputs) ? {} : outputs
      return own.computed({
        type: definition.type,
        p,
        ports: wiredPorts(inputs, definition.inputs),
        outputs: Object.keys(definition.outputs).flatMap((port) => {
          const spec = specs[port]
          return spec === undefined
            ? []
            : [{ port, shape: spec.shape.map((d) => (typeof d === 'number' ? d : null)) }]
        }),
        weights: definition.weights(inputs, p),
        source: { compute, uses },
      })
    },
    run: ({ tf, inputs, p, context, weights }) =>
      tf.tidy(() => compute({ tf, inputs, p, context, weights, uses }) as Tf.NamedTensorMap),
  }
  return layer
}

/** The settings that say how weights are drawn. */
function initialiserFields(fields: Fields): readonly string[] {
  return Object.keys(fields).filter((name) => fields[name]?.widget.kind === 'initialiser')
}

/** Initialisers that fit some shapes only. */
const fussy: ReadonlySet<string> = new Set(['values', 'unitForgetBias', 'orthogonal'])

/**
 * Checks a definition against its own fields and ports, and forgets them: everything outside the file sees
 * `Definition`, whose functions take checked values. `infer` also refuses initialisers that do not fit their weight.
 */
export function defineNode<
  const F extends Fields,
  const I extends InputPorts,
  const O extends OutputPorts,
  const U extends Uses = Record<never, never>,
>(definition: NodeDefinition<F, I, O> | ComputedDefinition<F, I, O, U>): Definition {
  const plain =
    'compute' in definition ? fromCompute(definition as never) : (definition as unknown as Definition)
  const names = initialiserFields(definition.fields)
  if (names.length === 0) return plain
  const infer: Definition['infer'] = (inputs, p) => {
    const outputs = plain.infer(inputs, p)
    const wary = names.some((name) => fussy.has((p[name] as Initialiser).kind))
    if (!wary || isRefusal(outputs)) return outputs
    for (const [weight, { shape, initialiser }] of Object.entries(plain.weights(inputs, p))) {
      const problem = initialiserProblem(weight, shape, initialiser)
      if (problem !== null) return refuse(problem)
    }
    return outputs
  }
  return { ...plain, infer }
}

/** Whether nodes of this type can use the weights of nodes of that type. */
export function canShare(definition: Definition, owner: string): boolean {
  return definition.type === owner || Object.hasOwn(definition.sharesWith ?? {}, owner)
}

/** The settings of a fresh node. */
export function initialParams(definition: Definition): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(definition.fields).map(([name, field]) => [name, field.initial as unknown]),
  )
}

/** Strict schema of a node's settings. */
export function paramsSchema(definition: Definition): z.ZodType<Params> {
  return z.strictObject(
    Object.fromEntries(Object.entries(definition.fields).map(([name, field]) => [name, field.schema])),
  )
}
