/** The published architectures that ship in `examples/architectures`. */
import { alexnet, lenet5, mobilenetV1, resnet50, unet, vgg16 } from './convolutional'
import type { Architecture } from './shared'
import { bertBase, gpt1, gpt2Small, gpt2Xl, transformerBase, vitB16 } from './transformers'

export const architectures: readonly Architecture[] = [
  lenet5,
  alexnet,
  vgg16,
  resnet50,
  mobilenetV1,
  unet,
  transformerBase,
  bertBase,
  gpt1,
  gpt2Small,
  gpt2Xl,
  vitB16,
]
