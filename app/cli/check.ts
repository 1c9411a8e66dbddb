/**
 * `wiregrad check`: what is wrong with a graph, how large it is and what it costs, without running anything.
 */
import { formatBytes, formatCount } from '../../engine/diagnose/format'
import { analyse } from '../../engine/analyse/analyse'
import type { Analysis } from '../../engine/analyse/plan'
import { catalogue } from '../../nodes/catalogue'
import { formatShape, type Shape } from '../../nodes/kit/spec'
import type { Command } from './command'
import { exitCodes } from './failure'
import { problemLine, readGraphFile } from './graph-file'
import { onlyFile } from './options'
import { toJson } from '../../engine/session/lines'
import { note, say, table } from './print'

/** The answer as it is parsed by others. */
type Checked = Pick<Analysis, 'ok' | 'problems'> &
  Pick<Analysis['plan'], 'parameters' | 'trainableParameters' | 'multiplyAdds'> & {
    readonly memory: Pick<Analysis['plan']['memory'], 'weights' | 'training'>
    readonly nodes: readonly {
      readonly path: string
      readonly type: string
      readonly shapes: Readonly<Record<string, Shape>>
      readonly parameters: number
    }[]
  }

function checked({ ok, problems, plan }: Analysis): Checked {
  return {
    ok,
    problems: problems.map(({ node, wire, severity, message, fixes }) => ({
      node,
      wire,
      severity,
      message,
      fixes: fixes.map(({ id, label }) => ({ id, label })),
    })),
    parameters: plan.parameters,
    trainableParameters: plan.trainableParameters,
    memory: { weights: plan.memory.weights, training: plan.memory.training },
    multiplyAdds: plan.multiplyAdds,
    nodes: plan.steps.map((step) => ({
      path: step.path,
      type: step.definition.type,
      shapes: Object.fromEntries(Object.entries(step.outputs).map(([port, spec]) => [port, spec.shape])),
      parameters: step.parameters,
    })),
  }
}

/** The answer for a file that is no graph. */
function unreadable(message: string): Checked {
  return {
    ok: false,
    problems: [{ node: null, wire: null, severity: 'error', message, fixes: [] }],
    parameters: 0,
    trainableParameters: 0,
    memory: { weights: 0, training: 0 },
    multiplyAdds: 0,
    nodes: [],
  }
}

function sayForPeople(result: Checked): void {
  const rows = result.nodes.map((node) => [
    node.path,
    node.type,
    Object.entries(node.shapes)
      .map(([port, shape]) => `${port} ${formatShape(shape)}`)
      .join(', '),
    node.parameters === 0 ? '' : formatCount(node.parameters),
  ])
  if (rows.length > 0) {
    for (const line of table([['node', 'type', 'shapes', 'parameters'], ...rows], [3])) say(line)
    say('')
    say(
      `parameters     ${formatCount(result.parameters)} (${formatCount(result.trainableParameters)} trainable)`,
    )
    say(
      `memory         ${formatBytes(result.memory.weights)} of weights, ${formatBytes(result.memory.training)} in training`,
    )
    say(`multiply-adds  ${formatCount(result.multiplyAdds)} per sample`)
    say('')
  }
  for (const problem of result.problems) {
    say(problemLine(problem))
    for (const fix of problem.fixes) say(`  fix: ${fix.label}`)
  }
  const errors = result.problems.filter((problem) => problem.severity === 'error').length
  const warnings = result.problems.length - errors
  say(
    `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`,
  )
}

export const check: Command = {
  name: 'check',
  usage: 'wiregrad check FILE [--json]',
  doc: 'Say what is wrong with a graph, how large it is and what it costs.',
  options: ['json', 'help'],
  async run(typed) {
    const file = onlyFile(typed, 'check')
    const read = await readGraphFile(file)
    const result = read.ok ? checked(analyse(read.document, catalogue)) : unreadable(read.message)
    if (typed.flag('json')) say(toJson(result))
    else sayForPeople(result)
    if (!result.ok) note(`The graph ${file} has errors.`)
    return result.ok ? exitCodes.fine : exitCodes.problems
  },
}
