/**
 * What stands for a buffer while a step is recorded. It has a size and no memory: where it lies is found when the whole
 * recording is known, and it is known then how long it is needed.
 */
import { storageUsage } from '../../backend/webgpu/inside'

const standIns = new WeakSet<GPUBuffer>()

/** Takes the place of a buffer that tensors are kept in. tfjs asks what class it is of. */
export function standIn(size: number): GPUBuffer {
  const own = {
    size,
    usage: storageUsage(),
    mapState: 'unmapped',
    label: 'stand-in',
    destroy: () => undefined,
  }
  const properties = Object.fromEntries(Object.entries(own).map(([name, value]) => [name, { value }]))
  const made = Object.create(GPUBuffer.prototype, properties) as GPUBuffer
  standIns.add(made)
  return made
}

export function isStandIn(buffer: GPUBuffer): boolean {
  return standIns.has(buffer)
}

/** A bind group that has yet to be made. */
export interface GroupToBe {
  readonly layout: GPUBindGroupLayout
  readonly bindings: readonly GPUBufferBinding[]
}

const groups = new WeakMap<GPUBindGroup, GroupToBe>()

/** What `createBindGroup` gives while a step is recorded. */
export function groupToBe({ layout, entries }: GPUBindGroupDescriptor): GPUBindGroup {
  const bindings: GPUBufferBinding[] = []
  for (const { binding, resource } of entries) {
    if (resource instanceof GPUBuffer) bindings[binding] = { buffer: resource }
    else if ('buffer' in resource) bindings[binding] = resource
    else throw new Error('A dispatch was recorded that reads something else than a buffer.')
  }
  const made = {} as GPUBindGroup
  groups.set(made, { layout, bindings })
  return made
}

/** What is to be in a bind group that was made while a step was recorded. */
export function groupOf(bindGroup: GPUBindGroup): GroupToBe {
  const known = groups.get(bindGroup)
  if (known === undefined) throw new Error('A dispatch was recorded with a bind group of another time.')
  return known
}
