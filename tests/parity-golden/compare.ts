/** One committed job on one backend, against what PyTorch said. Gives sentences; none where the two agree. */
import type { tf as TensorFlow } from '../../engine/backend/tfjs'
import type { Plan } from '../../engine/analyse/plan'
import { curveTolerance, disagreement, distance, valueTolerance } from '../parity/closeness'
import type { Answer, Job, Name } from '../parity/job'
import type { Numbers } from '../parity/numbers'
import { descendOurs, runOurs, type Values } from '../parity/ours'

/**
 * The tolerance is absolute below 1, where it could hide all of a small gradient. So it must also be small beside the
 * array that it is held against, down to what float32 can tell: a gradient that is zero by mathematics (attention's key
 * bias) comes out as the rounding of sums near 1.
 */
function toleranceFor(wanted: Numbers): number {
  const largest = Math.max(...wanted.values.map(Math.abs))
  return Math.min(valueTolerance, Math.max(1e-3 * largest, 5e-7))
}

function compareAll(
  group: string,
  got: Readonly<Record<Name, Values>>,
  wanted: Readonly<Record<Name, Numbers>>,
): readonly string[] {
  const missing = Object.keys(got).filter((name) => !(name in wanted))
  const sentences = Object.entries(wanted).map(([name, numbers]) =>
    disagreement(`${group} ${name}`, got[name], numbers, toleranceFor(numbers)),
  )
  return [
    ...missing.map((name) => `${group} ${name}: PyTorch says nothing of it`),
    ...sentences.filter((s) => s !== null),
  ]
}

/** Forward values, loss, gradients and moving statistics. */
export async function compareValues(
  tf: typeof TensorFlow,
  plan: Plan,
  job: Job,
  answer: Answer,
): Promise<readonly string[]> {
  const ours = await runOurs(tf, plan, job)
  const loss = distance([ours.loss ?? 0], [answer.loss ?? 0])
  return [
    ...compareAll('output', ours.outputs, answer.outputs),
    ...compareAll('gradient', ours.gradients, answer.gradients),
    ...compareAll('statistic', ours.statistics, answer.statistics),
    ...(loss <= valueTolerance && (ours.loss === null) === (answer.loss === null)
      ? []
      : [`loss ${ours.loss} is not ${answer.loss}`]),
  ]
}

/** The losses of the short training. */
export async function compareCurve(
  tf: typeof TensorFlow,
  plan: Plan,
  job: Job,
  answer: Answer,
): Promise<readonly string[]> {
  const curve = await descendOurs(tf, plan, job)
  return curve.flatMap((loss, step) => {
    const wanted = answer.curve[step] ?? NaN
    const off = distance([loss], [wanted])
    return off <= curveTolerance ? [] : [`loss ${step + 1} is ${loss}, not ${wanted}`]
  })
}
