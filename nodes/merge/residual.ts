/**
 * A shortcut around a branch (He et al. 2016): x + branch. Where the branch changed the channels or took every second
 * place, the shortcut can learn a projection: every s-th place of x times a kernel, a 1 × 1 convolution with strides.
 */
import { defineNode } from '../kit/define'
import { featureCount, lastSize } from '../kit/features'
import { bool, choice, initialiser } from '../kit/fields'
import { kerasMerge } from '../kit/merge'
import { formatShape, refuse, sameShape, tensor, type Refusal, type Spec } from '../kit/spec'
import type { TorchEmit } from '../kit/torch'

const helper = `class Residual(nn.Module):
    """Every stride-th place of x through a linear map, plus the branch (He et al. 2016)."""

    def __init__(self, in_features, out_features, strides, bias):
        super().__init__()
        self.strides = tuple(strides)
        self.weight = nn.Parameter(torch.empty(out_features, in_features))
        self.bias = nn.Parameter(torch.zeros(out_features)) if bias else None

    def forward(self, x, branch):
        places = (slice(None),) + tuple(slice(None, None, stride) for stride in self.strides)
        return F.linear(x[places], self.weight, self.bias) + branch
`

/** How many places of x lie between those that meet the branch, axis by axis; or why the two do not fit. */
function stridesOf(x: Spec, branch: Spec): readonly number[] | Refusal {
  const wrong = refuse(
    `Residual can project x (${formatShape(x.shape)}) to other channels, and to every second, third or so place, but ` +
      `that does not give ${formatShape(branch.shape)}.`,
  )
  if (x.shape.length !== branch.shape.length) return wrong
  const strides: number[] = []
  for (const [at, from] of x.shape.slice(1, -1).entries()) {
    const to = branch.shape[at + 1]
    if (from === to) strides.push(1)
    else if (typeof from !== 'number' || typeof to !== 'number') return wrong
    else {
      const stride = Math.ceil(from / to)
      if (Math.ceil(from / stride) !== to) return wrong
      strides.push(stride)
    }
  }
  return strides
}

/** The same where `infer` has agreed. */
function agreedStrides(x: Spec, branch: Spec): readonly number[] {
  const strides = stridesOf(x, branch)
  return 'refused' in strides ? [] : strides
}

export const residual = defineNode({
  role: 'layer',
  type: 'residual',
  version: 1,
  title: 'Residual',
  family: 'merge',
  doc: 'Adds a shortcut to what a branch made of it, so that the branch has only the difference to learn. Deep nets train because of it.',
  synonyms: ['shortcut', 'skip connection', 'resnet', 'add', 'projection', 'identity'],
  fields: {
    shortcut: choice(['same', 'project'], {
      initial: 'same',
      doc: 'same adds x as it is. project learns a map of x to the channels and places of the branch, as a 1 × 1 convolution.',
    }),
    useBias: bool({ initial: false, doc: 'Adds one learned number to every channel of the projection.' }),
    kernelInitialiser: initialiser({
      initial: { kind: 'glorotUniform' },
      doc: 'How the first weights of the projection are drawn.',
    }),
    biasInitialiser: initialiser({ initial: { kind: 'zeros' }, doc: 'How its first biases are drawn.' }),
  },
  inputs: {
    x: { doc: 'What went into the branch.' },
    branch: { doc: 'What came out of it.' },
  },
  outputs: { y: { doc: 'The shape of the branch.' } },
  summary: (p) => (p.shortcut === 'project' ? 'projected' : ''),
  infer: ({ x, branch }, p) => {
    if (p.shortcut === 'same') {
      return sameShape(x.shape, branch.shape)
        ? { y: tensor(branch.shape) }
        : refuse(
            `Residual adds values of one shape, but x is ${formatShape(x.shape)} and the branch ${formatShape(branch.shape)}. ` +
              'Set the shortcut to project.',
          )
    }
    const [from, to] = [featureCount('Residual', 'x', x), featureCount('Residual', 'branch', branch)]
    if (typeof from !== 'number') return from
    if (typeof to !== 'number') return to
    const strides = stridesOf(x, branch)
    return 'refused' in strides ? strides : { y: tensor(branch.shape) }
  },
  weights: ({ x, branch }, p) => {
    if (p.shortcut === 'same') return {}
    const features = lastSize(branch)
    return {
      kernel: { shape: [lastSize(x), features], initialiser: p.kernelInitialiser, trainable: true },
      ...(p.useBias ? { bias: { shape: [features], initialiser: p.biasInitialiser, trainable: true } } : {}),
    }
  },
  multiplyAdds: ({ x, branch }, p) => {
    if (p.shortcut === 'same') return 0
    const places = branch.shape
      .slice(1)
      .reduce<number>((n, dim) => n * (typeof dim === 'number' ? dim : 1), 1)
    return places * lastSize(x)
  },
  compute: ({ tf, inputs: { x, branch }, p, weights }) => {
    if (p.shortcut === 'same') return { y: tf.add(x, branch) }
    let sparse = x
    for (let axis = 1; axis < x.rank - 1; axis++) {
      const [from = 1, to = 1] = [sparse.shape[axis], branch.shape[axis]]
      if (from === to) continue
      // Every s-th place: zeros fill the axis up to whole strides, of which the first place is kept.
      const stride = Math.ceil(from / to)
      const fill = sparse.shape.map((_, at): [number, number] => [0, at === axis ? to * stride - from : 0])
      const rows = [...sparse.shape.slice(0, axis), to, stride, ...sparse.shape.slice(axis + 1)]
      const kept = rows.map((size, at) => (at === axis + 1 ? 1 : size))
      const whole = tf.reshape(tf.pad(sparse, fill), rows)
      const first = tf.slice(
        whole,
        rows.map(() => 0),
        kept,
      )
      sparse = tf.reshape(first, kept.toSpliced(axis + 1, 1))
    }
    const flat = tf.reshape(sparse, [-1, x.shape[x.rank - 1] ?? 1])
    const projected = tf.reshape(tf.matMul(flat, weights['kernel']!), branch.shape)
    return { y: tf.add(p.useBias ? tf.add(projected, weights['bias']!) : projected, branch) }
  },
  emit: {
    torch: (p, { x, branch }): TorchEmit =>
      p.shortcut === 'same'
        ? { call: 'torch.add', args: {}, tensors: [] }
        : {
            call: 'wiregrad.Residual',
            args: {
              in_features: lastSize(x),
              out_features: lastSize(branch),
              strides: agreedStrides(x, branch),
              bias: p.useBias,
            },
            tensors: [
              { name: 'weight', parts: [{ weight: 'kernel', permute: [1, 0] }] },
              ...(p.useBias ? [{ name: 'bias', parts: [{ weight: 'bias' }] }] : []),
            ],
            helpers: [helper],
          },
    onnx: (g, { x, branch }, p, specs) => {
      if (p.shortcut === 'same') return { y: g.op('Add', [x, branch]) }
      const strides = agreedStrides(specs.x, specs.branch)
      const sparse = strides.some((stride) => stride !== 1)
        ? g.op('Slice', [
            x,
            g.ints(strides.map(() => 0)),
            g.ints(strides.map(() => 2 ** 31 - 1)),
            g.ints(strides.map((_, at) => at + 1)),
            g.ints(strides),
          ])
        : x
      const projected = g.op('MatMul', [sparse, g.weight('kernel')])
      return { y: g.op('Add', [p.useBias ? g.op('Add', [projected, g.weight('bias')]) : projected, branch]) }
    },
    keras: (k, { x, branch }, p, specs) => {
      const both = [specs.branch, specs.branch]
      if (p.shortcut === 'same') return { y: kerasMerge(k, 'Add', [x, branch], both) }
      const strides = agreedStrides(specs.x, specs.branch)
      const places = strides.length
      const [from, units] = [lastSize(specs.x), lastSize(specs.branch)]
      const shared = { activation: 'linear', use_bias: p.useBias }
      const strided = strides.some((stride) => stride !== 1)
      if (strided && places > 3)
        return refuse('Keras has no convolution with strides over more than three axes of places.')
      const kernel = strided
        ? { path: 'vars/0', parts: [{ weight: 'kernel', reshape: [...strides.map(() => 1), from, units] }] }
        : { path: 'vars/0', parts: [{ weight: 'kernel' }] }
      const projected = k.layer({
        layer: strided ? `Conv${places}D` : 'Dense',
        config: strided
          ? {
              filters: units,
              kernel_size: strides.map(() => 1),
              strides: [...strides],
              padding: 'valid',
              data_format: 'channels_last',
              dilation_rate: strides.map(() => 1),
              groups: 1,
              ...shared,
            }
          : { units, ...shared },
        inputs: [x],
        weights: [kernel, ...(p.useBias ? [{ path: 'vars/1', parts: [{ weight: 'bias' }] }] : [])],
        outputs: [specs.branch],
      })
      return { y: kerasMerge(k, 'Add', [projected, branch], both) }
    },
  },
  idle: (field, p) => {
    if (field === 'shortcut' || p.shortcut === 'project')
      return field === 'biasInitialiser' && !p.useBias ? 'there is no bias to draw' : null
    return 'x is added as it is'
  },
  cases: [
    { inputs: { x: tensor([null, 3]), branch: tensor([null, 3]) } },
    { inputs: { x: tensor([null, 'T', 2]), branch: tensor([null, 'T', 2]) } },
    {
      inputs: { x: tensor([null, 3]), branch: tensor([null, 2]) },
      params: { shortcut: 'project', useBias: true },
    },
    {
      inputs: { x: tensor([null, 'T', 2]), branch: tensor([null, 'T', 3]) },
      params: { shortcut: 'project' },
    },
    {
      inputs: { x: tensor([null, 4, 5, 2]), branch: tensor([null, 2, 3, 3]) },
      params: { shortcut: 'project', useBias: true },
    },
    { inputs: { x: tensor([null, 5, 2]), branch: tensor([null, 2, 2]) }, params: { shortcut: 'project' } },
    { inputs: { x: tensor([null, 3]), branch: tensor([null, 2]) }, refused: 'Set the shortcut to project' },
    {
      inputs: { x: tensor([null, 4, 2]), branch: tensor([null, 3, 2]) },
      params: { shortcut: 'project' },
      refused: 'does not give',
    },
    {
      inputs: { x: tensor([null, 4, 2]), branch: tensor([null, 2]) },
      params: { shortcut: 'project' },
      refused: 'does not give',
    },
  ],
  migrations: [],
})
