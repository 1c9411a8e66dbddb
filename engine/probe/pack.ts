/**
 * The numbers of one probe while they are gathered. On a device every tensor becomes a small one, and all of these one
 * that is read; where tensors lie in this process's own memory they are measured in place, since there an operation of
 * tfjs costs more than a loop over a small tensor.
 */
import type * as Tf from '@tensorflow/tfjs'
import { wasmInside } from '../backend/wasm/inside'
import { webgpuInside } from '../backend/webgpu/inside'
import { createDevicePack } from './device-pack'
import { createHeapPack } from './heap-pack'
import { createHostPack } from './host-pack'
import type { Flatness } from './layout'
import type { Measured } from './numbers'
import { isInOwnMemory } from './own-memory'
import { createWebgpuPack } from './webgpu-pack'

export interface Pack {
  /** `normWidth` numbers. */
  norm(value: Tf.Tensor): Measured
  /**
   * Takes hold of values that are about to be written over; what is returned measures what they have changed to since,
   * `normWidth` numbers of now − before of each. `inPlace`: the numbers of these very tensors will be others.
   */
  changes(values: readonly Tf.Tensor[], inPlace: boolean): (now: readonly Tf.Tensor[]) => readonly Measured[]
  /** `momentsWidth` numbers. */
  moments(value: Tf.Tensor): Measured
  /** `momentsWidth` + `unitsWidth` numbers; units stand on the last axis. */
  output(value: Tf.Tensor, flatness: Flatness): Measured
  /** [r, mean of (x / r)²] of the first tenth of the steps of a gradient B × T × …, then of the last tenth. */
  time(gradient: Tf.Tensor): Measured
  /** How many numbers there are. */
  readonly size: number
  /** All of them; kept, and the caller's. */
  finish(): Tf.Tensor1D
  /** Ends it without a result. */
  discard(): void
}

export function createPack(tf: typeof Tf): Pack {
  const inside = webgpuInside(tf)
  if (inside !== null) return createWebgpuPack(tf, inside)
  const heap = wasmInside(tf)
  if (heap !== null) return createHeapPack(tf, heap)
  return isInOwnMemory(tf) ? createHostPack(tf) : createDevicePack(tf)
}
