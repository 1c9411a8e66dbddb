/** `model.py`: the network as a module that answers as ours does. */
import type { Plan, PlanStep } from '../../analyse/plan'
import { formatShape } from '../../../nodes/kit/spec'
import { emitOf, isModule, specOf, stepsFor, valueName } from './graph'
import { importsFor } from './helpers'
import { body } from './lines'
import { hasBlocks, moduleLines, stillLines } from './modules'
import { indented, words } from './python'

/** Every module of the plan, whether the model or only its training calls it. */
export function moduleSteps(plan: Plan): readonly PlanStep[] {
  return plan.steps.filter((step) => step.sharesWeightsOf === null && isModule(emitOf(step)))
}

/** Steps that the model runs from its inputs to its outputs. */
export function modelSteps(plan: Plan): readonly PlanStep[] {
  const given = new Set(plan.model.inputs.map(valueName))
  const ends = plan.model.outputs.filter((ref) => !given.has(valueName(ref)))
  return stepsFor(
    plan,
    ends.map(({ path }) => path),
    given,
  )
}

const blockClass = `class Block(nn.Module):
    """Modules by name, as they stand in a block of the graph."""

    def __init__(self, **modules):
        super().__init__()
        self._modules.update(modules)


`

function interfaceWords(plan: Plan): string {
  const side = (refs: Plan['model']['inputs']) =>
    refs
      .map((ref) => {
        const { shape, kind } = specOf(plan, valueName(ref))
        return `${ref.path} ${formatShape(shape)}${kind === 'tokens' ? ' (whole numbers)' : ''}`
      })
      .join(', ')
  return `    From ${side(plan.model.inputs)}\n    to ${side(plan.model.outputs)}.`
}

export function modelFile(plan: Plan, name: string): string {
  const modules = moduleSteps(plan)
  const given = plan.model.inputs.map(valueName)
  const kept = plan.model.outputs.map(valueName)
  const {
    parameters,
    lines,
    name: variable,
  } = body({ plan, steps: modelSteps(plan), given, kept, model: 'self' })
  const made = [...moduleLines(modules), ...stillLines(modules)]
  const rows = [...lines, `return ${kept.map(variable).join(', ')}`]
  const text = `class Model(nn.Module):
    """${words(name) || 'A network'}.

${interfaceWords(plan)}
    """

    def __init__(self):
        super().__init__()
${indented(made.join('\n'), 8)}

    def forward(self, ${parameters.join(', ')}):
${indented(rows.join('\n'), 8)}
`
  const helpers = /\bwiregrad\./.test(text) ? '\n\nimport wiregrad' : ''
  return `"""The network, written by Wiregrad. Values lie channels-last: batch, height, width, channels."""
${importsFor(text)}${helpers}


${hasBlocks(modules) ? blockClass : ''}${text}`
}
