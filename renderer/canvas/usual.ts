/**
 * What usually stands next to what in a network, so that a list of all that takes a wire begins with what is likely. A
 * matter of habit, not of what is possible: that is asked of the nodes themselves.
 */
import type { Node } from '../../engine/graph/document'
import type { Catalogue, Definition } from '../../nodes/kit/define'
import { sameShape, type Spec } from '../../nodes/kit/spec'

/** Types in the order in which they are likely. What cannot take the shape is passed over. */
type Habit = readonly string[]

const losses: Habit = [
  'sparse-categorical-crossentropy',
  'categorical-crossentropy',
  'binary-crossentropy',
  'mean-squared-error',
]

/** Of what follows, by type, else by family. */
export const following: Readonly<Record<string, Habit>> = {
  io: ['embedding', 'conv2d', 'conv1d', 'lstm', 'gru', 'dense', 'flatten', 'batch-norm', 'conv3d', 'reshape'],
  core: ['activation', 'dropout', 'dense', ...losses, 'batch-norm', 'layer-norm', 'output', 'add'],
  activation: [
    ...['conv2d', 'conv1d', 'max-pool2d', 'max-pool1d', 'dense', 'dropout', 'batch-norm', 'flatten'],
    ...[...losses, 'output'],
  ],
  dropout: ['conv2d', 'conv1d', 'dense', 'add', 'layer-norm', 'flatten', ...losses, 'output'],
  conv: [
    ...['activation', 'batch-norm', 'max-pool2d', 'max-pool1d', 'max-pool3d', 'conv2d', 'conv1d', 'conv3d'],
    ...['dropout', 'spatial-dropout', 'flatten', 'global-average-pool2d', 'global-average-pool1d', 'add'],
  ],
  pool: ['conv2d', 'conv1d', 'conv3d', 'flatten', 'dropout', 'batch-norm', 'dense'],
  norm: ['activation', 'max-pool2d', 'max-pool1d', 'conv2d', 'conv1d', 'dense', 'dropout', 'add', 'flatten'],
  'layer-norm': ['multi-head-attention', 'feed-forward', 'dense', 'add', 'output-embedding', 'activation'],
  merge: ['activation', 'layer-norm', 'batch-norm', 'conv2d', 'conv1d', 'dense', 'dropout', 'add'],
  embedding: [
    ...['position-embedding', 'lstm', 'gru', 'multi-head-attention', 'encoder-block', 'conv1d', 'dropout'],
    ...['masked-mean', 'flatten', 'dense'],
  ],
  'position-embedding': [
    ...['encoder-block', 'decoder-block', 'multi-head-attention', 'dropout', 'layer-norm'],
  ],
  sequence: [
    'dense',
    'dropout',
    'layer-norm',
    'lstm',
    'gru',
    'last-step',
    'masked-mean',
    ...losses,
    'output',
  ],
  attention: [
    ...['dropout', 'add', 'layer-norm', 'feed-forward', 'encoder-block', 'decoder-block', 'dense'],
    ...['output-embedding', ...losses, 'output'],
  ],
  shape: ['conv2d', 'conv1d', 'dense', 'dropout', 'activation', 'add', ...losses, 'output'],
  training: ['dense', 'conv2d', 'conv1d', 'add'],
}
/** The whole picture in one number for each sample: no images are left for a convolution, and nothing to flatten. */
const afterGlobalPool: Habit = ['dense', 'dropout', 'batch-norm', 'activation', ...losses, 'output']
/** Of blocks, and of what no table knows. */
const afterAnything: Habit = [
  ...['activation', 'batch-norm', 'layer-norm', 'conv2d', 'conv1d', 'max-pool2d', 'dense', 'dropout', 'add'],
  ...['flatten', ...losses, 'output'],
]

/** Smaller is likelier; the same for all that nobody has a habit of. */
export type Likelihood = (definition: Definition) => number

function habitAfter(type: string, family: string | undefined): Habit {
  if (type.startsWith('global-')) return afterGlobalPool
  return following[type] ?? following[family ?? ''] ?? afterAnything
}

function placeIn(habit: Habit, { type }: Definition): number {
  const place = habit.indexOf(type)
  return place === -1 ? habit.length : place
}

/** Of nodes after this one, whose output is given; `target` is what the graph's answer is compared with, where that is known. */
export function likelyAfter(
  catalogue: Catalogue,
  node: Node | undefined,
  spec: Spec | undefined,
  target: Spec | undefined,
): Likelihood {
  const habit = habitAfter(node?.type ?? '', catalogue.get(node?.type ?? '')?.family)
  const own = node?.params['activation']
  const bends = typeof own === 'string' && own !== 'linear'
  // What has the shape of the answer is probably the answer.
  const answers = spec?.kind === 'tensor' && target !== undefined && sameShape(spec.shape, target.shape)
  // Among classes of which there is one only nothing is to be told.
  const single = spec?.shape.at(-1) === 1
  return (definition) => {
    if (single && definition.type === 'categorical-crossentropy') return habit.length
    if (answers && losses.includes(definition.type)) return -1
    return definition.type === 'activation' && bends ? habit.length - 1 : placeIn(habit, definition)
  }
}

/** Of nodes before this one: those after which it is likely, and which are likely anywhere. */
export function likelyBefore(catalogue: Catalogue, node: Node | undefined): Likelihood {
  const definition = catalogue.get(node?.type ?? '')
  if (definition === undefined) return () => 0
  return (other) => {
    const habit = habitAfter(other.type, other.family)
    const place = placeIn(habit, definition)
    return place === habit.length ? Infinity : place + placeIn(afterAnything, other)
  }
}
