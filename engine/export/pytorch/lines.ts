/** The lines of a `forward`: one a node, with the shape that it gives in a comment. */
import type { Plan, PlanStep, Source } from '../../analyse/plan'
import type { Path } from '../../graph/document'
import { formatShape, type Shape } from '../../../nodes/kit/spec'
import type { TorchEmit, TorchFunction } from '../../../nodes/kit/torch'
import { borrowedTorch } from '../torch-names'
import {
  emitOf,
  givenPorts,
  isModule,
  orderedInputs,
  ownerOf,
  sourcesOf,
  specOf,
  spokenName,
  valueName,
  type ValueName,
} from './graph'
import { channelsFirstValues } from './layout'
import { modulePath } from './modules'
import { fits, keywords, variableNames } from './python'

export interface Body {
  /** Names of the arguments, in the order of `given`. */
  readonly parameters: readonly string[]
  readonly lines: readonly string[]
  /** The variable of a value. */
  name(value: ValueName): string
}

export interface BodyOptions {
  readonly plan: Plan
  /** What runs, in order. */
  readonly steps: readonly PlanStep[]
  /** Values that come as arguments. */
  readonly given: readonly ValueName[]
  /** Values that are given back, and so stand channels-last. */
  readonly kept: readonly ValueName[]
  /** Variable that holds the model: `self` or `model`. */
  readonly model: string
  readonly whole?: Whole | null
}

/** The model itself, called as a whole instead of line by line. */
export interface Whole {
  readonly paths: ReadonlySet<Path>
  readonly inputs: readonly ValueName[]
  readonly outputs: readonly ValueName[]
}

/** Where a statement stands in a class. */
const depth = 8

/** Turned round for a module that wants the channels at axis 1, and back. */
const toFirst = '.movedim(-1, 1)'
const toLast = '.movedim(1, -1)'

function applied({ call, args }: TorchFunction, inputs: string): string {
  return `${call}(${[inputs, ...keywords(args)].join(', ')})`
}

/** A line, or two where one would be too long, that put a result into a variable. */
function assignment(
  variable: string,
  expression: string,
  after: (text: string) => string,
  note: string,
): string[] {
  const line = `${variable} = ${after(expression)}`
  const parts =
    fits(line, depth) || after(variable) === variable
      ? [line]
      : [`${variable} = ${expression}`, `${variable} = ${after(variable)}`]
  return parts.map((part, index) => (index === parts.length - 1 ? `${part}  # ${note}` : part))
}

function channelsAtOne(shape: Shape): Shape {
  return [...shape.slice(0, 1), ...shape.slice(-1), ...shape.slice(1, -1)]
}

/** What is known while the lines are written. */
interface Scope {
  readonly plan: Plan
  readonly model: string
  readonly parameters: readonly string[]
  /** Variables of the values so far. */
  readonly variables: Map<ValueName, string>
  readonly newName: (wanted: string) => string
  /** Values that stay channels-first. */
  readonly first: ReadonlySet<ValueName>
  readonly used: ReadonlySet<ValueName>
}

function nameOf(scope: Scope, value: ValueName): string {
  const variable = scope.variables.get(value)
  if (variable === undefined) throw new Error(`The value ${value} is used before it is made.`)
  return variable
}

/** A new variable for a value. */
function named(scope: Scope, value: ValueName): string {
  const variable = scope.newName(spokenName(scope.plan, value))
  scope.variables.set(value, variable)
  return variable
}

function input(scope: Scope, source: Source, channelsFirst: boolean): string {
  const value = valueName(source)
  const turn = channelsFirst && !scope.first.has(value) && specOf(scope.plan, value).shape.length > 2
  return `${nameOf(scope, value)}${turn ? toFirst : ''}`
}

function inputsOf(scope: Scope, step: PlanStep, emit: TorchEmit): readonly string[] {
  const { channelsFirst = false, before } = emit
  const prepared = (text: string) => (before === undefined ? text : applied(before, text))
  return orderedInputs(step).map(({ from }) => {
    if (from === null) return 'None'
    if ('path' in from) return prepared(input(scope, from, channelsFirst))
    return prepared(`[${from.map((one) => input(scope, one, channelsFirst)).join(', ')}]`)
  })
}

/** The call of a step's module or function, before `after`. */
function expressionOf(scope: Scope, step: PlanStep, emit: TorchEmit): string {
  const [batch] = scope.parameters
  if (emit.takesBatchSize === true && batch === undefined)
    throw new Error(`Nothing says how many samples ${step.path} is to draw.`)
  const samples = emit.takesBatchSize === true ? [`len(${batch ?? ''})`] : []
  const inputs = [...samples, ...inputsOf(scope, step, emit)]
  const borrowed = borrowedTorch(scope.plan, step)
  if (borrowed !== null) {
    const owner = modulePath(scope.model, borrowed.owner)
    return `${borrowed.call}(${[...inputs, ...borrowed.tensors.map((name) => `${owner}.${name}`)].join(', ')})`
  }
  const text = isModule(emit)
    ? `${modulePath(scope.model, ownerOf(step))}(${[...inputs, ...keywords(emit.forward ?? {})].join(', ')})`
    : `${emit.call}(${[...inputs, ...keywords(emit.args)].join(', ')})`
  return samples.length > 0 ? `${text}.to(${batch ?? ''}.device)` : text
}

/** Of a step that gives several values; those that nobody takes are dropped. */
function severalLines(scope: Scope, step: PlanStep, emit: TorchEmit): readonly string[] {
  const expression = expressionOf(scope, step, emit)
  const results = givenPorts(step).map((port) => {
    const value = valueName({ path: step.path, port })
    const shape = step.outputs[port]?.shape ?? []
    return { shape, variable: scope.used.has(value) ? named(scope, value) : '_' }
  })
  const taken = results.filter(({ variable }) => variable !== '_')
  const turns = taken
    .filter(({ shape }) => emit.channelsFirst === true && shape.length > 2)
    .map(({ variable }) => `${variable} = ${variable}${toLast}`)
  const call = emit.after === undefined ? expression : applied(emit.after, expression)
  const shapes = taken.map(({ shape }) => formatShape(shape)).join(' and ')
  return [`${results.map(({ variable }) => variable).join(', ')} = ${call}  # ${shapes}`, ...turns]
}

function stepLines(scope: Scope, step: PlanStep): readonly string[] {
  const emit = emitOf(step)
  const ports = givenPorts(step)
  if (ports.length > 1) return severalLines(scope, step, emit)
  const [port = 'value'] = ports
  const value = valueName({ path: step.path, port })
  const shape = step.outputs[port]?.shape ?? []
  const stays = scope.first.has(value)
  const turned = emit.channelsFirst === true && !stays && shape.length > 2
  const note = stays ? `${formatShape(channelsAtOne(shape))}, channels first` : formatShape(shape)
  const after = (text: string) => {
    const back = `${text}${turned ? toLast : ''}`
    return emit.after === undefined ? back : applied(emit.after, back)
  }
  const expression = expressionOf(scope, step, emit)
  return assignment(named(scope, value), expression, after, note)
}

/** A wired input passes its value on under its own name; it needs no line. */
function passOn(scope: Scope, step: PlanStep): void {
  const [source] = sourcesOf(step)
  const [port] = givenPorts(step)
  if (source === undefined || port === undefined) return
  scope.variables.set(valueName({ path: step.path, port }), nameOf(scope, valueName(source)))
}

function wholeLine(scope: Scope, whole: Whole): string {
  const inputs = whole.inputs.map((value) => nameOf(scope, value))
  const outputs = whole.outputs.map((value) => named(scope, value))
  const shapes = whole.outputs.map((value) => formatShape(specOf(scope.plan, value).shape))
  return `${outputs.join(', ')} = ${scope.model}(${inputs.join(', ')})  # ${shapes.join(' and ')}`
}

export function body({ plan, steps, given, kept, model, whole = null }: BodyOptions): Body {
  const newName = variableNames()
  const alone = given.length === 1 && model === 'self'
  const variables = new Map(given.map((value) => [value, newName(alone ? 'x' : spokenName(plan, value))]))
  const spelled = steps.filter((step) => whole?.paths.has(step.path) !== true)
  const ends = [...kept, ...given, ...(whole?.inputs ?? [])]
  const scope: Scope = {
    plan,
    model,
    parameters: [...variables.values()],
    variables,
    newName,
    first: channelsFirstValues(spelled, new Set(ends)),
    used: new Set([...spelled.flatMap(sourcesOf).map(valueName), ...ends]),
  }
  const lines: string[] = []
  let called = false
  for (const step of steps) {
    const { role } = step.definition
    const known = givenPorts(step).some((port) => variables.has(valueName({ path: step.path, port })))
    if (whole?.paths.has(step.path) === true) {
      if (!called) lines.push(wholeLine(scope, whole))
      called = true
    } else if (role === 'input' && !known) passOn(scope, step)
    else if (!known && !['input', 'output', 'data'].includes(role)) lines.push(...stepLines(scope, step))
  }
  return { parameters: scope.parameters, lines, name: (value) => nameOf(scope, value) }
}
