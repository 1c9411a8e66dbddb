/** Operations of our own on WebGPU. */
import type * as Tf from '@tensorflow/tfjs'
import { ownOperations } from '../../own-operations'
import { webgpuInside } from '../inside'

export type Info = Tf.TensorInfo

export const { operation, call } = ownOperations('webgpu', webgpuInside)
