/** Where one stops on the way through a batch: each node forwards, the loss, each node backwards, each update. */
import type { Plan } from '../analyse/plan'
import type { Path } from '../graph/document'
import type { Worked, WorkedWire } from './work-out'

export const phases = ['forward', 'loss', 'backward', 'update'] as const
export type Phase = (typeof phases)[number]

export interface Stop {
  readonly phase: Phase
  readonly path: Path
}

export function stopsOf(worked: Worked): readonly Stop[] {
  const { trace, plan } = worked
  const role = (path: Path) => plan.byPath.get(path)?.definition.role
  const order = trace.nodes.map(({ path }) => path)
  const stop = (phase: Phase) => (path: Path) => ({ phase, path })
  const losses = order.filter((path) => role(path) === 'loss')
  const trained = new Set(trace.weights.flatMap(({ key, gradient }) => (gradient === null ? [] : [key])))
  return [
    ...order.filter((path) => role(path) !== 'loss').map(stop('forward')),
    ...losses.map(stop('loss')),
    ...[...order]
      .reverse()
      .filter((path) => role(path) === 'loss' || (role(path) !== 'data' && worked.gradient(path) !== null))
      .map(stop('backward')),
    ...order.filter((path) => weightKeys(plan, path).some((key) => trained.has(key))).map(stop('update')),
  ]
}

function weightKeys(plan: Plan, path: Path): readonly string[] {
  const step = plan.byPath.get(path)
  return Object.keys(step?.weights ?? {}).map((name) => `${step?.sharesWeightsOf ?? path}:${name}`)
}

/** What is known of a wire when one has come to a stop. */
export interface Known {
  readonly wire: WorkedWire
  readonly forward: boolean
  readonly backward: boolean
  /** It ends or begins at the node at work, on the way that is gone. */
  readonly atWork: boolean
}

export function knownAt(worked: Worked, stops: readonly Stop[], at: number): readonly Known[] {
  const passed = stops.slice(0, at + 1)
  const visited = (phase: Phase) =>
    new Set(passed.flatMap((stop) => (stop.phase === phase ? [stop.path] : [])))
  const forwards = visited('forward')
  const backwards = visited('backward')
  const here = stops[at]
  return worked.wires.map((wire) => ({
    wire,
    forward: forwards.has(wire.from),
    backward:
      wire.gradient !== null && wire.to.every((path) => backwards.has(path) || !isReached(stops, path)),
    atWork:
      here !== undefined &&
      here.phase !== 'update' &&
      (wire.from === here.path || wire.to.includes(here.path)),
  }))
}

function isReached(stops: readonly Stop[], path: Path): boolean {
  return stops.some((stop) => stop.phase === 'backward' && stop.path === path)
}
