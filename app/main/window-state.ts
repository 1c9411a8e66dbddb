/** Where the window stood when it was closed, so that it comes back there: unless the screen is gone. */
import * as fs from 'node:fs'
import path from 'node:path'
import * as z from 'zod'

const boundsSchema = z.strictObject({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
})
const stateSchema = z.strictObject({ bounds: boundsSchema, maximized: z.boolean() })

export type Bounds = z.infer<typeof boundsSchema>
export type WindowState = z.infer<typeof stateSchema>

export const usualSize = { width: 1440, height: 940 } as const
export const smallestSize = { width: 900, height: 600 } as const

/** How much of the window must be on some screen, so that it can be taken hold of. */
const grip = 80

function overlap(from: number, size: number, low: number, high: number): number {
  return Math.min(from + size, high) - Math.max(from, low)
}

/** Whether a window with these bounds can be seen and moved on one of the screens. */
export function canBeSeen(bounds: Bounds, screens: readonly Bounds[]): boolean {
  return screens.some(
    (screen) =>
      overlap(bounds.x, bounds.width, screen.x, screen.x + screen.width) >= grip &&
      // Its title bar, by which it is moved.
      bounds.y >= screen.y &&
      bounds.y + grip <= screen.y + screen.height,
  )
}

const fileIn = (data: string) => path.join(data, 'window.json')

/** The state that was kept, or null where there is none that can be read. */
export function readWindowState(data: string): WindowState | null {
  try {
    const state = stateSchema.safeParse(JSON.parse(fs.readFileSync(fileIn(data), 'utf8')))
    return state.success ? state.data : null
  } catch {
    return null
  }
}

/** Written at once, for the process ends after this. A screen's place may be lost, but never half-written. */
export function writeWindowState(data: string, state: WindowState): void {
  fs.mkdirSync(data, { recursive: true })
  const fresh = `${fileIn(data)}.new`
  fs.writeFileSync(fresh, JSON.stringify(state))
  fs.renameSync(fresh, fileIn(data))
}
