/** Does a recorded step once more, with the numbers of another step, in one submission. */
import { flushCommands, type WebGpuInside } from '../../backend/webgpu/inside'
import type { Slot } from './readback'
import type { Recording } from './record'
import type { Command } from './tape'

function encode(encoder: GPUCommandEncoder, commands: readonly Command[]): void {
  let pass: GPUComputePassEncoder | null = null
  let pipeline: GPUComputePipeline | null = null
  for (const command of commands) {
    if (command.kind === 'copy') {
      pass?.end()
      pass = null
      pipeline = null
      const { from, fromOffset, to, toOffset, bytes } = command
      encoder.copyBufferToBuffer(from, fromOffset, to, toOffset, bytes)
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

/** The step's numbers are found in `slot` once it has been read. */
export function replay(inside: WebGpuInside, recording: Recording, step: number, slot: Slot): void {
  flushCommands(inside)
  const { device } = inside
  for (const { buffer, values } of recording.inputs) device.queue.writeBuffer(buffer, 0, values(step))
  const encoder = device.createCommandEncoder()
  encode(encoder, recording.commands)
  encoder.copyBufferToBuffer(recording.output, 0, slot.page, slot.offset, 4 * recording.outputSize)
  device.queue.submit([encoder.finish()])
}
