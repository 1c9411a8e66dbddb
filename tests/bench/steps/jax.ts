/**
 * The same nets with jax-js, whose whole step (loss, gradients, Adam) is one jitted function. The package is fetched when
 * it is wanted and lies beside the page.
 */
import type { Jax, JaxArray } from './jax-library'
import { jaxNet } from './jax-nets'
import type { ModelName } from './models'
import { processorTime, type StepRunner } from './runner'
import type { Given } from './stock-nets'

type State = readonly [
  weights: readonly JaxArray[],
  first: readonly JaxArray[],
  second: readonly JaxArray[],
  powers: readonly JaxArray[],
  kept: readonly JaxArray[],
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

function prepare(jax: Jax, name: ModelName, given?: Given): Training {
  const { numpy: np, nn, jit, valueAndGrad } = jax
  const net = jaxNet(jax, name, given)
  const names = [...net.weights.keys()]
  const keptNames = [...net.kept.keys()]
  const loss = (
    weights: readonly JaxArray[],
    kept: readonly JaxArray[],
    x: JaxArray,
    y: JaxArray,
  ): [JaxArray, JaxArray[]] => {
    const all = new Map([
      ...names.map((key, at) => [key, weights[at] as JaxArray] as const),
      ...keptNames.map((key, at) => [key, kept[at] as JaxArray] as const),
    ])
    const after = new Map<string, JaxArray>()
    const scores = net.scores(x, {
      take(key) {
        const one = all.get(key)
        if (one === undefined) throw new Error(`The net ${name} has declared no ${key}.`)
        return one.ref
      },
      keep: (key, value) => after.set(key, value),
    })
    const rows = scores.shape[0] ?? 1
    const value = nn
      .logSoftmax(scores)
      .mul(y)
      .sum()
      .mul(-1 / rows)
    for (const one of all.values()) one.dispose()
    return [value, keptNames.map((key) => after.get(key) as JaxArray)]
  }
  const step = jit(([w, first, second, powers, kept]: State, x: JaxArray, y: JaxArray): [State, JaxArray] => {
    const [[value, after], gradients] = valueAndGrad((weights) => loss(weights, kept, x, y), {
      hasAux: true,
    })(w.map((one) => one.ref))
    const power1 = (powers[0] as JaxArray).mul(beta1)
    const power2 = (powers[1] as JaxArray).mul(beta2)
    const m = first.map((one, at) => one.mul(beta1).add((gradients[at] as JaxArray).ref.mul(1 - beta1)))
    const v = second.map((one, at) => one.mul(beta2).add(np.square(gradients[at] as JaxArray).mul(1 - beta2)))
    const moved = w.map((one, at) => {
      const mean = (m[at] as JaxArray).ref.div(np.subtract(1, power1.ref))
      const size = np.sqrt((v[at] as JaxArray).ref.div(np.subtract(1, power2.ref)))
      return one.sub(mean.div(size.add(1e-7)).mul(1e-3))
    })
    return [[moved, m, v, [power1, power2], after], value]
  })
  const weights = [...net.weights.values()]
  const zeros = () => weights.map((one) => np.zeros(one.shape))
  return {
    step,
    x: net.x,
    y: net.y,
    state: [weights, zeros(), zeros(), [np.array(1), np.array(1)], [...net.kept.values()]],
  }
}

/** The loss before the step, on the device. */
function stepOnce(training: Training): JaxArray {
  const { step, x, y } = training
  const [state, loss] = step(training.state, x.ref, y.ref)
  training.state = state
  return loss
}

let training: Training | null = null
const hostTime = () => processorTime() ?? performance.now()

const runner: StepRunner = {
  async start(name) {
    training = prepare(await (loaded ??= load()), name)
    await runner.run(3)
  },
  async run(steps) {
    if (training === null) throw new Error('No net has been started.')
    const [begun, used] = [performance.now(), hostTime()]
    let last: JaxArray | null = null
    for (let at = 0; at < steps; at++) {
      last?.dispose()
      last = stepOnce(training)
    }
    const given = hostTime()
    await last?.data()
    return { host: (given - used) / steps, wall: (performance.now() - begun) / steps }
  },
  count: () => Promise.reject(new Error('What jax-js asks of the device is not counted.')),
  async stop() {
    training = null
  },
  async curve(name, steps, given) {
    const own = prepare(await (loaded ??= load()), name, given)
    const losses: number[] = []
    for (let at = 0; at < steps; at++) losses.push((await stepOnce(own).data())[0] ?? NaN)
    return losses
  },
}

Object.assign(globalThis, { runner })
