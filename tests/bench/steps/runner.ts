/** What a place with a device can be asked to do: ours and theirs answer alike. */
import type { ThreadHost } from '../../../engine/backend/wasm/threads/host'
import type { ModelName } from './models'
import type { Given } from './stock-nets'

export interface Block {
  /** Milliseconds a step that the host spent on giving its commands: of processor time in Node, else on the clock. */
  readonly host: number
  /** Milliseconds a step until the device was done with all of them. */
  readonly wall: number
}

export interface StepRunner {
  /**
   * Makes a net, on the software adapter or the one that only checks. `probeEvery`: 0 for never; `fit`: by tfjs's own loop;
   * `mixed`: ours in mixed precision.
   */
  start(name: ModelName, probeEvery: number, way?: 'loop' | 'fit' | 'mixed'): Promise<void>
  /** Trains so many steps, or as many more as the way of training wants. */
  run(steps: number): Promise<Block>
  /** What one step asks of the device. */
  count(): Promise<{
    readonly dispatches: number
    readonly kinds: Readonly<Record<string, number>>
    readonly peakBytes: number
  }>
  stop(): Promise<void>
  /** Trains so many steps as a run does; how many lie between two of its last probes, and the share it says they cost. */
  probes?(name: ModelName, steps: number): Promise<{ readonly between: number; readonly share: number }>
  /** Trains from these weights on this one batch; the loss before each step. */
  curve?(name: ModelName, steps: number, given: Given): Promise<readonly number[]>
}

/** Where nets are trained: WebGPU, or what the place has written down before it loaded this. */
export function benchBackend(): 'webgpu' | 'wasm' {
  return (globalThis as { benchBackend?: 'wasm' }).benchBackend ?? 'webgpu'
}

/** The threads that WebAssembly computes with, where the place has written them down before it loaded this. */
export function benchThreads(): ThreadHost | null {
  return (globalThis as { benchThreads?: ThreadHost }).benchThreads ?? null
}

/** Milliseconds of processor time of this process, where that can be asked. */
export function processorTime(): number | null {
  const host = (globalThis as { process?: { cpuUsage?: () => { user: number; system: number } } }).process
  const used = host?.cpuUsage?.()
  return used === undefined ? null : (used.user + used.system) / 1000
}
