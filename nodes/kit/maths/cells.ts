/**
 * One step of each recurrent cell, forward and back. What the way back needs is worked out for all steps at once
 * (`slopes`), so that the loop over time is left with a handful of operations: in tfjs it is their number that costs.
 * H units, B sequences, T steps; stacked values [T · B, ...] lie in the order in which the steps were done.
 */
import type * as Tf from '@tensorflow/tfjs'

export interface Cell {
  /** From the input's share of the sums [B, gates · H] and the states before to the states after. */
  step(
    sums: Tf.Tensor,
    states: readonly Tf.Tensor[],
  ): { readonly states: readonly Tf.Tensor[]; readonly saved: readonly Tf.Tensor[] }
  /** From what the steps saved and the states before them, both stacked: factors for `back`, stacked. */
  slopes(saved: readonly Tf.Tensor[], before: readonly Tf.Tensor[]): readonly Tf.Tensor[]
  /** From the gradients of the states after a step to those of its sums, of its recurrent sums and of the states before. */
  back(
    slopes: readonly Tf.Tensor[],
    after: readonly Tf.Tensor[],
  ): { readonly sums: Tf.Tensor; readonly recurrent: Tf.Tensor; readonly before: readonly Tf.Tensor[] }
  /** Gradients of the recurrent weights from the outputs before the steps, what was saved and what `back` gave, all stacked. */
  gradients(before: Tf.Tensor, saved: readonly Tf.Tensor[], recurrent: Tf.Tensor): readonly Tf.Tensor[]
}

/** The cell's own functions: `activation` bends what is stored, `gate` opens and closes. */
export interface CellFunctions {
  activation(z: Tf.Tensor): Tf.Tensor
  activationSlope(z: Tf.Tensor, y: Tf.Tensor): Tf.Tensor
  gate(z: Tf.Tensor): Tf.Tensor
  gateSlope(z: Tf.Tensor, y: Tf.Tensor): Tf.Tensor
}

/** h' = f(sums + h R) (Elman 1990). */
export const simpleRnnCell = (
  tf: typeof Tf,
  recurrent: readonly Tf.Tensor[],
  { activation, activationSlope }: CellFunctions,
): Cell => {
  const kernel = recurrent[0] as Tf.Tensor2D
  const turned = tf.transpose(kernel)
  return {
    step: (sums, [h]) => {
      const z = tf.add(sums, tf.matMul(h!, kernel))
      const y = activation(z)
      return { states: [y], saved: [z, y] }
    },
    slopes: ([z, y]) => [activationSlope(z!, y!)],
    back: ([k], [dh]) => {
      const dz = tf.mul(dh!, k!)
      return { sums: dz, recurrent: dz, before: [tf.matMul(dz, turned)] }
    },
    gradients: (before, _saved, d) => [tf.matMul(before, d, true, false)],
  }
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997), gates i f c o as in Keras: c' = f c + i g, h' = o g(c').
 */
export const lstmCell = (
  tf: typeof Tf,
  recurrent: readonly Tf.Tensor[],
  { activation, activationSlope, gate, gateSlope }: CellFunctions,
): Cell => {
  const kernel = recurrent[0] as Tf.Tensor2D
  const turned = tf.transpose(kernel)
  const units = kernel.shape[0]
  const part = (x: Tf.Tensor, at: number) => tf.slice(x, [0, at * units], [-1, units])
  return {
    step: (sums, [h, c]) => {
      const z = tf.add(sums, tf.matMul(h!, kernel)) // (B, 4 H)
      const open = gate(z) // of the third quarter, which is no gate, nothing is used
      const g = activation(part(z, 2))
      const memory = tf.add(tf.mul(part(open, 1), c!), tf.mul(part(open, 0), g))
      const shown = activation(memory)
      return { states: [tf.mul(part(open, 3), shown), memory], saved: [z, open, g, memory, shown] }
    },
    slopes: ([z, open, g, memory, shown], [, before]) => {
      const d = gateSlope(z!, open!)
      const dg = activationSlope(part(z!, 2), g!)
      const toSums = tf.concat(
        [
          tf.mul(g!, part(d, 0)),
          tf.mul(before!, part(d, 1)),
          tf.mul(part(open!, 0), dg),
          tf.mul(shown!, part(d, 3)),
        ],
        1,
      )
      return [tf.mul(part(open!, 3), activationSlope(memory!, shown!)), toSums, part(open!, 1)]
    },
    back: ([toMemory, toSums, forget], [dh, dc]) => {
      const d = tf.add(dc!, tf.mul(dh!, toMemory!))
      const dz = tf.mul(tf.concat([d, d, d, dh!], 1), toSums!)
      return { sums: dz, recurrent: dz, before: [tf.matMul(dz, turned), tf.mul(d, forget!)] }
    },
    gradients: (before, _saved, d) => [tf.matMul(before, d, true, false)],
  }
}

/**
 * Gated recurrent unit (Cho et al. 2014), gates z r h as in Keras: h' = z h + (1 - z) g. The reset gate works after the
 * recurrent product (`resetAfter`, as cuDNN and PyTorch) or before it (as the paper). `recurrent` is the kernel and,
 * where the gate works after and there are biases, the recurrent bias.
 */
export const gruCell = (
  tf: typeof Tf,
  recurrent: readonly Tf.Tensor[],
  { activation, activationSlope, gate, gateSlope }: CellFunctions,
  resetAfter: boolean,
): Cell => {
  const [kernel, bias] = recurrent as readonly Tf.Tensor2D[]
  const units = kernel!.shape[0]
  const part = (x: Tf.Tensor, at: number, count = 1) => tf.slice(x, [0, at * units], [-1, count * units])
  const mix = (z: Tf.Tensor, h: Tf.Tensor, g: Tf.Tensor) => tf.add(g, tf.mul(z, tf.sub(h, g)))

  if (resetAfter) {
    const turned = tf.transpose(kernel!)
    return {
      step: (sums, [h]) => {
        const product = tf.matMul(h!, kernel!)
        const own = bias === undefined ? product : tf.add(product, bias) // (B, 3 H)
        const gates = tf.add(part(sums, 0, 2), part(own, 0, 2))
        const open = gate(gates)
        const proposal = part(own, 2)
        const inner = tf.add(part(sums, 2), tf.mul(part(open, 1), proposal))
        const g = activation(inner)
        return { states: [mix(part(open, 0), h!, g)], saved: [gates, open, proposal, inner, g] }
      },
      slopes: ([gates, open, proposal, inner, g], [before]) => {
        const d = gateSlope(gates!, open!)
        const z = part(open!, 0)
        const toZ = tf.mul(tf.sub(before!, g!), part(d, 0))
        const toInner = tf.mul(tf.sub(1, z), activationSlope(inner!, g!))
        const toR = tf.mul(tf.mul(toInner, proposal!), part(d, 1))
        return [
          tf.concat([toZ, toR, toInner], 1),
          tf.concat([toZ, toR, tf.mul(toInner, part(open!, 1))], 1),
          z,
        ]
      },
      back: ([toSums, toRecurrent, z], [dh]) => {
        const d = tf.concat([dh!, dh!, dh!], 1)
        const own = tf.mul(d, toRecurrent!)
        return {
          sums: tf.mul(d, toSums!),
          recurrent: own,
          before: [tf.add(tf.mul(dh!, z!), tf.matMul(own, turned))],
        }
      },
      gradients: (before, _saved, d) => [
        tf.matMul(before, d, true, false),
        ...(bias === undefined ? [] : [tf.sum(d, 0)]),
      ],
    }
  }

  const [gateKernel, ownKernel] = [part(kernel!, 0, 2), part(kernel!, 2)]
  const [gateTurned, ownTurned] = [tf.transpose(gateKernel), tf.transpose(ownKernel)]
  return {
    step: (sums, [h]) => {
      const gates = tf.add(part(sums, 0, 2), tf.matMul(h!, gateKernel)) // (B, 2 H)
      const open = gate(gates)
      const kept = tf.mul(part(open, 1), h!)
      const inner = tf.add(part(sums, 2), tf.matMul(kept, ownKernel))
      const g = activation(inner)
      return { states: [mix(part(open, 0), h!, g)], saved: [gates, open, kept, inner, g] }
    },
    slopes: ([gates, open, , inner, g], [before]) => {
      const d = gateSlope(gates!, open!)
      const [z, r] = [part(open!, 0), part(open!, 1)]
      return [
        tf.mul(tf.sub(before!, g!), part(d, 0)),
        tf.mul(tf.sub(1, z), activationSlope(inner!, g!)),
        tf.mul(before!, part(d, 1)),
        z,
        r,
      ]
    },
    back: ([toZ, toInner, toR, z, r], [dh]) => {
      const inner = tf.mul(dh!, toInner!)
      const kept = tf.matMul(inner, ownTurned)
      const gates = tf.concat([tf.mul(dh!, toZ!), tf.mul(kept, toR!)], 1)
      const d = tf.concat([gates, inner], 1)
      const before = tf.add(tf.add(tf.mul(dh!, z!), tf.mul(kept, r!)), tf.matMul(gates, gateTurned))
      return { sums: d, recurrent: d, before: [before] }
    },
    gradients: (before, [, , kept], d) => [
      tf.concat(
        [tf.matMul(before, part(d, 0, 2), true, false), tf.matMul(kept!, part(d, 2), true, false)],
        1,
      ),
    ],
  }
}
