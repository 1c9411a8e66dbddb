/**
 * The simple recurrent layer and the LSTM by hand: each step in time is a few weighted sums, and the chain rule goes back
 * through the steps one after another. What is written out is one step, that of the number looked at.
 */
import { bends, type Bend } from './bends'
import { mostWork } from './dense'
import { emptyGrid, lastAxis, perSample, type Grid } from './grid'
import { nothing, one, type Backwards, type Done, type Given, type Place, type Rule } from './rule'
import { digits, factor, sub, sum, type Line } from './write'

/** Gates in the order of the weights; the third is what may be stored, and is bent otherwise. */
const gates = ['i', 'f', 'g', 'o'] as const

interface Parts {
  readonly x: Grid
  readonly kernel: Grid
  readonly recurrent: Grid
  readonly bias: Grid | null
  readonly batch: number
  readonly steps: number
  readonly from: number
  readonly units: number
  /** Sums of a unit: 1, or 4 of an LSTM. */
  readonly many: number
  readonly bend: Bend
  readonly gate: Bend
  readonly backwards: boolean
  readonly every: boolean
}

function partsOf({ inputs, weights, params }: Given, many: number): Parts | null {
  const x = one(inputs, 'x')
  const kernel = weights['kernel']
  const recurrent = weights['recurrent_kernel']
  const bend = bends[String(params['activation'])]
  const gate = many === 1 ? bends['linear'] : bends[String(params['recurrentActivation'])]
  // Masks, given first states and dropped numbers are left to the engine.
  if (Object.keys(inputs).length !== 1 || params['dropout'] !== 0) return null
  if (x === null || kernel === undefined || recurrent === undefined) return null
  if (bend === undefined || gate === undefined || x.shape.length !== 3) return null
  const [batch = 0, steps = 0, from = 0] = x.shape
  const units = lastAxis(kernel) / many
  if (batch * steps * (from + units) * units * many > mostWork) return null
  const bias = weights['bias'] ?? null
  const backwards = params['goBackwards'] === true
  const every = params['returnSequences'] === true
  return { x, kernel, recurrent, bias, batch, steps, from, units, many, bend, gate, backwards, every }
}

/** What a step of one sequence left behind. */
interface Step {
  readonly input: Float64Array
  readonly before: Float64Array
  readonly memoryBefore: Float64Array
  readonly sums: Float64Array
  /** i, f, g, o of every unit; of a simple layer the output. */
  readonly open: Float64Array
  readonly memory: Float64Array
  readonly after: Float64Array
}

function stepOf(parts: Parts, input: Float64Array, before: Float64Array, memoryBefore: Float64Array): Step {
  const { kernel, recurrent, bias, units, many, bend, gate } = parts
  const width = units * many
  const sums = new Float64Array(width)
  for (let j = 0; j < width; j++) {
    let total = bias?.values[j] ?? 0
    for (const [i, value] of input.entries()) total += value * (kernel.values[i * width + j] ?? 0)
    for (const [i, value] of before.entries()) total += value * (recurrent.values[i * width + j] ?? 0)
    sums[j] = total
  }
  if (many === 1) {
    const after = sums.map(bend.of)
    return { input, before, memoryBefore, sums, open: after, memory: memoryBefore, after }
  }
  const open = sums.map((net, j) => (Math.floor(j / units) === 2 ? bend.of(net) : gate.of(net)))
  const at = (which: number, j: number) => open[which * units + j] ?? 0
  const memory = memoryBefore.map((value, j) => at(1, j) * value + at(0, j) * at(2, j))
  const after = memory.map((value, j) => at(3, j) * bend.of(value))
  return { input, before, memoryBefore, sums, open, memory, after }
}

/** The steps of one sequence, in the order in which they were done. */
function walk(parts: Parts, sample: number): Step[] {
  const { x, steps, from, units, backwards } = parts
  const done: Step[] = []
  for (let step = 0; step < steps; step++) {
    const place = sample * steps + (backwards ? steps - 1 - step : step)
    const input = x.values.subarray(place * from, (place + 1) * from)
    const last = done.at(-1)
    const none = new Float64Array(units)
    done.push(stepOf(parts, input, last?.after ?? none, last?.memory ?? none))
  }
  return done
}

/** Gradients of the sums, and of the states before, from those of the states after. */
function stepBack(parts: Parts, step: Step, forOutput: Float64Array, forMemory: Float64Array) {
  const { recurrent, units, many, bend, gate } = parts
  const width = units * many
  const delta = new Float64Array(width)
  let memoryBefore = forMemory
  if (many === 1) {
    for (let j = 0; j < units; j++)
      delta[j] = (forOutput[j] ?? 0) * bend.slope(step.sums[j] ?? 0, step.after[j] ?? 0)
  } else {
    const at = (which: number, j: number) => step.open[which * units + j] ?? 0
    const slope = (which: number, j: number) =>
      (which === 2 ? bend : gate).slope(step.sums[which * units + j] ?? 0, at(which, j))
    memoryBefore = new Float64Array(units)
    for (let j = 0; j < units; j++) {
      const shown = bend.of(step.memory[j] ?? 0)
      const back = forOutput[j] ?? 0
      const memory = (forMemory[j] ?? 0) + back * at(3, j) * bend.slope(step.memory[j] ?? 0, shown)
      delta[j] = memory * at(2, j) * slope(0, j)
      delta[units + j] = memory * (step.memoryBefore[j] ?? 0) * slope(1, j)
      delta[2 * units + j] = memory * at(0, j) * slope(2, j)
      delta[3 * units + j] = back * shown * slope(3, j)
      memoryBefore[j] = memory * at(1, j)
    }
  }
  const outputBefore = Float64Array.from({ length: units }, (_, i) =>
    delta.reduce((total, d, j) => total + d * (recurrent.values[i * width + j] ?? 0), 0),
  )
  return { delta, outputBefore, memoryBefore }
}

interface BackStep {
  readonly step: Step
  /** ∂L/∂h of the step: from above, and from the step after it. */
  readonly forOutput: Float64Array
  readonly delta: Float64Array
}

/** The steps of one sequence with what came back to each, in the order in which they were done. */
function walkBack(parts: Parts, gradient: Grid, sample: number): BackStep[] {
  const { steps, units, every } = parts
  const done = walk(parts, sample)
  const back: BackStep[] = []
  let fromAfter = new Float64Array(units)
  let forMemory = new Float64Array(units)
  for (let at = steps - 1; at >= 0; at--) {
    const step = done[at]
    if (step === undefined) continue
    const row = every ? sample * steps + at : at === steps - 1 ? sample : -1
    const forOutput = fromAfter.map(
      (value, j) => value + (row < 0 ? 0 : (gradient.values[row * units + j] ?? 0)),
    )
    const { delta, outputBefore, memoryBefore } = stepBack(parts, step, forOutput, forMemory)
    back.unshift({ step, forOutput, delta })
    fromAfter = outputBefore
    forMemory = Float64Array.from(memoryBefore)
  }
  return back
}

/** Sequence, step and unit of a place of the output. */
function spot({ steps, units, every }: Parts, { sample, unit }: Place) {
  return { sample, step: every ? Math.floor(unit / units) : steps - 1, j: unit % units }
}

const products = (weights: readonly number[], values: Float64Array): string[] =>
  weights.map((weight, i) => `${factor(weight)}·${factor(values[i] ?? 0)}`)

/** A weighted sum of the inputs and of the last outputs. */
function sumLine(parts: Parts, step: Step, which: number, j: number, left: string): Line {
  const { kernel, recurrent, bias, units, many } = parts
  const width = units * many
  const column = which * units + j
  const of = (grid: Grid, count: number) =>
    Array.from({ length: count }, (_, i) => grid.values[i * width + column] ?? 0)
  const terms = [
    ...products(of(kernel, step.input.length), step.input),
    ...products(of(recurrent, units), step.before),
  ]
  const shift = bias?.values[column] ?? 0
  return {
    left,
    symbols: bias === null ? 'Σ w·x + Σ u·h' : 'Σ w·x + Σ u·h + b',
    numbers: bias === null ? sum(terms) : `${sum(terms)} + ${factor(shift)}`,
    value: step.sums[column] ?? NaN,
  }
}

function forwardLines(parts: Parts, place: Place): Line[] {
  const { sample, step: at, j } = spot(parts, place)
  const { units, many, bend, gate } = parts
  const step = walk(parts, sample)[at]
  if (step === undefined) return []
  const time: Line = { left: 't', symbols: `step in time`, numbers: '', value: at + 1 }
  const unit = sub(j + 1)
  const after = step.after[j] ?? NaN
  const apply = (by: Bend, net: string) => by.symbols.replaceAll('net', net)
  if (many === 1)
    return [
      time,
      sumLine(parts, step, 0, j, `net${unit}`),
      {
        left: `h${unit}`,
        symbols: bend.symbols,
        numbers: apply(bend, factor(step.sums[j] ?? NaN)),
        value: after,
      },
    ]
  const open = (which: number) => step.open[which * units + j] ?? NaN
  const memoryBefore = step.memoryBefore[j] ?? NaN
  const memory = step.memory[j] ?? NaN
  const opened = gates.flatMap((name, which): Line[] => {
    const by = which === 2 ? bend : gate
    const net = sumLine(parts, step, which, j, `net(${name})`)
    return [
      net,
      { left: name, symbols: by.symbols, numbers: apply(by, factor(net.value)), value: open(which) },
    ]
  })
  return [
    time,
    ...opened,
    {
      left: `c${unit}`,
      symbols: 'f·c before + i·g',
      numbers: `${factor(open(1))}·${factor(memoryBefore)} + ${factor(open(0))}·${factor(open(2))}`,
      value: memory,
    },
    {
      left: `h${unit}`,
      symbols: `o·${apply(bend, 'c')}`,
      numbers: `${factor(open(3))}·${factor(bend.of(memory))}`,
      value: after,
    },
  ]
}

function backwardLines(parts: Parts, done: Done, place: Place): Line[] {
  const { sample, step: at, j } = spot(parts, place)
  const { units, many } = parts
  const back = walkBack(parts, done.gradient, sample)
  const here = back[at]
  if (here === undefined) return []
  const above = done.gradient.values[sample * perSample(done.y) + place.unit] ?? NaN
  const later = (here.forOutput[j] ?? NaN) - above
  const unit = sub(j + 1)
  const names = many === 1 ? [`net${unit}`] : gates.map((name) => `net(${name})`)
  const first = here.step.input[0] ?? NaN
  return [
    { left: `∂L/∂y${unit}`, symbols: '', numbers: '', value: above },
    {
      left: `∂L/∂h${unit}`,
      symbols: '∂L/∂y + what comes from the step after',
      numbers: `${digits(above)} + ${factor(later)}`,
      value: here.forOutput[j] ?? NaN,
    },
    ...names.map((name, which): Line => ({
      left: `∂L/∂${name}`,
      symbols: many === 1 ? '∂L/∂h·∂h/∂net' : 'chain rule through h and c',
      numbers: '',
      value: here.delta[which * units + j] ?? NaN,
    })),
    {
      left: `∂L/∂w${sub(1, j + 1)} at this step`,
      symbols: `∂L/∂${names[0] ?? 'net'}·x₁`,
      numbers: `${factor(here.delta[j] ?? NaN)}·${factor(first)}`,
      value: (here.delta[j] ?? NaN) * first,
    },
  ]
}

function recurrent(many: number): Rule {
  return {
    forward(given) {
      const parts = partsOf(given, many)
      const y = given.traced['y']
      if (parts === null || y === undefined) return null
      const { batch, units, every } = parts
      const grid = emptyGrid(y.shape)
      for (let sample = 0; sample < batch; sample++) {
        const rows = walk(parts, sample)
        const shown = every ? rows : rows.slice(-1)
        for (const [row, { after }] of shown.entries())
          grid.values.set(after, (sample * shown.length + row) * units)
      }
      return grid
    },
    backward(done): Backwards {
      const parts = partsOf(done, many)
      if (parts === null) return nothing
      const { x, kernel, recurrent: mixing, bias, batch, steps, from, units, backwards } = parts
      const width = units * many
      const forX = emptyGrid(x.shape)
      const forKernel = emptyGrid(kernel.shape)
      const forRecurrent = emptyGrid(mixing.shape)
      const forBias = emptyGrid([width])
      const put = (grid: Grid, at: number, value: number) =>
        (grid.values[at] = (grid.values[at] ?? 0) + value)
      for (let sample = 0; sample < batch; sample++)
        for (const [at, { step, delta }] of walkBack(parts, done.gradient, sample).entries()) {
          const place = sample * steps + (backwards ? steps - 1 - at : at)
          for (const [j, d] of delta.entries()) {
            put(forBias, j, d)
            for (let i = 0; i < from; i++) {
              put(forX, place * from + i, d * (kernel.values[i * width + j] ?? 0))
              put(forKernel, i * width + j, d * (step.input[i] ?? 0))
            }
            for (let i = 0; i < units; i++) put(forRecurrent, i * width + j, d * (step.before[i] ?? 0))
          }
        }
      const weights = { kernel: forKernel, recurrent_kernel: forRecurrent }
      return { inputs: { x: forX }, weights: bias === null ? weights : { ...weights, bias: forBias } }
    },
    explainForward(given, place) {
      const parts = partsOf(given, many)
      return parts === null ? [] : forwardLines(parts, place)
    },
    explainBackward(done, place) {
      const parts = partsOf(done, many)
      return parts === null ? [] : backwardLines(parts, done, place)
    },
  }
}

export const simpleRnn = recurrent(1)
export const lstm = recurrent(4)
