/** What a recording needs of memory, and its commands with the buffers where they came to lie. */
import { planMemory, type MemoryPlan, type Need } from './plan'
import { isStandIn } from './stand-in'
import { writes, type Command } from './tape'

/** Every command of a recording touches memory that some plan has a place for, or that stays where it is. */
export interface Placed {
  readonly needs: readonly Need[]
  readonly plan: MemoryPlan
  /** Which need each stand-in is. */
  readonly indices: ReadonlyMap<GPUBuffer, number>
}

/** Buffers that a command touches: those that it reads, and those that it writes. */
function touched(command: Command): { readonly read: GPUBuffer[]; readonly written: GPUBuffer[] } {
  if (command.kind === 'copy') return { read: [command.from], written: [command.to] }
  const writing = writes(command.pipeline)
  const { bindings } = command.group
  return {
    read: bindings.filter((_, binding) => !writing.has(binding)).map(({ buffer }) => buffer),
    written: bindings.filter((_, binding) => writing.has(binding)).map(({ buffer }) => buffer),
  }
}

/** Finds a place for everything that stands in for a buffer. `output` is read when all is done. */
export function place({ limits }: GPUDevice, commands: readonly Command[], output: GPUBuffer): Placed {
  const indices = new Map<GPUBuffer, number>()
  const needs: { size: number; first: number; last: number }[] = []
  const apart: [number, number][] = []
  const touch = (buffer: GPUBuffer, at: number): number | null => {
    if (!isStandIn(buffer)) return null
    const index = indices.get(buffer) ?? needs.length
    indices.set(buffer, index)
    const need = (needs[index] ??= { size: buffer.size, first: at, last: at })
    need.last = at
    return index
  }
  for (const [at, command] of commands.entries()) {
    const { read, written } = touched(command)
    const reads = read.map((buffer) => touch(buffer, at))
    for (const buffer of written) {
      const one = touch(buffer, at)
      for (const other of reads) if (one !== null && other !== null) apart.push([one, other])
    }
  }
  touch(output, commands.length)
  const plan = planMemory({
    needs,
    apart,
    alignment: limits.minStorageBufferOffsetAlignment,
    most: limits.maxBufferSize,
  })
  return { needs, plan, indices }
}

/** A part of a buffer. */
export interface Part {
  readonly buffer: GPUBuffer
  readonly offset: number
}

export type BoundCommand =
  | {
      readonly kind: 'dispatch'
      readonly pipeline: GPUComputePipeline
      readonly bindGroup: GPUBindGroup
      readonly groups: readonly [number, number, number]
    }
  | { readonly kind: 'copy'; readonly from: Part; readonly to: Part; readonly bytes: number }

/** Where a buffer of a recording lies. */
function partOf({ plan, indices }: Placed, slabs: readonly GPUBuffer[], buffer: GPUBuffer): Part {
  const index = indices.get(buffer)
  const found = index === undefined ? undefined : plan.places[index]
  if (found === undefined) return { buffer, offset: 0 }
  return { buffer: slabs[found.slab] as GPUBuffer, offset: found.offset }
}

/** The commands on these slabs, and where the numbers of the step are afterwards. */
export function bind(
  device: GPUDevice,
  commands: readonly Command[],
  output: GPUBuffer,
  placed: Placed,
  slabs: readonly GPUBuffer[],
): { readonly commands: readonly BoundCommand[]; readonly output: Part } {
  const part = (buffer: GPUBuffer, offset: number): Part => {
    const found = partOf(placed, slabs, buffer)
    return { buffer: found.buffer, offset: found.offset + offset }
  }
  const bound = commands.map((command): BoundCommand => {
    if (command.kind === 'copy') {
      const { from, fromOffset, to, toOffset, bytes } = command
      return { kind: 'copy', from: part(from, fromOffset), to: part(to, toOffset), bytes }
    }
    const { layout, bindings } = command.group
    const entries = bindings.map(({ buffer, offset = 0, size = buffer.size - offset }, binding) => ({
      binding,
      resource: { ...part(buffer, offset), size },
    }))
    const { pipeline, groups } = command
    return { kind: 'dispatch', pipeline, bindGroup: device.createBindGroup({ layout, entries }), groups }
  })
  return { commands: bound, output: part(output, 0) }
}
