/**
 * Takes out what the steps wrote each for itself: turns between channels-first and channels-last that undo each other,
 * also with operators between them that treat every number alike; what nothing uses; constants that nothing uses.
 */
import { renamed, usedBy, type Graph, type Operator } from './graph'

/** Operators that treat every number alike, whatever the order of the axes. */
const elementwise: ReadonlySet<string> = new Set(
  (
    'Abs Add Celu Ceil Clip Cos Div Elu Erf Exp Floor HardSigmoid HardSwish Identity LeakyRelu Log Max Min Mul Neg ' +
    'Pow Reciprocal Relu Round Selu Sigmoid Sign Sin Softplus Softsign Sqrt Sub Sum Tanh ThresholdedRelu'
  ).split(' '),
)

type Perm = readonly number[]

/** A value that is another one turned, and the operator that would say so. */
interface Turned {
  readonly of: string
  readonly perm: Perm
  readonly operator: Operator
}

/**
 * Turns are held back until a value is needed as it stands. A turn of a turn becomes one, or none; and an operator that
 * treats every number alike works on what was turned alike, so that its own result is the turned one.
 */
function holdTurnsBack({ operators, initialisers, outputs }: Graph): readonly Operator[] {
  const scalars = new Set(initialisers.filter(({ shape }) => shape.length === 0).map(({ name }) => name))
  const turned = new Map<string, Turned>()
  const names = new Map<string, string>()
  const written = new Map<string, string>()
  const kept: Operator[] = []

  /** The value as it stands, its turn written if it is not yet. */
  function asItStands(name: string): void {
    const turn = turned.get(name)
    if (turn === undefined || names.has(name)) return
    const key = `${turn.of} ${turn.perm.join()}`
    const known = written.get(key)
    if (known === undefined) {
      kept.push({ ...turn.operator, inputs: [turn.of], outputs: [name], attributes: { perm: turn.perm } })
      written.set(key, name)
    } else if (known !== name) names.set(name, known)
  }

  function turn(operator: Operator): void {
    const [x = '', y = ''] = [operator.inputs[0], operator.outputs[0]]
    const before = turned.get(x)
    const own = operator.attributes['perm'] as Perm
    const perm = before === undefined ? own : own.map((axis) => before.perm[axis] ?? axis)
    const of = before?.of ?? x
    if (perm.every((axis, at) => axis === at)) names.set(y, of)
    else turned.set(y, { of, perm, operator })
  }

  /** The turn that all inputs of an operator have in common, numbers aside. */
  function commonTurn({ type, inputs, outputs: made }: Operator): Turned | null {
    if (!elementwise.has(type) || made.length !== 1) return null
    const turns = inputs.filter((name) => name !== '' && !scalars.has(name)).map((name) => turned.get(name))
    const [first] = turns
    return first !== undefined && turns.every((each) => each?.perm.join() === first.perm.join())
      ? first
      : null
  }

  for (const original of operators) {
    const operator = renamed(original, names)
    if (operator.type === 'Transpose') {
      turn(operator)
      continue
    }
    const common = commonTurn(operator)
    if (common === null) {
      usedBy(operator).forEach(asItStands)
      kept.push(renamed(operator, names))
      continue
    }
    const [y = ''] = operator.outputs
    const of = `${y}/turned`
    kept.push({
      ...operator,
      inputs: operator.inputs.map((name) => turned.get(name)?.of ?? name),
      outputs: [of],
    })
    turned.set(y, {
      of,
      perm: common.perm,
      operator: { ...common.operator, name: `${operator.name}/Transpose` },
    })
  }
  for (const { name } of outputs) asItStands(name)
  return [...kept, ...aliases(outputs, names)]
}

/** Outputs of the model whose value now goes by another name. */
function aliases(outputs: Graph['outputs'], names: ReadonlyMap<string, string>): readonly Operator[] {
  return outputs.flatMap(({ name }) => {
    const now = names.get(name)
    return now === undefined
      ? []
      : [{ type: 'Identity', name: `${name}/Identity`, inputs: [now], outputs: [name], attributes: {} }]
  })
}

/** Without what no output needs. */
function dropUnused(graph: Graph, operators: readonly Operator[]): Graph {
  const wanted = new Set(graph.outputs.map(({ name }) => name))
  const kept = operators.toReversed().filter((operator) => {
    if (!operator.outputs.some((name) => wanted.has(name))) return false
    for (const name of usedBy(operator)) wanted.add(name)
    return true
  })
  return {
    ...graph,
    operators: kept.reverse(),
    initialisers: graph.initialisers.filter(({ name }) => wanted.has(name)),
  }
}

export function simplify(graph: Graph): Graph {
  return dropUnused(graph, holdTurnsBack(graph))
}
