/** Operators that treat every number alike, and those that compare values number by number. */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import { addNode, type Held, turned } from './draft'
import { realOf, wholeOf } from './operator'
import { heldAt, numberAt, type Handler, type Scene } from './scene'

type Settings = Readonly<Record<string, unknown>>

/** A node after x that keeps its shape. */
function after(scene: Scene, type: string, settings: Settings, x: Held): Held | Refusal {
  const { order, ones, features } = x
  return addNode(scene.draft, scene.words, type, settings, { x }, { order, ones, features })
}

const activation =
  (settings: (scene: Scene) => Settings | Refusal): Handler =>
  (scene) => {
    const x = heldAt(scene, 0)
    if ('refused' in x) return x
    const told = settings(scene)
    return 'refused' in told ? (told as Refusal) : after(scene, 'activation', told, x)
  }

const plain = (name: string): Handler => activation(() => ({ function: name }))

function formula(scene: Scene, text: string, x: Held): Held | Refusal {
  const { order, ones, features } = x
  return addNode(
    scene.draft,
    scene.words,
    'expression',
    { formula: text },
    { a: x },
    { order, ones, features },
  )
}

const calls =
  (name: string): Handler =>
  (scene) => {
    const x = heldAt(scene, 0)
    return 'refused' in x ? x : formula(scene, `${name}(a)`, x)
  }

function clip(scene: Scene): Settings | Refusal {
  const low = numberAt(scene, 1) ?? realOf(scene.operator, 'min', -Infinity)
  const high = numberAt(scene, 2) ?? realOf(scene.operator, 'max', Infinity)
  if (low === 0 && high === 6) return { function: 'relu6' }
  if (low === -1 && high === 1) return { function: 'hard-tanh' }
  if (low === 0 && !(high < 3e38)) return { function: 'relu' }
  return refuse(`It cuts numbers off at ${low} and ${high}, which no activation here does.`)
}

function hardSigmoid({ operator }: Scene): Settings | Refusal {
  const [alpha, beta] = [realOf(operator, 'alpha', 0.2), realOf(operator, 'beta', 0.5)]
  return Math.abs(alpha - 1 / 6) < 1e-6 && beta === 0.5
    ? { function: 'hard-sigmoid' }
    : refuse(`Its slope is ${alpha} and its middle ${beta}; ours are 1/6 and 0.5.`)
}

/** Softmax over the axis that is last here. */
const shares =
  (name: string): Handler =>
  (scene) => {
    const x = heldAt(scene, 0)
    if ('refused' in x) return x
    const rank = x.order.length + x.ones
    const given = wholeOf(scene.operator, 'axis', scene.opset < 13 ? 1 : -1)
    const axis = given < 0 ? given + rank : given
    // Before opset 13 everything behind the axis was shared out together.
    if (x.spec !== null && scene.opset < 13 && axis !== rank - 1)
      return refuse('It shares out several axes together, which softmax here does not.')
    const place = x.order.indexOf(axis)
    const last = place === x.order.length - 1 || x.spec === null
    return after(scene, 'activation', { function: name, ...(last ? {} : { axis: place }) }, x)
  }

const signs = { Add: '+', Sub: '-', Mul: '*', Div: '/', Pow: '**' } as const
const merges: Readonly<Record<string, string>> = {
  Add: 'add',
  Sum: 'add',
  Sub: 'subtract',
  Mul: 'multiply',
  Max: 'maximum',
  Min: 'minimum',
}

/** With one number: a formula. `x / 2`, `1 - x`. */
function withNumber(scene: Scene, sign: string): Held | Refusal | null {
  const [left, right] = [numberAt(scene, 0), numberAt(scene, 1)]
  if (left === undefined && right === undefined) return null
  const x = scene.held(left === undefined ? 0 : 1)
  if (x === undefined) return null
  const text = (value: number) => (value < 0 ? `(${value})` : String(value))
  return formula(scene, left === undefined ? `a ${sign} ${text(right ?? 0)}` : `${text(left)} ${sign} a`, x)
}

/** Values of one shape, brought to one order of axes. */
export function alike(scene: Scene, values: readonly Held[]): readonly Held[] | Refusal {
  const first = values.find(({ spec }) => spec !== null)
  if (first === undefined) return values
  const all: Held[] = []
  for (const value of values) {
    const same = value.ones === first.ones && value.order.join() === first.order.join()
    const next = same || value.spec === null ? value : turned(scene.draft, scene.words, value, first.order)
    if ('refused' in next) return next
    if (next.spec !== null && next.features?.join() !== first.features?.join())
      return refuse('Its inputs have their features in different orders, since one came from a Flatten.')
    all.push(next)
  }
  return all
}

const merge: Handler = (scene) => {
  const { type, inputs } = scene.operator
  const sign = Object.hasOwn(signs, type) ? signs[type as keyof typeof signs] : null
  const numeric = sign === null ? null : withNumber(scene, sign)
  if (numeric !== null) return numeric
  const values = inputs.map((_, at) => scene.held(at))
  const held = values.filter((value) => value !== undefined)
  if (held.length !== inputs.length || held.length < 2)
    return refuse('One of its inputs is a constant of several numbers.')
  const all = alike(scene, held)
  if ('refused' in all) return all
  const [first] = all
  const { order = [], ones = 0, features = null } = first ?? {}
  const more = { order, ones, features }
  const [a, b] = all as [Held, Held]
  if (type === 'Div' || type === 'Pow') {
    const text = type === 'Div' ? 'a / b' : 'a ** b'
    return addNode(scene.draft, scene.words, 'expression', { formula: text }, { a, b }, more)
  }
  const ours = merges[type] ?? ''
  const definition = scene.draft.catalogue.get(ours)
  const [port = ''] = Object.keys(definition?.inputs ?? {})
  const list = definition?.inputs[port]?.list === true
  const ports = Object.keys(definition?.inputs ?? {})
  const given = list ? { [port]: all } : { [ports[0] ?? '']: a, [ports[1] ?? '']: b }
  return addNode(scene.draft, scene.words, ours, {}, given, more)
}

export const elementwise: Readonly<Record<string, Handler>> = {
  Relu: plain('relu'),
  Sigmoid: plain('sigmoid'),
  Tanh: plain('tanh'),
  Softplus: plain('softplus'),
  Softsign: plain('softsign'),
  Selu: plain('selu'),
  HardSwish: plain('hard-swish'),
  Mish: plain('mish'),
  LeakyRelu: activation(({ operator }) => ({
    function: 'leaky-relu',
    slope: rounded(realOf(operator, 'alpha', 0.01)),
  })),
  Elu: activation(({ operator }) => withAlpha('elu', realOf(operator, 'alpha', 1))),
  Celu: activation(({ operator }) => withAlpha('celu', realOf(operator, 'alpha', 1))),
  Clip: activation(clip),
  HardSigmoid: activation(hardSigmoid),
  Softmax: shares('softmax'),
  LogSoftmax: shares('log-softmax'),
  Exp: calls('exp'),
  Log: calls('log'),
  Sqrt: calls('sqrt'),
  Abs: calls('abs'),
  Erf: calls('erf'),
  Sin: calls('sin'),
  Cos: calls('cos'),
  Neg: (scene) => {
    const x = heldAt(scene, 0)
    return 'refused' in x ? x : formula(scene, '-a', x)
  },
  Add: merge,
  Sum: merge,
  Sub: merge,
  Mul: merge,
  Div: merge,
  Pow: merge,
  Max: merge,
  Min: merge,
  Dropout: (scene) => {
    const x = heldAt(scene, 0)
    const rate = numberAt(scene, 1) ?? realOf(scene.operator, 'ratio', 0.5)
    return 'refused' in x ? x : after(scene, 'dropout', { rate: rounded(rate) }, x)
  },
  Identity: (scene) => heldAt(scene, 0),
  Cast: (scene) => {
    const x = heldAt(scene, 0)
    if ('refused' in x || x.spec === null) return x
    const whole = [6, 7].includes(wholeOf(scene.operator, 'to', 1))
    return (x.spec.dtype === 'int32') === whole ? x : refuse('It turns whole numbers into real ones or back.')
  },
}

/** float32 of a file as people wrote it: 0.1, not 0.10000000149011612. */
export function rounded(value: number): number {
  return Number(value.toPrecision(7))
}

function withAlpha(name: string, alpha: number): Settings {
  return { function: name, ...(alpha === 1 ? {} : { alpha: rounded(alpha) }) }
}
