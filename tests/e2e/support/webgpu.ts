/**
 * Whether the browser of the tests offers a WebGPU adapter: found out once, before the tests, by tests/e2e/support/
 * setup.ts; told at the end of `npm test`.
 */
import type { Page } from '@playwright/test'

export interface WebgpuProbe {
  readonly available: boolean
  /** The adapter's name, or why there is none. */
  readonly detail: string
}

const VARIABLE = 'WIREGRAD_NO_WEBGPU'

/** Asks the browser for an adapter, on a page of a secure origin. */
export async function probeWebgpu(page: Page): Promise<WebgpuProbe> {
  return page.evaluate(async () => {
    const { gpu } = navigator as { gpu?: GPU }
    if (gpu === undefined) return { available: false, detail: 'the browser has no navigator.gpu' }
    const adapter = await gpu.requestAdapter()
    if (adapter === null) return { available: false, detail: 'the browser gave no WebGPU adapter' }
    const { vendor, architecture, description } = adapter.info
    return { available: true, detail: [vendor, architecture, description].filter(Boolean).join(' ') }
  })
}

/** Tells the workers, which inherit the environment. */
export function announce(probe: WebgpuProbe): void {
  process.env[VARIABLE] = probe.available ? '' : probe.detail
}

/** Why WebGPU tests cannot run, or '' when they can: `test.skip(noWebgpu() !== '', noWebgpu())`. */
export function noWebgpu(): string {
  return process.env[VARIABLE] ?? ''
}
