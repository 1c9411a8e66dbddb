/**
 * Linux drivers that Chromium does not trust: WebGPU only after the user has said so. The choice is kept in a file of
 * its own, read before the graphics process starts, and taken back when that process dies.
 */
import * as fs from 'node:fs'
import path from 'node:path'

/** What is added to the command line. */
export const webgpuSwitches: readonly (readonly [string, string?])[] = [
  ['enable-unsafe-webgpu'],
  ['enable-features', 'Vulkan'],
]

const fileIn = (data: string) => path.join(data, 'unsafe-webgpu')

export function isWebgpuForced(data: string): boolean {
  return fs.existsSync(fileIn(data))
}

export function forceWebgpu(data: string, on: boolean): void {
  if (on) {
    fs.mkdirSync(data, { recursive: true })
    fs.writeFileSync(
      fileIn(data),
      'The menu item that allows WebGPU was chosen. Delete this file to take it back.\n',
    )
  } else fs.rmSync(fileIn(data), { force: true })
}
