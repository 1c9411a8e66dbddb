/**
 * Plan -> something that runs. `run` walks only the steps that the targets need and calls each node itself: several
 * losses, cuts, taps on wires, seeded randomness and explicit masks do not pass through `model.apply`. The
 * `tf.LayersModel` that people get is made from the very same layer instances (tfjs-model.ts).
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Plan, PlanStep, Source } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { WeightSet } from '../session/protocol'
import type { RunContext } from '../../nodes/kit/define'
import type { OwnLayers } from '../../nodes/kit/own'
import { isRefusal, type Refusal } from '../../nodes/kit/spec'
import { buildLayers, disposeLayers, type AnyLayerDefinition, type BuiltLayer } from './build-layers'
import { fusedRun } from './fused'
import { weightKey } from './names'
import { orderedSources } from './symbols'

/** Tensors by port. */
export type Ports = Readonly<Record<string, Tf.Tensor>>
/** What data nodes, and input nodes that nothing feeds, give in this pass; owned by the caller. */
export type Feeds = ReadonlyMap<Path, Ports>

/** What a pass may do and know. */
export interface Pass {
  readonly training: boolean
  /** Whether this node's moving statistics may move. */
  readonly updateStatistics: (path: Path) => boolean
  readonly batchSize: number
  /** In mixed precision, where the backend has it. */
  readonly mixed?: boolean
  /** Random numbers of a node in this pass. */
  readonly random: (path: Path) => RunContext['random']
  /** Put between a wire and its consumer, for float tensors; gives what the consumer sees. */
  readonly tap?: (source: Source, value: Tf.Tensor) => Tf.Tensor
}

export interface Compiled {
  readonly plan: Plan
  readonly layers: ReadonlyMap<Path, Tf.layers.Layer>
  /** Every weight by `path:weight`, moving statistics included; a shared weight once, under its owner. */
  readonly variables: ReadonlyMap<string, Tf.Variable>
  /** Nodes whose weights were all taken over from the given set. */
  readonly carried: readonly Path[]
  /**
   * Runs what `targets` (paths of losses, metrics or any node) need, in Plan order. Results by path and port; a
   * metric's sums are under `sums`. Call it inside `tf.tidy`: everything between belongs to the caller's scope.
   */
  run(targets: readonly Path[], feeds: Feeds, pass: Pass): ReadonlyMap<Path, Ports>
  /** Paths that a run of these targets visits, in Plan order. */
  needs(targets: readonly Path[]): readonly PlanStep[]
  /** Reads every weight from the device. */
  weights(): Promise<WeightSet>
  /** Sets the weights whose key and shape agree; the keys that were set. */
  assign(weights: WeightSet): ReadonlySet<string>
  dispose(): void
}

export interface CompileOptions {
  readonly tf: typeof Tf
  /** Own layers and seeded initialisers for a node. */
  readonly own: (path: Path) => OwnLayers
  /** Start from these where path, name and shape agree; null = fresh. */
  readonly weights: WeightSet | null
}

/** The metric's result port; no node has a port of this name. */
const sumsPort = 'sums'

function isFloat(value: Tf.Tensor): boolean {
  return value.dtype === 'float32'
}

/** Tensors by input port for a step, through the taps. */
function gather(
  step: PlanStep,
  values: ReadonlyMap<Path, Ports>,
  tap: Pass['tap'],
  tapped: Map<string, Tf.Tensor>,
) {
  const take = (source: Source): Tf.Tensor => {
    const value = values.get(source.path)?.[source.port]
    if (value === undefined) {
      throw new Error(
        `Node ${step.path} waits for ${source.port} of ${source.path}, which has not been computed.`,
      )
    }
    if (tap === undefined || !isFloat(value)) return value
    const key = `${source.wire} ${source.path} ${source.port}`
    const known = tapped.get(key) ?? tap(source, value)
    tapped.set(key, known)
    return known
  }
  return Object.fromEntries(
    Object.entries(step.inputs).map(([port, source]) => [
      port,
      'path' in source ? take(source) : source.map(take),
    ]),
  )
}

type PortInputs = Readonly<Record<string, Tf.Tensor | Tf.Tensor[]>>

function applyLayer(step: PlanStep, layer: Tf.layers.Layer, inputs: PortInputs, training: boolean): Ports {
  const ordered = Object.keys(step.definition.inputs).flatMap((port) => inputs[port] ?? [])
  const first = ordered[0]
  const result = layer.apply(ordered.length === 1 && first !== undefined ? first : ordered, { training })
  const outputs = (Array.isArray(result) ? result : [result]) as Tf.Tensor[]
  const ports = Object.keys(step.definition.outputs).filter((port) => Object.hasOwn(step.outputs, port))
  return Object.fromEntries(
    ports.map((port, index) => {
      const value = outputs[index]
      if (value === undefined) throw new Error(`The layer of ${step.path} gave no output ${port}.`)
      return [port, value]
    }),
  )
}

function passThrough(step: PlanStep, inputs: PortInputs, feeds: Feeds): Ports {
  const fed = feeds.get(step.path)
  const value = Object.values(inputs)[0]
  if (value === undefined || Array.isArray(value)) {
    if (fed !== undefined) return fed
    if (step.definition.role === 'output') return {}
    throw new Error(`Nothing feeds the node ${step.path}: wire a data node to it, or give it samples.`)
  }
  return Object.fromEntries(Object.keys(step.definition.outputs).map((port) => [port, value]))
}

function runStep(
  tf: typeof Tf,
  step: PlanStep,
  built: BuiltLayer | undefined,
  inputs: PortInputs,
  feeds: Feeds,
  pass: Pass,
): Ports {
  const definition = step.definition
  const p = step.params
  const context = (): RunContext => ({
    training: pass.training,
    updateStatistics: pass.updateStatistics(step.path),
    batchSize: pass.batchSize,
    random: pass.random(step.path),
  })
  const fused = fusedRun(
    tf,
    definition,
    pass.mixed === true,
  )?.({
    tf,
    inputs: inputs as never,
    p: p as never,
    context: context(),
    weights: built?.variables ?? {},
    layer: built?.layer as never,
  })
  if (fused) return fused
  switch (definition.role) {
    case 'layer': {
      if (built === undefined) throw new Error(`The node ${step.path} has no layer.`)
      const { run } = definition as AnyLayerDefinition
      if (run === undefined) return applyLayer(step, built.layer, inputs, pass.training)
      return run({
        tf,
        inputs: inputs as never,
        p,
        context: context(),
        weights: built.variables,
        layer: built.layer,
      })
    }
    case 'function':
      return definition.run({
        tf,
        inputs: inputs as never,
        p,
        context: context(),
      })
    case 'loss':
      return {
        loss: definition.run({
          tf,
          inputs: inputs as never,
          p,
        }),
      }
    case 'metric':
      return {
        [sumsPort]: definition.sums({
          tf,
          inputs: inputs as never,
          p,
        }),
      }
    case 'data': {
      const fed = feeds.get(step.path)
      if (fed === undefined) throw new Error(`The data node ${step.path} was given no samples.`)
      return fed
    }
    case 'input':
    case 'output':
      return passThrough(step, inputs, feeds)
  }
}

/** The steps that the targets depend on, in Plan order. */
function ancestors(plan: Plan, targets: readonly Path[]): readonly PlanStep[] {
  const wanted = new Set(targets)
  const chosen: PlanStep[] = []
  for (const step of [...plan.steps].reverse()) {
    if (!wanted.has(step.path)) continue
    chosen.push(step)
    for (const source of orderedSources(step)) wanted.add(source.path)
  }
  return chosen.reverse()
}

async function readWeights(variables: ReadonlyMap<string, Tf.Variable>): Promise<WeightSet> {
  const entries = await Promise.all(
    [...variables].map(async ([key, variable]) => {
      const values = new Float32Array(await variable.data<'float32'>())
      return [key, { shape: variable.shape, values }] as const
    }),
  )
  return Object.fromEntries(entries)
}

/**
 * Builds every layer of the plan and its weights on the current backend. Answers a refusal where a layer does not come
 * out as planned.
 */
export function compile(plan: Plan, options: CompileOptions): Compiled | Refusal {
  const { tf } = options
  const built = buildLayers(tf, plan, options.own)
  if (isRefusal(built)) return built
  const variables = new Map<string, Tf.Variable>()
  for (const step of plan.steps) {
    if (step.sharesWeightsOf !== null) continue
    for (const [name, variable] of Object.entries(built.get(step.path)?.variables ?? {})) {
      variables.set(weightKey(step.path, name), variable)
    }
  }
  const visits = new Map<string, readonly PlanStep[]>()
  const needs = (targets: readonly Path[]) => {
    const key = targets.join('\n')
    const known = visits.get(key) ?? ancestors(plan, targets)
    visits.set(key, known)
    return known
  }
  const assign = (weights: WeightSet): ReadonlySet<string> => {
    const set = new Set<string>()
    for (const [key, variable] of variables) {
      const given = Object.hasOwn(weights, key) ? weights[key] : undefined
      if (given === undefined || given.shape.join() !== variable.shape.join()) continue
      tf.tidy(() => variable.assign(tf.tensor(given.values, variable.shape, 'float32')))
      set.add(key)
    }
    return set
  }
  const set = options.weights === null ? new Set<string>() : assign(options.weights)
  const carried = plan.steps.filter((step) => {
    const names = step.sharesWeightsOf === null ? Object.keys(step.weights) : []
    return names.length > 0 && names.every((name) => set.has(weightKey(step.path, name)))
  })

  return {
    plan,
    layers: new Map([...built].map(([path, { layer }]) => [path, layer])),
    variables,
    carried: carried.map((step) => step.path),
    needs,
    assign,
    run(targets, feeds, pass) {
      const values = new Map<Path, Ports>()
      const tapped = new Map<string, Tf.Tensor>()
      for (const step of needs(targets)) {
        const inputs = gather(step, values, pass.tap, tapped)
        values.set(step.path, runStep(tf, step, built.get(step.path), inputs, feeds, pass))
      }
      return values
    },
    weights: () => readWeights(variables),
    dispose: () => disposeLayers(built),
  }
}
