/**
 * The perceptrons with jax-js, whose whole step (loss, gradients, Adam) is one jitted function. The package is fetched when
 * it is wanted and lies beside the page; what of it is used is declared here.
 */
import { hidden, sizes, type ModelName } from './models'
import { processorTime, type StepRunner } from './runner'

/** Owned by whoever holds it: an operation uses its operands up, `ref` keeps one for later. */
interface JaxArray {
  readonly ref: JaxArray
  readonly shape: readonly number[]
  add(other: JaxArray | number): JaxArray
  sub(other: JaxArray | number): JaxArray
  mul(other: JaxArray | number): JaxArray
  div(other: JaxArray | number): JaxArray
  sum(): JaxArray
  reshape(shape: readonly number[]): JaxArray
  data(): Promise<Float32Array>
  dispose(): void
}
type Tree = JaxArray | readonly Tree[]

interface Jax {
  init(device: string): Promise<readonly string[]>
  defaultDevice(device: string): void
  jit<F extends (...given: never[]) => Tree>(step: F): F
  valueAndGrad(
    loss: (weights: readonly JaxArray[], x: JaxArray, y: JaxArray) => JaxArray,
  ): (weights: readonly JaxArray[], x: JaxArray, y: JaxArray) => [JaxArray, JaxArray[]]
  readonly nn: {
    relu(x: JaxArray): JaxArray
    logSoftmax(x: JaxArray): JaxArray
    oneHot(x: JaxArray, classes: number): JaxArray
  }
  readonly numpy: {
    array(values: Float32Array | Int32Array | number): JaxArray
    zeros(shape: readonly number[]): JaxArray
    dot(a: JaxArray, b: JaxArray): JaxArray
    square(x: JaxArray): JaxArray
    sqrt(x: JaxArray): JaxArray
    subtract(a: number, b: JaxArray): JaxArray
  }
}

type State = readonly [
  weights: readonly JaxArray[],
  first: readonly JaxArray[],
  second: readonly JaxArray[],
  powers: readonly JaxArray[],
]
interface Training {
  readonly step: (state: State, x: JaxArray, y: JaxArray) => readonly [State, JaxArray]
  readonly x: JaxArray
  readonly y: JaxArray
  state: State
}

let loaded: Promise<Jax> | null = null
async function load(): Promise<Jax> {
  const place = new URL('jax/index.js', (globalThis as { jaxPlace?: string }).jaxPlace ?? location.href).href
  const jax = (await import(/* @vite-ignore */ place)) as Jax
  if (!(await jax.init('webgpu')).includes('webgpu')) throw new Error('jax-js found no WebGPU device.')
  jax.defaultDevice('webgpu')
  return jax
}

const beta1 = 0.9
const beta2 = 0.999

function perceptron({ numpy: np, nn, jit, valueAndGrad }: Jax, name: 'tiny-mlp' | 'mlp'): Training {
  const { batch, shape, classes } = sizes[name]
  const widths = [shape[0] ?? 1, ...hidden[name], classes]
  const draw = (of: readonly number[], scale: number) => {
    const length = of.reduce((product, n) => product * n, 1)
    return np.array(Float32Array.from({ length }, () => scale * (2 * Math.random() - 1))).reshape(of)
  }
  const weights = widths.slice(1).flatMap((to, at) => {
    const from = widths[at] ?? 1
    return [draw([from, to], Math.sqrt(6 / (from + to))), np.zeros([to])]
  })
  const loss = (all: readonly JaxArray[], x: JaxArray, y: JaxArray): JaxArray => {
    let h = x
    for (let at = 0; at < all.length; at += 2) {
      h = np.dot(h, all[at] as JaxArray).add(all[at + 1] as JaxArray)
      if (at + 2 < all.length) h = nn.relu(h)
    }
    return nn
      .logSoftmax(h)
      .mul(y)
      .sum()
      .mul(-1 / batch)
  }
  const step = jit(([w, first, second, powers]: State, x: JaxArray, y: JaxArray): [State, JaxArray] => {
    const [value, gradients] = valueAndGrad(loss)(
      w.map((one) => one.ref),
      x,
      y,
    )
    const power1 = (powers[0] as JaxArray).mul(beta1)
    const power2 = (powers[1] as JaxArray).mul(beta2)
    const m = first.map((one, at) => one.mul(beta1).add((gradients[at] as JaxArray).ref.mul(1 - beta1)))
    const v = second.map((one, at) => one.mul(beta2).add(np.square(gradients[at] as JaxArray).mul(1 - beta2)))
    const moved = w.map((one, at) => {
      const mean = (m[at] as JaxArray).ref.div(np.subtract(1, power1.ref))
      const size = np.sqrt((v[at] as JaxArray).ref.div(np.subtract(1, power2.ref)))
      return one.sub(mean.div(size.add(1e-7)).mul(1e-3))
    })
    return [[moved, m, v, [power1, power2]], value]
  })
  const zeros = () => weights.map((one) => np.zeros(one.shape))
  const numbers = Int32Array.from({ length: batch }, (_, at) => (at * 7 + 3) % classes)
  return {
    step,
    x: draw([batch, widths[0] ?? 1], 1),
    y: nn.oneHot(np.array(numbers), classes),
    state: [weights, zeros(), zeros(), [np.array(1), np.array(1)]],
  }
}

let training: Training | null = null
const hostTime = () => processorTime() ?? performance.now()

const runner: StepRunner = {
  async start(name: ModelName) {
    if (name !== 'tiny-mlp' && name !== 'mlp') throw new Error(`The net ${name} is not written for jax-js.`)
    training = perceptron(await (loaded ??= load()), name)
    await runner.run(3)
  },
  async run(steps) {
    if (training === null) throw new Error('No net has been started.')
    const { step, x, y } = training
    const [begun, used] = [performance.now(), hostTime()]
    let last: JaxArray | null = null
    for (let at = 0; at < steps; at++) {
      last?.dispose()
      const [state, loss] = step(training.state, x.ref, y.ref)
      training.state = state
      last = loss
    }
    const given = hostTime()
    await last?.data()
    return { host: (given - used) / steps, wall: (performance.now() - begun) / steps }
  },
  count: () => Promise.reject(new Error('What jax-js asks of the device is not counted.')),
  async stop() {
    training = null
  },
}

Object.assign(globalThis, { runner })
