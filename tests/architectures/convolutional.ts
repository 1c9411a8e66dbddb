/** Convolutional architectures, from LeNet-5 to U-Net. */
import { inRow, instance, type Architecture } from './shared'

const he = { kernelInitialiser: { kind: 'heNormal' } }
const image = (size: number, channels: number) => ({
  type: 'input',
  params: { shape: [size, size, channels] },
})
const output = { type: 'output' }

export const lenet5: Architecture = {
  file: 'lenet-5',
  name: 'LeNet-5',
  notes:
    'LeCun et al. 1998, "Gradient-based learning applied to document recognition", in the form that is taught today: ' +
    '28 × 28 images padded to 32 × 32 by the first convolution, plain average pools, every map of the second ' +
    'convolution sees all six before it, and ten logits. 61,706 weights.',
  parameters: 61_706,
  batchSize: 32,
  nodes: {
    image: image(28, 1),
    c1: instance('stage', { filters: 6, padding: 'same' }),
    c3: instance('stage', { filters: 16, padding: 'valid' }),
    flatten: { type: 'flatten' },
    c5: { type: 'dense', params: { units: 120, activation: 'tanh' } },
    f6: { type: 'dense', params: { units: 84, activation: 'tanh' } },
    logits: { type: 'dense', params: { units: 10 } },
    output,
  },
  wires: inRow('image', 'c1', 'c3', 'flatten', 'c5', 'f6', 'logits', 'output'),
  blocks: {
    stage: {
      name: 'Convolution and pool',
      nodes: {
        conv: { type: 'conv2d', params: { kernelSize: [5, 5], activation: 'tanh' } },
        pool: { type: 'average-pool2d' },
      },
      wires: inRow('conv', 'pool'),
      inputs: { x: 'conv.x' },
      outputs: { y: 'pool.y' },
      promoted: { filters: { node: 'conv', field: 'filters' }, padding: { node: 'conv', field: 'padding' } },
    },
  },
}

export const alexnet: Architecture = {
  file: 'alexnet',
  name: 'AlexNet',
  notes:
    'Krizhevsky 2014, "One weird trick for parallelizing convolutional neural networks", as torchvision has it ' +
    '(torchvision.models.alexnet, 61,100,840 weights): one tower, no local response normalisation.',
  parameters: 61_100_840,
  multiplyAdds: 714_188_480,
  batchSize: 128,
  nodes: {
    image: image(224, 3),
    stage1: instance('padded', { pad: [2, 2, 2, 2], filters: 64, kernel: [11, 11], strides: [4, 4] }),
    pool1: { type: 'max-pool2d', params: { poolSize: [3, 3], strides: [2, 2] } },
    stage2: instance('padded', { pad: [2, 2, 2, 2], filters: 192, kernel: [5, 5], strides: [1, 1] }),
    pool2: { type: 'max-pool2d', params: { poolSize: [3, 3], strides: [2, 2] } },
    stage3: instance('padded', { pad: [1, 1, 1, 1], filters: 384, kernel: [3, 3], strides: [1, 1] }),
    stage4: instance('padded', { pad: [1, 1, 1, 1], filters: 256, kernel: [3, 3], strides: [1, 1] }),
    stage5: instance('padded', { pad: [1, 1, 1, 1], filters: 256, kernel: [3, 3], strides: [1, 1] }),
    pool5: { type: 'max-pool2d', params: { poolSize: [3, 3], strides: [2, 2] } },
    flatten: { type: 'flatten' },
    hidden: instance('hidden', {}, 2),
    logits: { type: 'dense', params: { units: 1000, ...he } },
    output,
  },
  wires: [
    ...inRow('image', 'stage1', 'pool1', 'stage2', 'pool2', 'stage3', 'stage4', 'stage5', 'pool5'),
    ...inRow('pool5', 'flatten', 'hidden'),
    'hidden.x -> logits.x',
    ...inRow('logits', 'output'),
  ],
  blocks: {
    padded: {
      name: 'Padded convolution',
      nodes: {
        pad: { type: 'zero-padding2d' },
        conv: { type: 'conv2d', params: { padding: 'valid', activation: 'relu', ...he } },
      },
      wires: inRow('pad', 'conv'),
      inputs: { x: 'pad.x' },
      outputs: { y: 'conv.y' },
      promoted: {
        pad: { node: 'pad', field: 'padding' },
        filters: { node: 'conv', field: 'filters' },
        kernel: { node: 'conv', field: 'kernelSize' },
        strides: { node: 'conv', field: 'strides' },
      },
    },
    hidden: {
      name: 'Dropout and dense',
      nodes: {
        drop: { type: 'dropout', params: { rate: 0.5 } },
        dense: { type: 'dense', params: { units: 4096, activation: 'relu', ...he } },
      },
      wires: inRow('drop', 'dense'),
      inputs: { x: 'drop.x' },
      outputs: { x: 'dense.y' },
    },
  },
}

export const vgg16: Architecture = {
  file: 'vgg16',
  name: 'VGG16',
  notes:
    'Simonyan & Zisserman 2015, "Very deep convolutional networks for large-scale image recognition", configuration D: ' +
    '138,357,544 weights (keras.applications.VGG16) and 15,470,264,320 multiply-adds at 224 × 224.',
  parameters: 138_357_544,
  multiplyAdds: 15_470_264_320,
  batchSize: 32,
  nodes: {
    image: image(224, 3),
    stage1: instance('conv', { filters: 64 }, 2),
    pool1: { type: 'max-pool2d' },
    stage2: instance('conv', { filters: 128 }, 2),
    pool2: { type: 'max-pool2d' },
    stage3: instance('conv', { filters: 256 }, 3),
    pool3: { type: 'max-pool2d' },
    stage4: instance('conv', { filters: 512 }, 3),
    pool4: { type: 'max-pool2d' },
    stage5: instance('conv', { filters: 512 }, 3),
    pool5: { type: 'max-pool2d' },
    flatten: { type: 'flatten' },
    hidden: instance('hidden', {}, 2),
    logits: { type: 'dense', params: { units: 1000 } },
    output,
  },
  wires: [
    ...[1, 2, 3, 4, 5].flatMap((stage) => [
      `${stage === 1 ? 'image' : `pool${stage - 1}`}.y -> stage${stage}.x`,
      `stage${stage}.x -> pool${stage}.x`,
    ]),
    ...inRow('pool5', 'flatten', 'hidden'),
    'hidden.x -> logits.x',
    ...inRow('logits', 'output'),
  ],
  blocks: {
    conv: {
      name: 'Convolution 3 × 3',
      nodes: { conv: { type: 'conv2d', params: { kernelSize: [3, 3], activation: 'relu', ...he } } },
      inputs: { x: 'conv.x' },
      outputs: { x: 'conv.y' },
      promoted: { filters: { node: 'conv', field: 'filters' } },
    },
    hidden: {
      name: 'Dense and dropout',
      nodes: {
        dense: { type: 'dense', params: { units: 4096, activation: 'relu', ...he } },
        drop: { type: 'dropout', params: { rate: 0.5 } },
      },
      wires: inRow('dense', 'drop'),
      inputs: { x: 'dense.x' },
      outputs: { x: 'drop.y' },
    },
  },
}

/** Filters of the three convolutions of a bottleneck. */
const bottleneck = (filters: number) => ({ first: filters, second: filters, third: 4 * filters })
const norm = { type: 'batch-norm', params: { epsilon: 1.001e-5 } }
const relu = { type: 'activation', params: { function: 'relu' } }
const resnetStages = [
  [64, 3, 1],
  [128, 4, 2],
  [256, 6, 2],
  [512, 3, 2],
] as const

const bottleneckNodes = {
  conv1: { type: 'conv2d', params: { kernelSize: [1, 1], padding: 'valid', ...he } },
  norm1: norm,
  relu1: relu,
  conv2: { type: 'conv2d', params: { kernelSize: [3, 3], ...he } },
  norm2: norm,
  relu2: relu,
  conv3: { type: 'conv2d', params: { kernelSize: [1, 1], ...he } },
  norm3: norm,
  add: { type: 'add' },
  relu3: relu,
}
const bottleneckWires = inRow(
  ...['conv1', 'norm1', 'relu1', 'conv2', 'norm2', 'relu2', 'conv3', 'norm3', 'add.xs'],
)
const bottleneckSettings = {
  first: { node: 'conv1', field: 'filters' },
  second: { node: 'conv2', field: 'filters' },
  third: { node: 'conv3', field: 'filters' },
}

export const resnet50: Architecture = {
  file: 'resnet-50',
  name: 'ResNet-50',
  notes:
    'He et al. 2016, "Deep residual learning for image recognition", as keras.applications.ResNet50 has it: the stride ' +
    'stands in the first 1 × 1 convolution and convolutions keep their biases. 25,636,712 weights with the moving ' +
    'statistics of its normalisations.',
  parameters: 25_636_712,
  batchSize: 32,
  nodes: {
    image: image(224, 3),
    pad1: { type: 'zero-padding2d', params: { padding: [3, 3, 3, 3] } },
    conv1: {
      type: 'conv2d',
      params: { filters: 64, kernelSize: [7, 7], strides: [2, 2], padding: 'valid', ...he },
    },
    norm1: norm,
    relu1: relu,
    pad2: { type: 'zero-padding2d', params: { padding: [1, 1, 1, 1] } },
    pool1: { type: 'max-pool2d', params: { poolSize: [3, 3], strides: [2, 2] } },
    ...Object.fromEntries(
      resnetStages.flatMap(([filters, count, stride], at) => [
        [
          `stage${at + 2}a`,
          instance('projection', {
            ...bottleneck(filters),
            skip: 4 * filters,
            strides: [stride, stride],
            skip_strides: [stride, stride],
          }),
        ],
        [`stage${at + 2}b`, instance('identity', bottleneck(filters), count - 1)],
      ]),
    ),
    mean: { type: 'global-average-pool2d' },
    logits: { type: 'dense', params: { units: 1000 } },
    output,
  },
  wires: [
    ...inRow('image', 'pad1', 'conv1', 'norm1', 'relu1', 'pad2', 'pool1', 'stage2a'),
    ...[2, 3, 4, 5].flatMap((stage) => [
      `stage${stage}a.x -> stage${stage}b.x`,
      `stage${stage}b.x -> ${stage === 5 ? 'mean' : `stage${stage + 1}a`}.x`,
    ]),
    ...inRow('mean', 'logits', 'output'),
  ],
  blocks: {
    projection: {
      name: 'Bottleneck with projection',
      nodes: {
        entry: { type: 'input' },
        skip: { type: 'conv2d', params: { kernelSize: [1, 1], padding: 'valid', ...he } },
        skip_norm: norm,
        ...bottleneckNodes,
      },
      wires: [
        ...inRow('entry', 'skip', 'skip_norm', 'add.xs'),
        ...inRow('entry', 'conv1'),
        ...bottleneckWires,
        ...inRow('add', 'relu3'),
      ],
      inputs: { x: 'entry.x' },
      outputs: { x: 'relu3.y' },
      promoted: {
        ...bottleneckSettings,
        strides: { node: 'conv1', field: 'strides' },
        skip: { node: 'skip', field: 'filters' },
        skip_strides: { node: 'skip', field: 'strides' },
      },
    },
    identity: {
      name: 'Bottleneck',
      nodes: { entry: { type: 'input' }, ...bottleneckNodes },
      wires: [
        ...inRow('entry', 'add.xs'),
        ...inRow('entry', 'conv1'),
        ...bottleneckWires,
        ...inRow('add', 'relu3'),
      ],
      inputs: { x: 'entry.x' },
      outputs: { x: 'relu3.y' },
      promoted: bottleneckSettings,
    },
  },
}

/** Filters and strides of the 13 separable convolutions. */
const mobilenet = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
] as const
const relu6 = { type: 'activation', params: { function: 'relu6' } }
const mobileNorm = { type: 'batch-norm', params: { epsilon: 1e-3 } }

export const mobilenetV1: Architecture = {
  file: 'mobilenet-v1',
  name: 'MobileNetV1',
  notes:
    'Howard et al. 2017, "MobileNets", width 1.0 at 224 × 224: 4,253,864 weights with moving statistics ' +
    '(keras.applications.MobileNet) and 568,740,352 multiply-adds (the paper: 569 million).',
  parameters: 4_253_864,
  multiplyAdds: 568_740_352,
  batchSize: 64,
  nodes: {
    image: image(224, 3),
    conv: { type: 'conv2d', params: { filters: 32, strides: [2, 2], useBias: false, ...he } },
    norm: mobileNorm,
    relu: relu6,
    ...Object.fromEntries(
      mobilenet.map(([filters, stride], at) => [
        `part${at + 1}`,
        instance('separable', { filters, strides: [stride, stride] }),
      ]),
    ),
    mean: { type: 'global-average-pool2d' },
    drop: { type: 'dropout', params: { rate: 0.001 } },
    logits: { type: 'dense', params: { units: 1000 } },
    output,
  },
  wires: inRow(
    'image',
    'conv',
    'norm',
    'relu',
    ...mobilenet.map((_, at) => `part${at + 1}`),
    'mean',
    'drop',
    'logits',
    'output',
  ),
  blocks: {
    separable: {
      name: 'Separable convolution',
      nodes: {
        depthwise: { type: 'depthwise-conv2d', params: { useBias: false } },
        norm1: mobileNorm,
        relu1: relu6,
        pointwise: { type: 'conv2d', params: { kernelSize: [1, 1], useBias: false, ...he } },
        norm2: mobileNorm,
        relu2: relu6,
      },
      wires: inRow('depthwise', 'norm1', 'relu1', 'pointwise', 'norm2', 'relu2'),
      inputs: { x: 'depthwise.x' },
      outputs: { y: 'relu2.y' },
      promoted: {
        filters: { node: 'pointwise', field: 'filters' },
        strides: { node: 'depthwise', field: 'strides' },
      },
    },
  },
}

const levels = [64, 128, 256, 512] as const
/** Rows and columns cut off the skip of each level on every side, as in the paper's figure 1. */
const crops = [88, 40, 16, 4] as const

/**
 * The U: down on the left, up on the right, a row a level, so that each skip crosses straight over; with room for the
 * shapes on the wires, and no larger than a window can show with its titles.
 */
const unetRow = 136
const unetFoot = (levels.length - 1) * unetRow + 112
const unetPlaces: Architecture['places'] = {
  image: [0, 0],
  ...Object.fromEntries(
    levels.flatMap((_, at): [string, readonly [number, number]][] => [
      [`pool${at + 1}`, [0, at + 1 < levels.length ? (at + 1) * unetRow : unetFoot]],
      [`down${at + 1}`, [354, at * unetRow]],
      // Its port for the skip is the first of several, so lower on the card than the only one opposite.
      [`up${at + 1}`, [884, at * unetRow - 16]],
    ]),
  ),
  bottom: [560, unetFoot],
  logits: [1228, 0],
  output: [1500, 0],
}

export const unet: Architecture = {
  file: 'u-net',
  name: 'U-Net',
  notes:
    'Ronneberger et al. 2015, "U-Net: convolutional networks for biomedical image segmentation": unpadded 3 × 3 ' +
    'convolutions, 2 × 2 up-convolutions with biases, skips cropped, 572 × 572 × 1 in and 388 × 388 × 2 out. 31,030,658 weights.',
  parameters: 31_030_658,
  batchSize: 1,
  places: unetPlaces,
  nodes: {
    image: image(572, 1),
    ...Object.fromEntries(
      levels.flatMap((filters, at) => [
        [`down${at + 1}`, instance('double', { first: filters, second: filters })],
        [`pool${at + 1}`, { type: 'max-pool2d' }],
        [
          `up${at + 1}`,
          instance('up', {
            narrow: filters,
            crop: [crops[at], crops[at], crops[at], crops[at]],
            first: filters,
            second: filters,
          }),
        ],
      ]),
    ),
    bottom: instance('double', { first: 1024, second: 1024 }),
    logits: { type: 'conv2d', params: { filters: 2, kernelSize: [1, 1], ...he } },
    output,
  },
  wires: [
    ...inRow(
      'image',
      'down1',
      'pool1',
      'down2',
      'pool2',
      'down3',
      'pool3',
      'down4',
      'pool4',
      'bottom',
      'up4',
      'up3',
      'up2',
      'up1',
    ),
    ...[1, 2, 3, 4].map((level) => `down${level}.y -> up${level}.skip`),
    ...inRow('up1', 'logits', 'output'),
  ],
  blocks: {
    double: {
      name: 'Two convolutions',
      nodes: {
        conv1: { type: 'conv2d', params: { padding: 'valid', activation: 'relu', ...he } },
        conv2: { type: 'conv2d', params: { padding: 'valid', activation: 'relu', ...he } },
      },
      wires: inRow('conv1', 'conv2'),
      inputs: { x: 'conv1.x' },
      outputs: { y: 'conv2.y' },
      promoted: { first: { node: 'conv1', field: 'filters' }, second: { node: 'conv2', field: 'filters' } },
    },
    up: {
      name: 'Up-convolution and skip',
      nodes: {
        up: {
          type: 'conv2d-transpose',
          params: { kernelSize: [2, 2], strides: [2, 2], padding: 'valid', ...he },
        },
        crop: { type: 'cropping2d' },
        join: { type: 'concatenate' },
        conv1: { type: 'conv2d', params: { padding: 'valid', activation: 'relu', ...he } },
        conv2: { type: 'conv2d', params: { padding: 'valid', activation: 'relu', ...he } },
      },
      wires: ['crop.y -> join.xs', 'up.y -> join.xs', ...inRow('join', 'conv1', 'conv2')],
      inputs: { x: 'up.x', skip: 'crop.x' },
      outputs: { y: 'conv2.y' },
      promoted: {
        narrow: { node: 'up', field: 'filters' },
        crop: { node: 'crop', field: 'cropping' },
        first: { node: 'conv1', field: 'filters' },
        second: { node: 'conv2', field: 'filters' },
      },
    },
  },
}
