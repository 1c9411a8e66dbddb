/**
 * Connectionist temporal classification (Graves et al. 2006), in log space, batched: the forward variables α, the
 * backward variables β, and the exact gradient softmax - γ that they give (equation 16), where γ is how likely each class
 * is at each time among all alignments. The recursion takes one round a time step; none of it stays on the tape.
 */
import type * as Tf from '@tensorflow/tfjs'
import { oneHot } from '../one-hot'

/** Log of zero: far below any log-probability, and finite, so that no infinity meets another. */
const never = -1e30

/** What the alignments of a batch go through: blank, label, blank, ..., label, blank. */
interface Lattice {
  /** (B, S, K): the class of each state; zeros for states behind a sample's end. */
  readonly classes: Tf.Tensor3D
  /** (B, S): 0 where a state may be reached from two before (two different labels), else `never`. */
  readonly leap: Tf.Tensor2D
  /** (B, S): 0 at the two states in which an alignment may end, else `never`. */
  readonly end: Tf.Tensor2D
  /** (B): labels of each sample. */
  readonly labels: Tf.Tensor1D
}

/** Labels that are blank or below zero are passed over, wherever they stand. */
function lattice(tf: typeof Tf, target: Tf.Tensor2D, classCount: number, blank: number): Lattice {
  const [batch, places] = target.shape
  const numbers = tf.cast(target, 'int32')
  const real = tf.cast(
    tf.logicalAnd<Tf.Tensor2D>(tf.greaterEqual(numbers, 0), tf.notEqual(numbers, blank)),
    'float32',
  ) // (B, L)
  const labels = tf.sum<Tf.Tensor1D>(real, 1)
  // The labels move up to the front: place of each = how many stand before it.
  const order = tf.range(0, places)
  const earlier = tf.cast(tf.less(tf.reshape(order, [places, 1]), tf.reshape(order, [1, places])), 'float32')
  const place = tf.matMul(real, earlier)
  const moves = tf.mul(oneHot(tf, place, places), tf.expandDims(real, 2)) // (B, L, L)
  const given = oneHot(tf, numbers, classCount) // (B, L, K)
  const front = tf.matMul(moves, given, true) // (B, L, K)

  const blanks = tf.mul<Tf.Tensor3D>(
    tf.ones([batch, places, 1]),
    oneHot(tf, tf.tensor1d([blank], 'int32'), classCount),
  )
  const pairs = tf.reshape(tf.stack([front, blanks], 2), [batch, 2 * places, classCount])
  const first = tf.slice(blanks, [0, 0, 0], [batch, 1, classCount])
  const classes = tf.concat([first, pairs as Tf.Tensor3D], 1)

  // The first label has nothing before it; that there it may leap is no matter, for nothing comes from so far left.
  const nothing = tf.zeros([batch, 1, classCount])
  const before = tf.slice(tf.concat([nothing, front], 1), [0, 0, 0], [batch, places, classCount])
  const same = tf.sum(tf.mul(before, front), 2) // (B, L)
  const odd = tf.mul(same, never)
  const even = tf.fill([batch, places], never)
  const leaps = tf.reshape(tf.stack([odd, even], 2), [batch, 2 * places])
  const leap = tf.pad(
    leaps as Tf.Tensor2D,
    [
      [0, 0],
      [1, 0],
    ],
    never,
  )

  const state = tf.reshape(tf.range(0, 2 * places + 1), [1, -1])
  const last = tf.reshape(tf.mul(labels, 2), [batch, 1])
  const ends = tf.logicalOr(tf.equal(state, last), tf.equal(state, tf.sub(last, 1)))
  const end = tf.mul(tf.sub(1, tf.cast(ends, 'float32')), never)
  return { classes, leap, end: end as Tf.Tensor2D, labels }
}

/** log(exp a + exp b + exp c), number by number. */
function logAdd(tf: typeof Tf, a: Tf.Tensor, b: Tf.Tensor, c: Tf.Tensor): Tf.Tensor2D {
  const top = tf.maximum(tf.maximum(a, b), c)
  const sum = tf.addN([a, b, c].map((x) => tf.exp(tf.sub(x, top))))
  return tf.add(top, tf.log(sum))
}

/** Every row moved by `by` states to the right (or, below zero, to the left); what comes in is `never`. */
function shift(tf: typeof Tf, x: Tf.Tensor2D, by: number): Tf.Tensor2D {
  const [batch, states] = x.shape
  const size: [number, number] = [batch, states - Math.abs(by)]
  return by > 0
    ? tf.pad(
        tf.slice(x, [0, 0], size),
        [
          [0, 0],
          [by, 0],
        ],
        never,
      )
    : tf.pad(
        tf.slice(x, [0, -by], size),
        [
          [0, 0],
          [0, -by],
        ],
        never,
      )
}

/** By time step: 1 where a sample is still running, (B, 1) each. */
function runningAt(tf: typeof Tf, lengths: Tf.Tensor1D, times: number): Tf.Tensor2D[] {
  const column = tf.reshape(lengths, [-1, 1])
  return Array.from({ length: times }, (_, t) => tf.cast(tf.greater<Tf.Tensor2D>(column, t), 'float32'))
}

/** `now` where a sample is running, else `otherwise`. */
function choose(tf: typeof Tf, running: Tf.Tensor2D, now: Tf.Tensor2D, otherwise: Tf.Tensor2D): Tf.Tensor2D {
  return tf.add(tf.mul(now, running), tf.mul(otherwise, tf.sub(1, running)))
}

/** Loss of each sample and its gradient by the scores. */
function lossAndGradient(
  tf: typeof Tf,
  scores: Tf.Tensor3D,
  { classes, leap, end }: Lattice,
  lengths: Tf.Tensor1D,
): { readonly loss: Tf.Tensor1D; readonly gradient: Tf.Tensor3D } {
  const [batch, times] = scores.shape
  const states = classes.shape[1]
  const logs = tf.logSoftmax(scores)
  const emitted = tf.unstack(tf.matMul(logs, classes, false, true), 1) as Tf.Tensor2D[] // T of (B, S)
  const running = runningAt(tf, lengths, times)

  const start = tf.pad(
    tf.zeros([1, 2]),
    [
      [0, 0],
      [0, states - 2],
    ],
    never,
  )
  const alphas: Tf.Tensor2D[] = []
  for (const [t, emission] of emitted.entries()) {
    const before = alphas.at(-1)
    if (before === undefined) {
      alphas.push(tf.add(emission, start))
      continue
    }
    const leapt = tf.add(shift(tf, before, 2), leap)
    const now = tf.add<Tf.Tensor2D>(logAdd(tf, before, shift(tf, before, 1), leapt), emission)
    alphas.push(choose(tf, running[t]!, now, before))
  }
  const total = tf.logSumExp<Tf.Tensor1D>(tf.add(alphas.at(-1)!, end), 1) // (B): log p(labels)
  const possible = tf.cast(tf.logicalAnd(tf.greater(total, never / 2), tf.greater(lengths, 0)), 'float32')
  const loss = tf.neg(tf.mul<Tf.Tensor1D>(total, possible))

  const leapOut = shift(tf, leap, -2)
  const betas: Tf.Tensor2D[] = [end]
  for (let t = times - 2; t >= 0; t--) {
    const ahead = tf.add<Tf.Tensor2D>(betas[0]!, emitted[t + 1]!)
    const now = logAdd(tf, ahead, shift(tf, ahead, -1), tf.add(shift(tf, ahead, -2), leapOut))
    betas.unshift(choose(tf, running[t + 1]!, now, end))
  }
  const through = tf.sub(
    tf.add(tf.stack(alphas, 1), tf.stack(betas, 1)),
    tf.reshape(tf.neg(loss), [batch, 1, 1]),
  ) // (B, T, S): log of how likely each state is, of all alignments
  const share = tf.matMul(tf.exp(tf.minimum(through, tf.zerosLike(through))), classes) // (B, T, K)
  const counts = tf.mul(tf.stack(running, 1), tf.reshape(possible, [batch, 1, 1])) // (B, T, 1)
  return { loss, gradient: tf.mul(tf.sub(tf.exp(logs), share), counts) }
}

/**
 * -log p(labels | scores) of each sample (B), and how many labels each has (B). A sample whose labels do not fit into
 * its time gets 0 and no gradient.
 *
 * @param scores (B, T, K) logits
 * @param target (B, L) class numbers; blank or below zero: no label
 * @param lengths (B) time steps that count
 */
export function ctcLosses(
  tf: typeof Tf,
  scores: Tf.Tensor3D,
  target: Tf.Tensor2D,
  lengths: Tf.Tensor1D,
  blank: number,
): { readonly each: Tf.Tensor1D; readonly labels: Tf.Tensor1D } {
  const states = lattice(tf, target, scores.shape[2], blank)
  const each = tf.customGrad((x, save) => {
    const { loss, gradient } = lossAndGradient(tf, x as Tf.Tensor3D, states, lengths)
    ;(save as Tf.GradSaveFunc)([gradient])
    return {
      value: loss,
      gradFunc: (dy: Tf.Tensor, [saved]: Tf.Tensor[]) => tf.mul(tf.reshape(dy, [-1, 1, 1]), saved!),
    }
  })(scores)
  return { each, labels: states.labels }
}
