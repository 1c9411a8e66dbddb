/** Does a recorded step once more, with the numbers of another step, in one submission. */
import { flushCommands, type WebGpuInside } from '../../backend/webgpu/inside'
import type { BoundCommand, Part } from './place'
import type { Slot } from './readback'
import type { WrittenInput } from './record'

function encode(encoder: GPUCommandEncoder, commands: readonly BoundCommand[]): void {
  let pass: GPUComputePassEncoder | null = null
  let pipeline: GPUComputePipeline | null = null
  for (const command of commands) {
    if (command.kind === 'copy') {
      pass?.end()
      pass = null
      pipeline = null
      const { from, to, bytes } = command
      encoder.copyBufferToBuffer(from.buffer, from.offset, to.buffer, to.offset, bytes)
      continue
    }
    pass ??= encoder.beginComputePass()
    if (command.pipeline !== pipeline) pass.setPipeline(command.pipeline)
    pipeline = command.pipeline
    pass.setBindGroup(0, command.bindGroup)
    pass.dispatchWorkgroups(...command.groups)
  }
  pass?.end()
}

export interface Replayable {
  readonly commands: readonly BoundCommand[]
  readonly inputs: readonly WrittenInput[]
  /** Where the numbers are that the step gives. */
  readonly output: Part
  /** In numbers. */
  readonly outputSize: number
}

/** The step's numbers are found in `slot` once it has been read. */
export function replay(inside: WebGpuInside, recorded: Replayable, step: number, slot: Slot): void {
  flushCommands(inside)
  const { device } = inside
  const { output, outputSize } = recorded
  for (const { buffer, values } of recorded.inputs) device.queue.writeBuffer(buffer, 0, values(step))
  const encoder = device.createCommandEncoder()
  encode(encoder, recorded.commands)
  encoder.copyBufferToBuffer(output.buffer, output.offset, slot.page, slot.offset, 4 * outputSize)
  device.queue.submit([encoder.finish()])
}
