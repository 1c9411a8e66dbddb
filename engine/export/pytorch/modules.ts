/**
 * The modules of a model in `__init__`, each at its path: `encoder/0/attention` is `self.encoder[0].attention`, so that
 * the state dict has the names of the safetensors file. What stood in a block stands in a `Block`.
 */
import type { PlanStep } from '../../analyse/plan'
import type { Path } from '../../graph/document'
import { emitOf } from './graph'
import { call, canBeAttribute, indented, keywords } from './python'

/** A module, or modules by name (a block) or number (its copies). */
interface Branch {
  readonly children: Map<string, Branch>
  readonly step: PlanStep | null
}

const isNumber = (name: string): boolean => /^\d+$/.test(name)

function treeOf(steps: readonly PlanStep[]): Branch {
  const root: Branch = { children: new Map(), step: null }
  for (const step of steps) {
    const names = step.path.split('/')
    let at = root
    for (const [depth, name] of names.entries()) {
      const child = at.children.get(name) ?? {
        children: new Map<string, Branch>(),
        step: depth === names.length - 1 ? step : null,
      }
      at.children.set(name, child)
      at = child
    }
  }
  return root
}

/** Where a module stands, from the variable that holds the model. */
export function modulePath(model: string, path: Path): string {
  return path
    .split('/')
    .reduce(
      (holder, name) =>
        isNumber(name)
          ? `${holder}[${name}]`
          : canBeAttribute(name)
            ? `${holder}.${name}`
            : `${holder}._modules[${JSON.stringify(name)}]`,
      model,
    )
}

/** Copies of a block as a list. A number that is missing holds nothing. */
function listOf(children: ReadonlyMap<string, Branch>, indent: number): string {
  const last = Math.max(...[...children.keys()].map(Number))
  const made = Array.from({ length: last + 1 }, (_, number) => {
    const child = children.get(String(number))
    return child === undefined ? 'nn.Identity()' : construction(child, indent + 4)
  })
  const [first = ''] = made
  return made.length > 1 && made.every((text) => text === first)
    ? `nn.ModuleList([\n${indented(first)}\n    for _ in range(${made.length})\n])`
    : `nn.ModuleList(${call('', made, indent + 14, '[]')})`
}

/** Modules by name; names that Python or `nn.Module` has for itself come in a dict. */
function blockOf(children: ReadonlyMap<string, Branch>, indent: number): string {
  const made = [...children].map(([name, child]) => ({ name, text: construction(child, indent + 4) }))
  const plain = made.filter(({ name }) => canBeAttribute(name)).map(({ name, text }) => `${name}=${text}`)
  const others = made
    .filter(({ name }) => !canBeAttribute(name))
    .map(({ name, text }) => `"${name}": ${text}`)
  return call(
    'Block',
    [...plain, ...(others.length > 0 ? [call('**', others, indent + 4, '{}')] : [])],
    indent,
  )
}

function construction({ step, children }: Branch, indent: number): string {
  if (step !== null) {
    const { call: made, args } = emitOf(step)
    return call(made, keywords(args), indent)
  }
  return [...children.keys()].every(isNumber) ? listOf(children, indent) : blockOf(children, indent)
}

/** Statements that make every module. */
export function moduleLines(steps: readonly PlanStep[]): readonly string[] {
  return [...treeOf(steps).children].map(
    ([name, branch]) => `${modulePath('self', name)} = ${construction(branch, 8)}`,
  )
}

export function hasBlocks(steps: readonly PlanStep[]): boolean {
  return steps.some((step) => step.path.includes('/'))
}

/** Statements that keep still what does not train: frozen nodes, and entries that only PyTorch has. */
export function stillLines(steps: readonly PlanStep[]): readonly string[] {
  return steps.flatMap((step) => {
    const at = modulePath('self', step.path)
    if (step.frozen) return [`${at}.requires_grad_(False)  # frozen`]
    return emitOf(step)
      .tensors.filter((entry) => 'zeros' in entry && entry.dtype === 'F32')
      .map(({ name }) => `${modulePath(at, name.replaceAll('.', '/'))}.requires_grad_(False)  # stays zero`)
  })
}
