/**
 * A traced batch worked out again by hand, node by node in doubles, wherever there is a rule for it. Each node's numbers
 * are held against the engine's: where they agree, the written ones stand; where not, or where there is no rule, the
 * engine's do, and no formula is claimed.
 */
import type { Plan, PlanStep, Source, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Trace, TracedTensor } from '../session/trace'
import { difference, gridOf, perSample, plus, type Grid } from './grid'
import type { Given, GridInputs, Place, Rule } from './rule'
import { rules } from './rules'
import type { Line } from './write'

/** A value as it can be shown: all of its numbers, or what is known of them. */
export interface Value {
  readonly shape: readonly number[]
  readonly grid: Grid | null
  readonly mean: number
  readonly min: number
  readonly max: number
}

export interface WorkedWire {
  readonly wire: WirePath
  readonly from: Path
  readonly to: readonly Path[]
  readonly forward: Value | null
  readonly gradient: Value | null
}

export interface WorkedWeight {
  readonly key: string
  readonly name: string
  readonly before: Value
  readonly gradient: Value | null
  readonly after: Value | null
}

export interface Worked {
  readonly trace: Trace
  readonly plan: Plan
  readonly loss: number
  readonly wires: readonly WorkedWire[]
  output(path: Path): Value | null
  /** What came back to a node, summed over its wires. */
  arriving(path: Path): readonly WorkedWire[]
  gradient(path: Path): Value | null
  weights(path: Path): readonly WorkedWeight[]
  /** Whether the formula of this node holds. */
  explained(path: Path): boolean
  forward(path: Path, place: Place): readonly Line[]
  backward(path: Path, place: Place): readonly Line[]
  /** The largest relative difference to the engine, of what was worked out. */
  readonly apart: number
}

/** Relative to the largest number of a tensor; the engine rounds to seven digits at every operation. */
const tolerance = 1e-4

interface Node {
  readonly step: PlanStep
  readonly rule: Rule | null
  readonly given: Given
  readonly y: Grid | null
}

function valueOf(traced: TracedTensor, grid: Grid | null): Value {
  const { shape, mean, min, max } = traced
  return { shape, grid, mean, min, max }
}

function sourcesOf(input: Source | readonly Source[]): readonly Source[] {
  return 'path' in input ? [input] : input
}

const wireKey = (wire: string, path: Path, port: string) => `${wire} ${path} ${port}`

export function workOut(plan: Plan, trace: Trace): Worked {
  const traced = new Map(trace.nodes.map((node) => [node.path, node.outputs]))
  const weightOf = new Map(trace.weights.map((weight) => [weight.key, weight]))
  const outputs = new Map<string, Grid | null>()
  const nodes = new Map<Path, Node>()
  const unexplained = new Set<Path>()
  let apart = 0

  const agreed = (path: Path, worked: Grid | null, engine: TracedTensor): boolean => {
    if (worked === null) return false
    const by = difference(worked, engine)
    if (by > tolerance) return false
    if (nodes.get(path)?.rule !== null) apart = Math.max(apart, by)
    return true
  }

  for (const { path, outputs: ports } of trace.nodes) {
    const step = plan.byPath.get(path)
    if (step === undefined) continue
    const grids = Object.fromEntries(
      Object.entries(ports).flatMap(([port, tensor]) => {
        const grid = gridOf(tensor)
        return grid === null ? [] : [[port, grid] as const]
      }),
    )
    const inputs = inputsOf(step, outputs)
    const weights = Object.fromEntries(
      Object.keys(step.weights).flatMap((name) => {
        const weight = weightOf.get(`${step.sharesWeightsOf ?? path}:${name}`)
        const grid = weight === undefined ? null : gridOf(weight.before)
        return grid === null ? [] : [[name, grid] as const]
      }),
    )
    const given: Given = { params: step.params, inputs: inputs ?? {}, weights, traced: grids }
    const rule = inputs === null ? null : (rules[step.definition.type] ?? null)
    const [first, tensor] = Object.entries(ports)[0] ?? []
    let y: Grid | null = first === undefined ? null : (grids[first] ?? null)
    if (first !== undefined && tensor !== undefined && rule !== null) {
      const by = rule.forward(given)
      nodes.set(path, { step, rule, given, y })
      if (agreed(path, by, tensor)) y = by
      else unexplained.add(path)
    }
    if (rule === null && step.definition.role !== 'data') unexplained.add(path)
    for (const [port, grid] of Object.entries(grids))
      outputs.set(`${path} ${port}`, port === first ? y : grid)
    nodes.set(path, { step, rule, given, y })
  }

  const wireTensors = new Map(
    trace.wires.map((wire) => [wireKey(wire.wire, wire.from, wire.port), wire.gradient]),
  )
  const wireGrids = new Map<string, Grid | null>()
  const weightGrids = new Map<string, Grid>()
  const gradients = new Map<Path, Grid | null>()
  /** Wires out of each node with their readers. */
  const leaving = new Map<Path, Map<string, { readonly source: Source; readonly to: Path[] }>>()
  for (const { path } of trace.nodes)
    for (const input of Object.values(plan.byPath.get(path)?.inputs ?? {}))
      for (const source of sourcesOf(input)) {
        const key = wireKey(source.wire, source.path, source.port)
        const there = leaving.get(source.path) ?? new Map<string, { source: Source; to: Path[] }>()
        const wire = there.get(key)
        if (wire === undefined) there.set(key, { source, to: [path] })
        else if (!wire.to.includes(path)) wire.to.push(path)
        leaving.set(source.path, there)
      }

  /** Gradients of the wires and the weights before a node, from what came back to it. */
  const goBack = (path: Path): void => {
    const node = nodes.get(path)
    if (node === undefined) return
    const isLoss = node.step.definition.role === 'loss'
    const keys = [...(leaving.get(path)?.keys() ?? [])]
    const back = isLoss
      ? { shape: [], values: Float64Array.of(1) }
      : keys.reduce<Grid | null>((total, key) => plus(total, wireGrids.get(key) ?? null), null)
    gradients.set(path, back)
    const { rule, given, y } = node
    const worked =
      rule === null || y === null || back === null || unexplained.has(path)
        ? null
        : rule.backward({ ...given, y, gradient: back })
    for (const [port, input] of Object.entries(node.step.inputs)) {
      const found = worked?.inputs[port] ?? null
      for (const [index, source] of sourcesOf(input).entries()) {
        const key = wireKey(source.wire, source.path, source.port)
        const tensor = wireTensors.get(key)
        if (tensor === undefined) continue
        const by = (found !== null && 'length' in found ? found[index] : found) ?? null
        const own = by !== null && rule?.guesses === true ? filled(by, tensor) : by
        // A wire with several readers behind it was measured with all of them together.
        const shared = wireGrids.get(key) ?? null
        const sum = plus(shared, own)
        if (agreed(path, sum, tensor)) wireGrids.set(key, sum)
        else {
          if (own !== null && (leaving.get(source.path)?.get(key)?.to.length ?? 1) === 1)
            unexplained.add(path)
          wireGrids.set(key, gridOf(tensor))
        }
      }
    }
    for (const [name, grid] of Object.entries(worked?.weights ?? {})) {
      const key = `${node.step.sharesWeightsOf ?? path}:${name}`
      const tensor = weightOf.get(key)?.gradient ?? null
      if (tensor !== null && agreed(path, grid, tensor)) weightGrids.set(key, grid)
    }
  }
  for (const { path } of [...trace.nodes].reverse()) goBack(path)

  const wires: WorkedWire[] = [...leaving.values()].flatMap((there) =>
    [...there].map(([key, { source, to }]) => {
      const tensor = traced.get(source.path)?.[source.port]
      const gradient = wireTensors.get(key)
      return {
        wire: source.wire,
        from: source.path,
        to,
        forward:
          tensor === undefined ? null : valueOf(tensor, outputs.get(`${source.path} ${source.port}`) ?? null),
        gradient: gradient === undefined ? null : valueOf(gradient, wireGrids.get(key) ?? null),
      }
    }),
  )
  const firstOutput = (path: Path) => Object.values(traced.get(path) ?? {})[0]
  const sgd = plan.training[trace.trainingStep]?.settings.optimiser.kind === 'sgd'

  function weights(path: Path): readonly WorkedWeight[] {
    const step = plan.byPath.get(path)
    return Object.keys(step?.weights ?? {}).flatMap((name) => {
      const key = `${step?.sharesWeightsOf ?? path}:${name}`
      const weight = weightOf.get(key)
      if (weight === undefined) return []
      const before = gridOf(weight.before)
      const gradient = weight.gradient === null ? null : (weightGrids.get(key) ?? gridOf(weight.gradient))
      const engine = weight.after === null ? null : gridOf(weight.after)
      const moved =
        !sgd || before === null || gradient === null
          ? null
          : {
              shape: before.shape,
              values: before.values.map(
                (w, k) => w - trace.rate * trace.clipping * (gradient.values[k] ?? 0),
              ),
            }
      const holds = moved !== null && weight.after !== null && difference(moved, weight.after) <= tolerance
      return [
        {
          key,
          name,
          before: valueOf(weight.before, before),
          gradient: weight.gradient === null ? null : valueOf(weight.gradient, gradient),
          after: weight.after === null ? null : valueOf(weight.after, holds ? moved : engine),
        },
      ]
    })
  }

  const done = (path: Path) => {
    const node = nodes.get(path)
    const back = gradients.get(path) ?? null
    return node === undefined || node.y === null || node.rule === null || unexplained.has(path)
      ? null
      : { ...node, y: node.y, rule: node.rule, gradient: back }
  }
  const losses = plan.training[trace.trainingStep]?.losses ?? []
  const lossGrids = losses.map((path) => nodes.get(path)?.y?.values[0])

  return {
    trace,
    plan,
    loss: lossGrids.some((value) => value === undefined)
      ? trace.loss
      : lossGrids.reduce<number>((total, value) => total + (value ?? 0), 0),
    wires,
    apart,
    output(path) {
      const tensor = firstOutput(path)
      return tensor === undefined ? null : valueOf(tensor, nodes.get(path)?.y ?? null)
    },
    arriving: (path) => wires.filter(({ from, gradient }) => from === path && gradient !== null),
    gradient(path) {
      const grid = gradients.get(path) ?? null
      const tensor = firstOutput(path)
      if (grid === null || tensor === undefined) return null
      return { shape: tensor.shape, grid, ...rangeOf(grid) }
    },
    weights,
    explained: (path) => !unexplained.has(path),
    forward(path, place) {
      const node = done(path)
      return node === null
        ? []
        : node.rule.explainForward({ ...node.given, y: node.y }, within(node.y, place))
    },
    backward(path, place) {
      const node = done(path)
      if (node === null || node.gradient === null) return []
      return node.rule.explainBackward(
        { ...node.given, y: node.y, gradient: node.gradient },
        within(node.y, place),
      )
    },
  }
}

/** What a rule left open, from the engine. */
function filled(grid: Grid, { values }: TracedTensor): Grid {
  return {
    shape: grid.shape,
    values: grid.values.map((value, k) => (Number.isNaN(value) ? (values?.[k] ?? NaN) : value)),
  }
}

/** A place that the tensor has: a unit chosen in a wider layer may not be there. */
function within(y: Grid, { sample, unit }: Place): Place {
  if (y.shape.length === 0) return { sample, unit: 0 }
  return { sample: Math.min(sample, (y.shape[0] ?? 1) - 1), unit: Math.min(unit, perSample(y) - 1) }
}

function rangeOf(grid: Grid): { readonly mean: number; readonly min: number; readonly max: number } {
  const { values } = grid
  return {
    mean: values.reduce((total, value) => total + value, 0) / Math.max(1, values.length),
    min: values.reduce((least, value) => Math.min(least, value), Infinity),
    max: values.reduce((most, value) => Math.max(most, value), -Infinity),
  }
}

/** Inputs by port in doubles, or null where one was not sent. */
function inputsOf(step: PlanStep, outputs: ReadonlyMap<string, Grid | null>): GridInputs | null {
  const found: [string, Grid | readonly Grid[]][] = []
  for (const [port, input] of Object.entries(step.inputs)) {
    const grids = sourcesOf(input).map(({ path, port: from }) => outputs.get(`${path} ${from}`) ?? null)
    if (grids.includes(null)) return null
    found.push([port, 'path' in input ? (grids[0] as Grid) : (grids as Grid[])])
  }
  return Object.fromEntries(found)
}
