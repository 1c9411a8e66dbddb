/** Gradients of convolutions, which the WebAssembly backend lacks, out of its fast products and forward convolution. */
import type * as Tf from '@tensorflow/tfjs'
import type { TensorFlow } from './tfjs'
import { matMul } from './wasm-matmul'
import { view, type Info, type Kernel, type Toolbox } from './wasm-toolbox'

interface ConvAttributes {
  readonly strides: number | [number, number]
  readonly pad: 'valid' | 'same' | number
  readonly dataFormat: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
  readonly filterShape?: [number, number, number, number]
  readonly inputShape?: [number, number, number, number]
}

function convInfo(
  tf: TensorFlow,
  input: readonly number[],
  filter: readonly number[],
  attrs: ConvAttributes,
): Tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    input as [number, number, number, number],
    filter as [number, number, number, number],
    attrs.strides,
    1,
    attrs.pad,
    attrs.dimRoundingMode,
    false,
    tf.backend_util.convertConv2DDataFormat(attrs.dataFormat),
  )
}

/**
 * The stock forward kernel, whose own `same` is wrong where the kernel is shorter than its stride: there the zeros are
 * spelled out.
 */
export function conv2dForward(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const { x, filter } = inputs as { x: Info; filter: Info }
    const options = attrs as unknown as ConvAttributes
    const [down, across] =
      typeof options.strides === 'number' ? [options.strides, options.strides] : options.strides
    const [high = 1, wide = 1] = filter.shape
    if (options.pad !== 'same' || options.dataFormat !== 'NHWC' || (down <= high && across <= wide))
      return stock({ inputs, backend, attrs })
    const { top, bottom, left, right } = convInfo(box.tf, x.shape, filter.shape, options).padInfo
    const pad = [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ]
    return stock({ inputs, backend, attrs: { ...attrs, pad } })
  }
}

/** Patches of x (B, H, W, C) as rows: (B * OH * OW, KH * KW * C). */
function patches(box: Toolbox, x: Info, info: Tf.backend_util.Conv2DInfo): Info {
  const {
    padInfo: pad,
    strideHeight: sh,
    strideWidth: sw,
    outHeight: oh,
    outWidth: ow,
    batchSize,
    inChannels,
  } = info
  const padded = pad.top + pad.bottom + pad.left + pad.right > 0
  const source = padded
    ? box.run(
        'PadV2',
        { x },
        {
          paddings: [
            [0, 0],
            [pad.top, pad.bottom],
            [pad.left, pad.right],
            [0, 0],
          ],
          constantValue: 0,
        },
      )
    : x
  const columns: Info[] = []
  for (let i = 0; i < info.filterHeight; i++) {
    for (let j = 0; j < info.filterWidth; j++) {
      const part =
        sh === 1 && sw === 1
          ? box.run('Slice', { x: source }, { begin: [0, i, j, 0], size: [batchSize, oh, ow, inChannels] })
          : box.run(
              'StridedSlice',
              { x: source },
              {
                begin: [0, i, j, 0],
                end: [batchSize, i + (oh - 1) * sh + 1, j + (ow - 1) * sw + 1, inChannels],
                strides: [1, sh, sw, 1],
                beginMask: 0,
                endMask: 0,
                ellipsisMask: 0,
                newAxisMask: 0,
                shrinkAxisMask: 0,
              },
            )
      columns.push(view(part, [batchSize * oh * ow, inChannels]))
    }
  }
  if (padded) box.free(source)
  const first = columns[0]
  if (columns.length === 1 && first !== undefined) return first
  const rows = box.run('Concat', columns, { axis: 1 })
  box.free(...columns)
  return rows
}

/** dL/dfilter = patches(x)^T @ dy. */
export function conv2dBackpropFilter(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, attrs }) => {
    const { x, dy } = inputs as { x: Info; dy: Info }
    const options = attrs as unknown as ConvAttributes
    const filterShape = options.filterShape ?? [0, 0, 0, 0]
    const info = convInfo(box.tf, x.shape, filterShape, options)
    const rows = patches(box, x, info)
    const result = matMul(
      box,
      stock,
      rows,
      view(dy, [info.batchSize * info.outHeight * info.outWidth, info.outChannels]),
      true,
      false,
    )
    box.free(rows)
    return view(result, [...filterShape])
  }
}

/**
 * dL/dx for stride 1: dy, padded, convolved with the filter turned by half a turn and its channels swapped; the
 * forward convolution is fast, the stock gradient a plain loop. Other strides go to the stock kernel.
 */
export function conv2dBackpropInput(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: Info; filter: Info }
    const options = attrs as unknown as ConvAttributes
    const inputShape = options.inputShape ?? [0, 0, 0, 0]
    const info = convInfo(box.tf, inputShape, filter.shape, options)
    const top = info.filterHeight - 1 - info.padInfo.top
    const left = info.filterWidth - 1 - info.padInfo.left
    const bottom = info.inHeight - info.outHeight + info.filterHeight - 1 - top
    const right = info.inWidth - info.outWidth + info.filterWidth - 1 - left
    const simple = info.strideHeight === 1 && info.strideWidth === 1 && options.dataFormat === 'NHWC'
    if (!simple || Math.min(top, left, bottom, right) < 0) return stock({ inputs, backend, attrs })
    const turned = box.run('Reverse', { x: filter }, { dims: [0, 1] })
    const swapped = box.run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] })
    const padded = box.run(
      'PadV2',
      { x: dy },
      {
        paddings: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        constantValue: 0,
      },
    )
    const result = box.run(
      'Conv2D',
      { x: padded, filter: swapped },
      { strides: [1, 1], pad: 'valid', dataFormat: 'NHWC', dilations: [1, 1], dimRoundingMode: undefined },
    )
    box.free(turned, swapped, padded)
    return result
  }
}
