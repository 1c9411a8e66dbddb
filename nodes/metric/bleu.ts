/**
 * Corpus BLEU (Papineni et al. 2002) on token numbers, with one reference a sample: the geometric mean of the clipped
 * precisions of 1 to n tokens in a row, times a penalty for what is too short. Matches, counts and lengths are whole
 * numbers that add up over batches; no smoothing.
 *
 * The i-th occurrence of a run of tokens counts if the reference has it at least i times: the same as clipping, with no
 * fractions.
 */
import type * as Tf from '@tensorflow/tfjs'
import { defineNode } from '../kit/define'
import { int } from '../kit/fields'
import { formatShape, refuse, tensor, tokens } from '../kit/spec'

const helper = `def bleu(prediction, target, *, order, end):
    """Corpus BLEU on token numbers (Papineni et al. 2002), one reference a sample, no smoothing."""
    if prediction.dim() == 3:
        prediction = prediction.argmax(-1)

    def cut(row):
        row = row.tolist()
        return row[: row.index(end)] if end in row else row

    def runs(row, n):
        counts = {}
        for start in range(len(row) - n + 1):
            run = tuple(row[start : start + n])
            counts[run] = counts.get(run, 0) + 1
        return counts

    pairs = [(cut(said), cut(wanted)) for said, wanted in zip(prediction, target)]
    logs = 0.0
    for n in range(1, order + 1):
        matches = total = 0
        for said, wanted in pairs:
            have, want = runs(said, n), runs(wanted, n)
            matches += sum(min(count, want.get(run, 0)) for run, count in have.items())
            total += sum(have.values())
        if matches == 0:
            return torch.tensor(0.0)
        logs += math.log(matches / total) / order
    said, wanted = (sum(len(pair[side]) for pair in pairs) for side in (0, 1))
    return torch.tensor(math.exp(logs + min(0.0, 1 - wanted / said)))
`

/** 1 at every place before the first `end`; (B, T). */
function before(tf: typeof Tf, row: Tf.Tensor2D, end: number): Tf.Tensor2D {
  const places = row.shape[1]
  const order = tf.range(0, places)
  const upTo = tf.cast(
    tf.lessEqual(tf.reshape(order, [places, 1]), tf.reshape(order, [1, places])),
    'float32',
  )
  const ends = tf.cast(tf.equal<Tf.Tensor2D>(row, end), 'float32')
  return tf.cast(tf.equal<Tf.Tensor2D>(tf.matMul(ends, upTo as Tf.Tensor2D), 0), 'float32')
}

/** Where the runs of one token more begin alike, from where the shorter ones do; (B, A, C). */
function grow(tf: typeof Tf, runs: Tf.Tensor3D, single: Tf.Tensor3D, by: number): Tf.Tensor3D {
  const [batch, a, c] = runs.shape
  const here = tf.slice(runs, [0, 0, 0], [batch, a - 1, c - 1])
  return tf.mul(here, tf.slice(single, [0, by, by], [batch, a - 1, c - 1]))
}

/** Places at which a run of `n` tokens may begin; (B, T - n + 1). */
function starts(tf: typeof Tf, open: Tf.Tensor2D, n: number): Tf.Tensor2D {
  const [batch, places] = open.shape
  return tf.slice(open, [0, n - 1], [batch, places - n + 1])
}

/** Clipped matches of runs of one length: `own` among themselves, `shared` with the reference. */
function matches(
  tf: typeof Tf,
  own: Tf.Tensor3D,
  shared: Tf.Tensor3D,
  said: Tf.Tensor2D,
  wanted: Tf.Tensor2D,
): Tf.Tensor {
  const places = said.shape[1]
  const order = tf.range(0, places)
  const soFar = tf.cast(
    tf.greaterEqual(tf.reshape(order, [1, places, 1]), tf.reshape(order, [1, 1, places])),
    'float32',
  )
  const occurrence = tf.sum(tf.mul(tf.mul(own, soFar), tf.expandDims(said, 1)), 2) // (B, A): the how-manieth it is
  const there = tf.sum(tf.mul(shared, tf.expandDims(wanted, 1)), 2) // (B, A): how often the reference has it
  return tf.sum(tf.mul(tf.cast(tf.lessEqual(occurrence, there), 'float32'), said))
}

export const bleu = defineNode({
  role: 'metric',
  type: 'bleu',
  version: 1,
  title: 'BLEU',
  family: 'metric',
  doc: 'How many runs of one to four tokens of a text also stand in the reference, with a penalty for texts that are too short; 1 is the very same. One figure for the whole split.',
  synonyms: ['translation', 'n-gram', 'language', 'sequence', 'machine translation'],
  fields: {
    order: int({
      initial: 4,
      min: 1,
      max: 8,
      doc: 'The longest run of tokens that is compared; 4 is usual.',
    }),
    end: int({
      initial: -1,
      min: -1,
      doc: 'The token that ends a text or fills it up: what stands from the first of them on does not count; -1: every text is full.',
    }),
  },
  inputs: {
    prediction: {
      doc: 'Token numbers, B × T, or scores for every token, of which the highest is taken.',
      accepts: ['tokens', 'tensor', 'target'],
    },
    target: {
      doc: 'Token numbers of the reference, B × T; it may be of another length.',
      accepts: ['tokens', 'target'],
    },
  },
  outputs: {},
  summary: (p) => `BLEU-${p.order}`,
  infer: ({ prediction, target }) => {
    const { shape, dtype } = prediction
    const numbers = dtype === 'int32' && shape.length === 2
    const scores = dtype === 'float32' && shape.length === 3 && typeof shape[2] === 'number'
    if (!numbers && !scores) {
      return refuse(
        `BLEU needs token numbers (B × T) or scores for every token (B × T × vocabulary), but the prediction is ${formatShape(shape)}.`,
      )
    }
    if (target.dtype !== 'int32' || target.shape.length !== 2 || target.shape[0] !== shape[0])
      return refuse(`BLEU needs token numbers (B × T) as its target, but has ${formatShape(target.shape)}.`)
    return {}
  },
  weights: () => ({}),
  /** [matches of runs of 1 ... order, runs of 1 ... order, tokens, tokens of the reference] */
  sums: ({ tf, inputs: { prediction, target }, p }) =>
    tf.tidy(() => {
      const numbers = prediction.rank === 3 ? tf.argMax(prediction, -1) : prediction
      const said = tf.cast(numbers, 'int32') as Tf.Tensor2D
      const wanted = tf.cast(target, 'int32') as Tf.Tensor2D
      const alike = (x: Tf.Tensor2D, y: Tf.Tensor2D) =>
        tf.cast(tf.equal<Tf.Tensor3D>(tf.expandDims(x, 2), tf.expandDims(y, 1)), 'float32')
      const [ownOne, sharedOne] = [alike(said, said), alike(said, wanted)]
      const [open, openThere] = [before(tf, said, p.end), before(tf, wanted, p.end)]
      const [hits, totals]: [Tf.Tensor[], Tf.Tensor[]] = [[], []]
      let [own, shared] = [ownOne, sharedOne]
      for (let n = 1; n <= p.order; n++) {
        if (n > said.shape[1]) {
          hits.push(tf.scalar(0))
          totals.push(tf.scalar(0))
          continue
        }
        const [from, fromThere] = [starts(tf, open, n), n > wanted.shape[1] ? null : starts(tf, openThere, n)]
        totals.push(tf.sum(from))
        hits.push(fromThere === null ? tf.scalar(0) : matches(tf, own, shared, from, fromThere))
        if (n < said.shape[1]) own = grow(tf, own, ownOne, n)
        if (n < said.shape[1] && n < wanted.shape[1]) shared = grow(tf, shared, sharedOne, n)
      }
      return tf.stack([...hits, ...totals, tf.sum(open), tf.sum(openThere)]) as Tf.Tensor1D
    }),
  value: (sums) => {
    const order = (sums.length - 2) / 2
    const [said = 0, wanted = 0] = sums.slice(-2)
    let logs = 0
    for (let n = 0; n < order; n++) {
      const [hits = 0, total = 0] = [sums[n], sums[order + n]]
      if (hits === 0) return 0
      logs += Math.log(hits / total) / order
    }
    return Math.exp(logs + Math.min(0, 1 - wanted / said))
  },
  larger: true,
  emit: {
    torch: (p) => ({
      call: 'wiregrad.bleu',
      args: { order: p.order, end: p.end },
      tensors: [],
      helpers: [helper],
    }),
  },
  cases: [
    { inputs: { prediction: tokens([null, 8]), target: tokens([null, 9]) }, params: { order: 2 } },
    {
      inputs: { prediction: tokens([null, 9]), target: tokens([null, 7]) },
      numbers: { prediction: { below: 2 }, target: { below: 2 } },
    },
    {
      inputs: { prediction: tokens([null, 7]), target: tokens([null, 9]) },
      numbers: { prediction: { below: 4 }, target: { below: 4 } },
      params: { order: 1, end: 3 },
    },
    { inputs: { prediction: tensor([null, 'T', 2]), target: tokens([null, 'T']) }, params: { order: 1 } },
    { inputs: { prediction: tensor([null, 4]), target: tokens([null, 4]) }, refused: 'needs token numbers' },
    { inputs: { prediction: tokens([null, 4]), target: tensor([null, 4]) }, refused: 'as its target' },
  ],
  migrations: [],
})
