import { describe, expect, it } from 'vitest'
import { memoryByStep } from '../../../engine/analyse/memory'
import { analyse } from '../../../engine/analyse/analyse'
import type { Plan } from '../../../engine/analyse/plan'
import { createReadings, type Readings } from '../../../engine/diagnose/readings'
import type { Probe } from '../../../engine/session/protocol'
import { emptyProbe } from '../../../engine/session/signals'
import { catalogue } from '../../../nodes/catalogue'
import { boxOf, createPainter } from '../../../renderer/overlay/painter'
import { modes, pathsByCard, rowsOfWire, type Shown } from '../../../renderer/overlay/show'
import { createScene } from '../../../renderer/state/scene'
import type { PaintTheme } from '../../../renderer/ui/paint-theme'
import { graph } from '../../engine/documents'

const plan = { steps: [], byPath: new Map() } as unknown as Plan
const paths = ['a', 'block/0/dense', 'block/1/dense', 'out']

/** Readings of one probe in which these arrays have these numbers. */
function readingsOf(
  numbers: { readonly [S in keyof Probe]?: readonly number[] },
  wires: readonly string[] = [],
): Readings {
  const layout = { layers: paths, depth: [0, 1, 2, 3], wires, outputs: paths }
  const readings = createReadings(layout, plan)
  const probe = emptyProbe(layout, { step: 5, trainingStep: 0 })
  for (const [name, values] of Object.entries(numbers)) probe[name as 'gradNorm'].set(values)
  readings.add(probe)
  return readings
}

const relative = (values: readonly number[]) =>
  readingsOf({
    gradNorm: values.map(() => 1),
    relativeGradient: values,
    updateRatio: values.map(() => 1e-3),
  })

function shown(readings: Readings | null, costs: Shown['costs'] = new Map()): Shown {
  return { readings, changes: readings?.changes ?? 0, costs, cards: pathsByCard(paths), prefix: '' }
}

describe('what a card says', () => {
  it('is its own layer, or the least healthy one inside a block', () => {
    const now = shown(relative([1e-1, 1e-9, 1e-1, 1e-1]))
    expect([...now.cards.keys()]).toEqual(['a', 'block', 'out'])
    expect(modes.gradient.card(now.cards.get('block') ?? [], now)?.path).toBe('block/0/dense')
    expect(modes.gradient.card([], now)).toBeNull()
  })
  it('writes the exponent of the number, or the word for what is no number', () => {
    const badge = (value: number) =>
      modes.gradient.card(['a'], shown(relative([value, 1e-1, 1e-1, 1e-1])))?.badge
    // Kept as float32, so the colour's line is crossed a hair later.
    expect(badge(10 ** -9.2)).toEqual({ look: { kind: 'band', band: 0 }, exponent: '−9.2', text: '10' })
    expect(badge(0)).toEqual({ look: { kind: 'zero' }, exponent: null, text: '0' })
    expect(badge(Number.NaN)).toEqual({ look: { kind: 'nan' }, exponent: null, text: 'NaN' })
    expect(badge(-1)).toEqual({ look: { kind: 'none' }, exponent: null, text: '—' })
  })
  it('gives the measured numbers in the tooltip and the verdict in words', () => {
    const now = shown(relative([3.1e-9, 1e-1, 1e-1, 1e-1]))
    const rows = modes.gradient.card(['a'], now)?.rows
    expect(rows?.[0]?.value).toBe('3.1\u00a0×\u00a010⁻⁹')
    expect(rows?.at(-1)?.value).toBe('vanishing')
    expect(modes.update.card(['a'], now)?.rows.at(-1)?.value).toBe('healthy')
  })
})

describe('the overlay of what goes forward', () => {
  it('is neutral around 1, and says what fades and what blows up', () => {
    const now = shown(readingsOf({ outputRms: [1e-7, 0.5, 1e7, 0] }))
    const band = (path: string) => modes.forward.card([path], now)?.badge.look
    expect(paths.map(band)).toEqual([
      { kind: 'band', band: 0 },
      { kind: 'band', band: 4 },
      { kind: 'band', band: 8 },
      { kind: 'zero' },
    ])
  })
})

describe('the overlay of dead units', () => {
  it('tells dead from saturated, and says nothing of a node that can be neither', () => {
    const now = shown(
      readingsOf({
        outputRms: [1, 1, 1, 1],
        deadShare: [0.95, -1, 0, -1],
        saturatedShare: [-1, 0.7, -1, -1],
      }),
    )
    const badges = paths.map((path) => modes.dead.card([path], now)?.badge)
    expect(badges.map((badge) => badge?.text)).toEqual(['95 %', '70 %', '0 %', undefined])
    expect(badges.map((badge) => badge?.look)).toEqual([
      { kind: 'band', band: 1 },
      { kind: 'band', band: 6 },
      { kind: 'band', band: 4 },
      undefined,
    ])
  })
})

describe('the overlays of memory and time', () => {
  const document = graph(
    {
      data: ['data', { dataset: { kind: 'inline', x: [[1, 2]], y: [[0]] } }],
      a: ['dense', { units: 30 }],
      out: ['dense', { units: 1 }],
      loss: ['mean-squared-error'],
    },
    ['data.x -> a.x', 'a.y -> out.x', 'out.y -> loss.prediction', 'data.y -> loss.target'],
  )
  const made = analyse(document, catalogue).plan

  it('share out the very estimate of the whole', () => {
    const parts = memoryByStep(document, made)
    expect([...parts.values()].reduce((sum, part) => sum + part, 0)).toBe(made.memory.training)
  })
  it('need no run', () => {
    const memory = memoryByStep(document, made)
    const costs = new Map(
      made.steps.map((step) => [
        step.path,
        { memory: memory.get(step.path) ?? 0, multiplyAdds: step.multiplyAdds },
      ]),
    )
    const now = shown(null, costs)
    expect(modes.time.card(['a'], now)?.badge).toEqual({
      look: { kind: 'share', level: 4 },
      exponent: null,
      text: '67 %',
    })
    expect(modes.time.card(['data'], now)).toBeNull()
    expect(modes.memory.card(['a'], now)?.rows.length).toBe(3)
  })
})

describe('what a wire says', () => {
  it('tells no gradient, exactly zero and not finite apart', () => {
    const readings = readingsOf({ gradNorm: [1, 1, 1, 1], wireRms: [1e-3, 0, Number.NaN, 1e-3, -1] }, [
      'w0',
      'w1',
      'w2',
      'w3',
      'w4',
    ])
    const kinds = [0, 1, 2].map((index) => modes.gradient.wire?.(readings.wire(`w${index}`)!).look.kind)
    expect(kinds).toEqual(['band', 'zero', 'nan'])
    expect(readings.wire('w4')).toBeNull()
  })
  it('says both directions, also where nothing comes back', () => {
    const readings = readingsOf({ wireRms: [1e-3, -1], forwardRms: [0.5, 2] }, ['w0', 'w1'])
    expect(rowsOfWire(readings.wire('w0')!, 'B × 3').map(({ value }) => value)).toEqual([
      '0.5',
      '0.001',
      '0.0 decades',
      'healthy',
      'B × 3',
    ])
    expect(rowsOfWire(readings.wire('w1')!, '').map(({ value }) => value)).toEqual(['2', 'none'])
    expect(modes.gradient.wire?.(readings.wire('w1')!).look.kind).toBe('none')
  })
})

describe('several training steps', () => {
  it('are not mixed: each node keeps the first one that trains it', () => {
    const layout = { layers: ['g', 'd'], depth: [0, 1], wires: [], outputs: [] }
    const readings = createReadings(layout, plan)
    const add = (trainingStep: number, norms: number[], values: number[]) => {
      const probe = emptyProbe(layout, { step: 1, trainingStep })
      probe.gradNorm.set(norms)
      probe.relativeGradient.set(values)
      readings.add(probe)
    }
    add(0, [-1, 1], [-1, 1e-2])
    add(1, [1, -1], [1e-4, -1])
    expect([readings.layer('g')?.trainingStep, readings.layer('d')?.trainingStep]).toEqual([1, 0])
    expect([readings.layer('g')?.d, readings.layer('d')?.d]).toEqual([0, 0])
  })
})

describe('bounds of a path', () => {
  it('hold its points', () => {
    expect(boxOf('M10 20C60 20 -30.5 90 400 90')).toEqual({ left: -38.5, top: 12, right: 408, bottom: 98 })
  })
})

describe('badges', () => {
  it('are covered with the card that they are on, by a card that lies over it', () => {
    const scene = createScene()
    const at = (x: number) => ({ x, y: 0, width: 156, height: 78 })
    scene.setCards(
      new Map([
        ['a', at(100)],
        ['block', at(400)],
        ['out', at(40)],
      ]),
    )
    const done: string[] = []
    const context = new Proxy(
      {},
      {
        get: (_, name) => {
          if (name === 'measureText') return () => ({ width: 20 })
          return (...given: readonly unknown[]) => {
            if (name === 'fillText') done.push(String(given[0]))
            if (name === 'clearRect') done.push(`clear ${String(given[0])}`)
          }
        },
        set: () => true,
      },
    ) as CanvasRenderingContext2D
    const costs = new Map(paths.map((path, index) => [path, { memory: 10 * (index + 1), multiplyAdds: 1 }]))
    createPainter().paint(context, {
      mode: 'memory',
      scene,
      view: scene.view,
      shown: shown(null, costs),
      theme: { font: 'sans-serif' } as PaintTheme,
      width: 800,
      height: 600,
      ratio: 1,
    })
    // Everything first; and `out`, which lies over the left half of `a`, before its own badge.
    expect(done).toEqual(['clear 0', '10 %', '50 %', 'clear 40', '40 %'])
  })
})
