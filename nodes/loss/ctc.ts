/** Connectionist temporal classification (Graves et al. 2006): labels without knowing when each of them happens. */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { bool, choice } from '../kit/fields'
import { ctcLosses } from '../kit/maths/ctc'
import { formatShape, lossValue, refuse, sameShape, tensor, tokens, type Spec } from '../kit/spec'

const labels = (shape: Spec['shape']): Spec => ({ kind: 'target', dtype: 'int32', shape })

const helper = `def ctc_loss(prediction, target, lengths=None, *, blank, per_label):
    """CTC from scores (batch, time, classes); labels that are blank or below zero are passed over."""
    batch, time, classes = prediction.shape
    blank = 0 if blank == "first" else classes - 1
    target = target.long()
    labels = (target >= 0) & (target != blank)
    lengths = torch.full((batch,), time) if lengths is None else lengths.reshape(batch).long().clamp_max(time)
    each = F.ctc_loss(
        F.log_softmax(prediction, dim=-1).movedim(1, 0),
        target[labels],
        lengths.clamp_min(1),  # of no time at all PyTorch reads what is not there
        labels.sum(1),
        blank=blank,
        reduction="none",
        zero_infinity=True,
    ) * (lengths > 0).to(prediction)
    return (each / labels.sum(1).clamp_min(1) if per_label else each).mean()
`

export const ctc = defineNode({
  role: 'loss',
  type: 'ctc',
  version: 1,
  title: 'CTC',
  family: 'loss',
  doc: 'How surprised the net is by a row of labels, whenever each of them happens: speech or handwriting to text. A blank class stands between labels and for nothing.',
  synonyms: ['connectionist temporal classification', 'speech', 'handwriting', 'alignment', 'recognition'],
  fields: {
    blank: choice(['first', 'last'], {
      initial: 'first',
      doc: 'Which class is the blank: the first (number 0, as in PyTorch) or the last (as in TensorFlow).',
    }),
    perLabel: bool({
      initial: false,
      doc: 'Divide each sample by its number of labels before the mean, as PyTorch does unless told otherwise.',
    }),
  },
  inputs: {
    prediction: {
      doc: 'Scores (logits) for every time step, one a class: B × T × classes.',
      prediction: true,
    },
    target: {
      doc: 'The labels in their order, B × length; shorter rows are filled up with -1 or the blank.',
      accepts: ['target', 'tokens'],
    },
    lengths: {
      doc: 'How many time steps of each sample count; open: all.',
      accepts: ['target', 'tokens', 'tensor'],
      optional: true,
    },
  },
  outputs: {
    loss: {
      doc: 'Mean over the batch of -log p(labels), in nats. A sample with more labels than its time can hold counts 0.',
    },
  },
  summary: (p) => `blank ${p.blank}`,
  infer: ({ prediction, target, lengths }) => {
    const { shape } = prediction
    const classes = shape[2]
    if (shape.length !== 3 || typeof classes !== 'number') {
      return refuse(
        `CTC needs scores for every time step (B × T × classes), but the prediction is ${formatShape(shape)}.`,
      )
    }
    if (classes < 2)
      return refuse('CTC needs a blank class and at least one label; give the last layer more units.')
    if (target.dtype !== 'int32' || target.shape.length !== 2 || target.shape[0] !== shape[0]) {
      return refuse(
        `CTC needs labels by number (B × length), but the target is ${formatShape(target.shape)}.`,
      )
    }
    const wanted = shape.slice(0, 1)
    if (lengths && !sameShape(lengths.shape, wanted) && !sameShape(lengths.shape, [...wanted, 1])) {
      return refuse(`CTC needs one length a sample, but the lengths are ${formatShape(lengths.shape)}.`)
    }
    return { loss: lossValue() }
  },
  weights: () => ({}),
  run: ({ tf, inputs: { prediction, target, lengths }, p }) =>
    tf.tidy(() => {
      const [batch = 1, times = 1, classes = 1] = prediction.shape
      const steps = lengths === undefined ? tf.fill([batch], times) : tf.reshape(lengths, [batch])
      const { each, labels } = ctcLosses(
        tf,
        prediction as Tf.Tensor3D,
        target as Tf.Tensor2D,
        tf.cast(steps, 'float32') as Tf.Tensor1D,
        p.blank === 'first' ? 0 : classes - 1,
      )
      return tf.mean<Tf.Scalar>(p.perLabel ? tf.div(each, tf.maximum(labels, tf.onesLike(labels))) : each)
    }),
  idle: (field, _p, backEnd, inputs) =>
    field === 'perLabel' && backEnd === 'run' && (inputs['target'] as Spec).shape[1] === 1
      ? 'a single label is divided by 1'
      : null,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.ctc_loss',
      args: { blank: p.blank, per_label: p.perLabel },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    {
      inputs: { prediction: tensor([null, 6, 4]), target: labels([null, 3]) },
      numbers: { target: { below: 4 } },
    },
    {
      inputs: { prediction: tensor([null, 8, 3]), target: tokens([null, 3]) },
      numbers: { target: { below: 2 } },
      params: { blank: 'last', perLabel: true },
    },
    {
      inputs: { prediction: tensor([null, 'T', 3]), target: tokens([null, 'L']), lengths: tensor([null, 1]) },
      numbers: { target: { below: 3 }, lengths: { below: 4 } },
      params: { perLabel: true },
    },
    { inputs: { prediction: tensor([null, 5, 3]), target: tokens([null, 1]) }, params: { blank: 'last' } },
    {
      inputs: { prediction: tensor([null, 8, 3]), target: tokens([null, 3]), lengths: tokens([null]) },
      numbers: { target: { below: 2 }, lengths: { below: 40 } },
      params: { blank: 'last', perLabel: true },
    },
    { inputs: { prediction: tensor([null, 3]), target: labels([null, 3]) }, refused: 'for every time step' },
    {
      inputs: { prediction: tensor([null, 6, 4]), target: tensor([null, 3]) },
      refused: 'labels by number',
    },
    {
      inputs: { prediction: tensor([null, 6, 4]), target: labels([null, 3]), lengths: tokens([null, 6]) },
      refused: 'one length a sample',
    },
    { inputs: { prediction: tensor([null, 6, 1]), target: labels([null, 3]) }, refused: 'a blank class' },
  ],
  migrations: [],
})
