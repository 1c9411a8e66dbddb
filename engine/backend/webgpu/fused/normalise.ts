/** Layer norm and RMS norm over the last axis in one dispatch, their gradients in two. */
import type * as Tf from '@tensorflow/tfjs'
import type { normalise as composed } from '../../../../nodes/kit/maths/transformer'
import {
  emptyTensor,
  groupsForColumns,
  groupsForRows,
  literal,
  newTensor,
  perColumn,
  perRow,
  runKernel,
  teamSize,
  type Kernel,
} from '../kernel'
import { product } from '../../sizes'
import { call, operation, type Info } from './operation'

interface Settings {
  /** Layer norm takes the mean off, RMS norm does not. */
  readonly centred: boolean
  readonly epsilon: number
}

/** WGSL of a loop over the row's places `i`, shared by the threads. */
const each = (work: string) => `for (var i = thread; i < width; i += ${teamSize}) { ${work} }`

const rowOpening = `
  let width = given.x;
  if (row >= arrayLength(&x) / width) { return; }
  let start = row * width;`

/** Bindings: y, (mean, 1 / deviation) by row, x, then gain and shift where there are any. */
function valueKernel({ centred, epsilon }: Settings, gain: boolean, shift: boolean): Kernel {
  const names = ['gain', 'shift'].filter((name) => (name === 'gain' ? gain : shift))
  const bindings = names.map(
    (name, at) => `@group(0) @binding(${3 + at}) var<storage, read> ${name}: array<f32>;`,
  )
  return {
    label: centred ? 'layer norm' : 'rms norm',
    code: `
@group(0) @binding(0) var<storage, read_write> y: array<f32>;
@group(0) @binding(1) var<storage, read_write> facts: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
${bindings.join('\n')}
@group(0) @binding(${3 + names.length}) var<uniform> given: vec4u;
${perRow()}
  ${rowOpening}
  var own = 0.0;
  var mean = 0.0;
  ${centred ? `${each('own += x[start + i];')} mean = teamSum(own, thread) / f32(width); own = 0.0;` : ''}
  ${each('let d = x[start + i] - mean; own += d * d;')}
  let scale = inverseSqrt(teamSum(own, thread) / f32(width) + ${literal(epsilon)});
  ${each(`
    let normal = (x[start + i] - mean) * scale;
    y[start + i] = normal${gain ? ' * gain[i]' : ''}${shift ? ' + shift[i]' : ''};`)}
  if (thread == 0u) {
    facts[2u * row] = mean;
    facts[2u * row + 1u] = scale;
  }
}`,
  }
}

function slopeKernel({ centred }: Settings, gain: boolean): Kernel {
  const back = `dy[start + i]${gain ? ' * gain[i]' : ''}`
  return {
    label: centred ? 'slope of layer norm' : 'slope of rms norm',
    code: `
@group(0) @binding(0) var<storage, read_write> dx: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> x: array<f32>;
@group(0) @binding(3) var<storage, read> facts: array<f32>;
${gain ? '@group(0) @binding(4) var<storage, read> gain: array<f32>;' : ''}
@group(0) @binding(${gain ? 5 : 4}) var<uniform> given: vec4u;
${perRow()}
  ${rowOpening}
  let mean = facts[2u * row];
  let scale = facts[2u * row + 1u];
  var own = 0.0;
  var along = 0.0;
  ${each(`let back = ${back}; own += back; along += back * (x[start + i] - mean) * scale;`)}
  let level = ${centred ? 'teamSum(own, thread) / f32(width)' : '0.0f'};
  let share = teamSum(along, thread) / f32(width);
  ${each(`dx[start + i] = scale * (${back} - level - (x[start + i] - mean) * scale * share);`)}
}`,
  }
}

/** dgain = Σ dy · normal and dshift = Σ dy over the rows, for a few columns a workgroup. */
const weightsKernel: Kernel = {
  label: 'slopes of gain and shift',
  code: `
@group(0) @binding(0) var<storage, read_write> dgain: array<f32>;
@group(0) @binding(1) var<storage, read_write> dshift: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read> x: array<f32>;
@group(0) @binding(4) var<storage, read> facts: array<f32>;
@group(0) @binding(5) var<uniform> given: vec4u;
${perColumn('vec2f')}
  var own = vec2f();
  for (var row = local.y; row < end; row += lanes) {
    let at = row * width + column;
    own += dy[at] * vec2f((x[at] - facts[2u * row]) * facts[2u * row + 1u], 1.0f);
  }
  let all = sumOf(own, local.xy);
  if (local.y == 0u && column < width) {
    dgain[column] = all.x;
    dshift[column] = all.y;
  }
}`,
}

const normaliseOperation = operation<
  'x' | 'gain' | 'shift',
  { centred: boolean; epsilon: number; gained: boolean }
>({
  name: 'WiregradNormalise',
  savesInputs: ['x', 'gain'],
  savesOutputs: [false, true],
  run({ inside, inputs: { x, ...weights }, attributes }) {
    const { gain, shift } = weights as { readonly gain?: Info; readonly shift?: Info }
    const width = x.shape.at(-1) ?? 1
    const rows = product(x.shape) / width
    const y = emptyTensor(inside, x.shape, 'float32')
    const facts = emptyTensor(inside, [rows, 2], 'float32')
    const kernel = valueKernel(attributes, gain !== undefined, shift !== undefined)
    const tensors = [y, facts, x, ...[gain, shift].filter((one) => one !== undefined)]
    runKernel(inside, kernel, tensors, groupsForRows(rows), [width, 0, 0, 0])
    return [y, facts]
  },
  gradient({ tf, inside, dy: [dy], saved, attributes }) {
    const x = saved[0] as Tf.Tensor
    const gain = attributes.gained ? saved[1] : undefined
    const facts = saved.at(-1) as Tf.Tensor
    const width = x.shape.at(-1) ?? 1
    const words = [width, 0, 0, 0]
    const [dgain, dshift] = [newTensor(tf, inside, [width]), newTensor(tf, inside, [width])]
    if (gain !== undefined) {
      const tensors = [dgain, dshift, dy as Tf.Tensor, x, facts]
      runKernel(
        inside,
        weightsKernel,
        tensors,
        [groupsForColumns(width), 1, 1],
        [x.size / width, width, 0, 0],
      )
    }
    return {
      x: () => {
        const dx = newTensor(tf, inside, x.shape)
        const tensors = [dx, dy as Tf.Tensor, x, facts, ...(gain === undefined ? [] : [gain])]
        const kernel = slopeKernel(attributes, gain !== undefined)
        runKernel(inside, kernel, tensors, groupsForRows(x.size / width), words)
        return dx
      },
      gain: () => dgain,
      shift: () => dshift,
    }
  },
})

/** As `normalise` of nodes/kit/maths/transformer.ts. */
export function normalise(tf: typeof Tf, x: Tf.Tensor, o: Parameters<typeof composed>[2]): Tf.Tensor {
  const { gamma: gain, beta: shift, epsilon } = o
  const settings = { centred: o.norm === 'layer', epsilon, gained: gain !== undefined }
  return call(tf, normaliseOperation, { x, gain, shift }, settings)[0] as Tf.Tensor
}
