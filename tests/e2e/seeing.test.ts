/**
 * What the window paints is what the run measured: badges and wires have the colour of their numbers, going back in time
 * shows the numbers that were there (as another process computes them), and a network whose gradients vanish looks
 * different from one whose gradients flow, also without colour.
 */
import type { BrowserContext, Page } from '@playwright/test'
import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { bandColour, flowBand, type Band } from '../../engine/diagnose/colour'
import { formatNumber } from '../../engine/diagnose/format'
import { overlay, scrubber } from '../../renderer/ui/canvas-strings'
import { expect, openWindow, test, trainLong } from './support/app'

const { rows } = overlay
const words = { scrubber: scrubber.label }
const picture = process.env['PICTURES']

interface Point {
  readonly x: number
  readonly y: number
}
type Pixel = readonly [red: number, green: number, blue: number, alpha: number]

/** Colours of the overlay's own canvas at places of the window: the most opaque within `reach` of each. */
async function painted(page: Page, points: readonly Point[], reach = 0): Promise<Pixel[]> {
  return page.evaluate(
    ({ wanted, around }) => {
      const canvas = document.querySelector<HTMLCanvasElement>('.paint-layer')
      const context = canvas?.getContext('2d') ?? null
      if (canvas === null || context === null) throw new Error('there is no overlay')
      const box = canvas.getBoundingClientRect()
      const ratio = canvas.width / box.width
      return wanted.map(({ x, y }) => {
        const size = 2 * around + 1
        const { data } = context.getImageData(
          Math.round((x - box.left) * ratio) - around,
          Math.round((y - box.top) * ratio) - around,
          size,
          size,
        )
        let best = 0
        for (let at = 0; at < data.length; at += 4) if ((data[at + 3] ?? 0) > (data[best + 3] ?? 0)) best = at
        return [...data.subarray(best, best + 4)] as unknown as Pixel
      })
    },
    { wanted: points, around: reach },
  )
}

function near([red, green, blue, alpha]: Pixel, colour: string): boolean {
  const wanted = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  // A thin line is blended with nothing: the fainter it is, the coarser are its colours.
  const tolerance = alpha === 255 ? 2 : 4 + 255 / Math.max(1, alpha)
  return alpha > 0 && [red, green, blue].every((part, at) => Math.abs(part - (wanted[at] ?? 0)) <= tolerance)
}

const card = (page: Page, id: string) => page.locator(`.react-flow__node[data-id="${id}"]`)

async function zoomOf(page: Page): Promise<number> {
  const style = await page.locator('.react-flow__viewport').evaluate((element) => element.style.transform)
  return Number(/scale\(([\d.]+)\)/.exec(style)?.[1])
}

/** A place inside the badge of a card, beside its number. */
async function badgeOf(page: Page, id: string, zoom: number): Promise<Point> {
  const box = await card(page, id).boundingBox()
  if (box === null) throw new Error(`${id} is not on screen`)
  const scale = Math.min(1.5, Math.max(1, 0.85 / zoom))
  return {
    x: box.x + box.width - (9 + 3.5 * scale) * zoom,
    y: box.y + box.height - ((scale > 1 ? 5 : 8) + 10 * scale) * zoom,
  }
}

/** A place on a wire, away from the shape that is written in its middle. */
async function placeOn(page: Page, wire: string, share = 0.2): Promise<Point> {
  return page
    .locator(`.react-flow__edge[data-id="${wire}"] path.react-flow__edge-path`)
    .evaluate((element, part) => {
      const path = element as unknown as SVGPathElement
      const point = path.getPointAtLength(path.getTotalLength() * part)
      const matrix = path.getScreenCTM()
      if (matrix === null) throw new Error('the wire is not on screen')
      const { x, y } = new DOMPoint(point.x, point.y).matrixTransform(matrix)
      return { x, y }
    }, share)
}

/** The exact numbers of what the pointer rests on, by their names. */
async function numbersAt(page: Page, { x, y }: Point, title: RegExp): Promise<ReadonlyMap<string, string>> {
  const tip = page.locator('.overlay-tip')
  await page.mouse.move(5, 5)
  await expect(tip).toBeHidden()
  await page.mouse.move(x, y)
  await expect(tip).toBeVisible()
  await expect(tip.locator('b')).toHaveText(title)
  const [names, values] = await Promise.all([
    tip.locator('span').allInnerTexts(),
    tip.locator('strong').allInnerTexts(),
  ])
  return new Map(names.map((name, at) => [name, values[at] ?? '']))
}

async function numbersOf(page: Page, id: string, step: number): Promise<ReadonlyMap<string, string>> {
  const box = await card(page, id).boundingBox()
  if (box === null) throw new Error(`${id} is not on screen`)
  const name = await card(page, id).locator('.card-name').innerText()
  return numbersAt(
    page,
    { x: box.x + box.width * 0.4, y: box.y + 12 },
    new RegExp(`^${name} .*step ${step}$`),
  )
}

/** `−11.2 decades` */
function decadesIn(text: string | undefined): number {
  return Number(/[−+-]?[\d.]+/.exec(text ?? '')?.[0].replace('−', '-') ?? NaN)
}

interface ProbeLine {
  readonly step: number
  readonly layers: Readonly<Record<string, { readonly gradNorm: number; readonly updateRatio: number }>>
}

/** The same run in another process. */
async function elsewhere(example: string, steps: number): Promise<ReadonlyMap<number, ProbeLine['layers']>> {
  const words = [
    'app/cli/wiregrad.mjs',
    'train',
    `examples/${example}.wiregrad`,
    '--backend',
    'cpu',
    '--json',
  ]
  const { stdout } = await promisify(execFile)(process.execPath, [...words, '--steps', String(steps)], {
    maxBuffer: 1 << 26,
  })
  const lines = stdout.split('\n').filter((line) => line.includes('"probe"'))
  return new Map(
    lines.map((line) => {
      const { step, layers } = JSON.parse(line) as ProbeLine
      return [step, layers]
    }),
  )
}

async function trainTo(page: Page, step: number): Promise<void> {
  await trainLong(page)
  await page.getByRole('button', { name: 'Train', exact: true }).click()
  await expect
    .poll(async () => Number((await page.locator('.strip-step b').innerText()).replace(/\D/g, '') || '0'), {
      timeout: 60_000,
    })
    .toBeGreaterThanOrEqual(step)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  await expect(page.locator('.strip-status')).toHaveText(/Paused/)
}

const hidden = (number: number) => `hidden${String(number).padStart(2, '0')}`

/** Colours that the theme gives to what is healthy. */
const neutral = { light: '#c9d0da', dark: '#4a5464' } as const
type Theme = keyof typeof neutral

/** Whether d is so near a line between two bands that its rounding could cross it. */
const onTheLine = (d: number) => [2, 3, 4.5, 6].some((line) => Math.abs(Math.abs(d) - line) < 0.06)

test('colours match the numbers of the run, and the scrubber shows those that were there', async ({
  page,
  wiregrad,
}) => {
  const truth = elsewhere('deep-sigmoid', 12)
  await openWindow(page, wiregrad, 'open=examples/deep-sigmoid&backend=cpu')
  await trainTo(page, 12)
  const measured = await truth
  const slider = page.getByRole('slider', { name: words.scrubber })
  const goTo = async (step: number) => {
    await slider.focus()
    await page.keyboard.press('Home')
    for (const before of measured.keys()) if (before < step) await page.keyboard.press('ArrowRight')
    await expect(page.locator('.strip-step b')).toHaveText(String(step))
  }

  const steps = [...measured.keys()]
  expect(steps.length).toBeGreaterThan(5)
  for (const step of [steps[0], steps[3], steps[5]] as const) {
    await goTo(step ?? NaN)
    for (const id of [hidden(1), 'scores']) {
      const numbers = await numbersOf(page, id, step ?? NaN)
      const there = measured.get(step ?? NaN)?.[id] ?? { gradNorm: NaN, updateRatio: NaN }
      expect(numbers.get(rows.norm), `${id} at ${step}`).toBe(formatNumber(there.gradNorm))
      expect(numbers.get(rows.update), `${id} at ${step}`).toBe(formatNumber(there.updateRatio))
    }
  }

  // The moment on show is the sixth sample. What a badge says, its colour says too.
  const zoom = await zoomOf(page)
  const seen = new Set<Band>()
  for (const id of [hidden(1), hidden(8), hidden(12), hidden(14), hidden(16), hidden(18), 'scores']) {
    const numbers = await numbersOf(page, id, steps[5] ?? NaN)
    const d = decadesIn(numbers.get(rows.flow))
    expect(Number.isFinite(d), `${id}: ${numbers.get(rows.flow)}`).toBe(true)
    if (onTheLine(d)) continue
    const band = flowBand(d)
    const [pixel] = await painted(page, [await badgeOf(page, id, zoom)])
    expect(near(pixel as Pixel, bandColour(band, neutral.light)), `${id} ${d}: ${pixel?.join()}`).toBe(true)
    seen.add(band)
  }
  for (const wire of ['w2', 'w10', 'w13', 'w15', 'w17', 'w20']) {
    const place = await placeOn(page, wire)
    const numbers = await numbersAt(page, place, new RegExp(`step ${steps[5]}$`))
    const d = decadesIn(numbers.get(rows.flow))
    expect(Number.isFinite(d), `${wire}: ${numbers.get(rows.flow)}`).toBe(true)
    if (onTheLine(d)) continue
    const band = flowBand(d)
    const [pixel] = await painted(page, [place], 2)
    expect(near(pixel as Pixel, bandColour(band, neutral.light)), `${wire} ${d}: ${pixel?.join()}`).toBe(true)
    seen.add(band)
  }
  // Vanishing to healthy, and nothing that looks as if it exploded.
  expect(seen.has(0) && seen.has(4) && seen.size >= 3, [...seen].join()).toBe(true)
  expect(Math.max(...seen)).toBe(4)

  // In the hand they stay on their cards, and so they do where it lets go.
  const pane = await page.locator('.react-flow__pane').boundingBox()
  const scores = await badgeOf(page, 'scores', zoom)
  const [colour] = await painted(page, [scores])
  const grip = { x: (pane?.x ?? NaN) + 420, y: (pane?.y ?? NaN) + 60 }
  const nothing = await page.evaluate(({ x, y }) => document.elementFromPoint(x, y)?.className, grip)
  expect(nothing).toContain('react-flow__pane')
  await page.mouse.move(grip.x, grip.y)
  await page.mouse.down()
  for (const by of [10, 40, 70, 300]) {
    await page.mouse.move(grip.x - by, grip.y + by / 10)
    await page.waitForTimeout(by === 70 ? 400 : 40)
    const there = await badgeOf(page, 'scores', zoom)
    if (by > 10) expect(there.x, `${by}`).toBeLessThan(scores.x - by / 2)
    expect(await painted(page, [there]), `${by}`).toEqual([colour])
  }
  await page.mouse.up()
  await page.waitForTimeout(300)
  expect(await painted(page, [await badgeOf(page, 'scores', zoom)])).toEqual([colour])

  // In a new window the run is there again, and one can go back in it.
  await expect
    .poll(async () => (await readdir(wiregrad.data, { recursive: true })).map((name) => path.basename(name)))
    .toContain('probes.safetensors')
  await openWindow(page, wiregrad, 'open=examples/deep-sigmoid&backend=cpu')
  await expect(page.getByRole('button', { name: 'Continue', exact: true })).toBeVisible()
  const again = steps[3] ?? NaN
  await goTo(again)
  const numbers = await numbersOf(page, hidden(1), again)
  expect(numbers.get(rows.norm)).toBe(formatNumber(measured.get(again)?.[hidden(1)]?.gradNorm ?? NaN))
  if (picture !== undefined) await page.screenshot({ path: `${picture}/reopened.png` })
})

/** CIE L* of a grey picture of the window, at single places and across wires. */
interface Grey {
  /** Of the badge's ground, 0 to 100. */
  readonly badges: readonly number[]
  /** Pixels across a wire that stand out from the canvas. */
  readonly wires: readonly number[]
}

/** Looks at a screenshot in shades of grey, in a page of its own. */
async function inGrey(
  page: Page,
  context: BrowserContext,
  badges: readonly Point[],
  wires: readonly Point[],
): Promise<Grey> {
  const png = await page.screenshot(
    picture === undefined ? {} : { path: `${picture}/seeing-${Date.now()}.png` },
  )
  const blank = await context.newPage()
  try {
    return await blank.evaluate(
      async ({ data, atBadges, atWires }) => {
        const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0))
        const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }))
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height)
        const drawing = canvas.getContext('2d')
        if (drawing === null) throw new Error('there is no canvas to look at the picture with')
        drawing.drawImage(bitmap, 0, 0)
        const lightness = (x: number, y: number) => {
          const [red = 0, green = 0, blue = 0] = drawing.getImageData(Math.round(x), Math.round(y), 1, 1).data
          const linear = (part: number) =>
            part <= 10 ? part / 3294.6 : ((part / 255 + 0.055) / 1.055) ** 2.4
          const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
          return luminance > 0.008856 ? 116 * Math.cbrt(luminance) - 16 : 903.3 * luminance
        }
        return {
          badges: atBadges.map(({ x, y }) => lightness(x, y)),
          wires: atWires.map(({ x, y }) => {
            const ground = lightness(x, y - 14)
            const across = Array.from({ length: 21 }, (_, at) => Math.abs(lightness(x, y - 10 + at) - ground))
            return across.filter((apart) => apart > 4).length
          }),
        }
      },
      { data: png.toString('base64'), atBadges: badges, atWires: wires },
    )
  } finally {
    await blank.close()
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

test('a vanishing network and a healthy one are told apart in shades of grey, in light and in dark', async ({
  page,
  context,
  wiregrad,
}) => {
  const looked: Record<string, Grey> = {}
  const layers = {
    'deep-sigmoid': [1, 2, 3, 4, 5, 6].map(hidden),
    'deep-residual': [1, 2, 3, 4, 5, 6].map((number) => `residual${String(number).padStart(2, '0')}`),
  }
  for (const example of ['deep-sigmoid', 'deep-residual'] as const) {
    await openWindow(page, wiregrad, `open=examples/${example}&backend=wasm`)
    await trainTo(page, 6)
    const zoom = await zoomOf(page)
    const badges = await Promise.all(layers[example].map((id) => badgeOf(page, id, zoom)))
    const wires = await Promise.all(['w2', 'w3', 'w4', 'w5'].map((id) => placeOn(page, id, 0.3)))
    await page.mouse.move(5, 5)
    for (const theme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: theme })
      await expect(page.locator('html')).toHaveAttribute('data-theme', theme)
      await page.waitForTimeout(100)
      looked[`${example} ${theme}`] = await inGrey(page, context, badges, wires)
    }
    await page.emulateMedia({ colorScheme: 'light' })
  }
  const grey = (example: string, theme: Theme) => looked[`${example} ${theme}`] as Grey
  for (const theme of ['light', 'dark'] as const) {
    const vanishing = grey('deep-sigmoid', theme)
    const healthy = grey('deep-residual', theme)
    const apart = Math.abs(mean(vanishing.badges) - mean(healthy.badges))
    expect(apart, `lightness of badges, ${theme}`).toBeGreaterThan(12)
    expect(mean(healthy.wires), `thickness of wires, ${theme}`).toBeGreaterThan(1.4 * mean(vanishing.wires))
  }
})
