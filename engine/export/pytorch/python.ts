/** Python text: literals, names and calls, laid out so that people can read it. */
import type { Json } from '../../../nodes/kit/torch'

/** A line is broken where it would be longer. */
const longestLine = 110

/** Words that cannot be names, and names that the written files use for something else. */
const taken: ReadonlySet<string> = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield match case type self model torch nn wiregrad math ' +
    'len range float sum print losses'
  ).split(' '),
)

/** Attributes of `torch.nn.Module` (1.13 to 2.9) that a submodule of that name would hide, or be hidden by. */
const moduleAttributes: ReadonlySet<string> = new Set(
  (
    'add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval extra_repr ' +
    'float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia ' +
    'named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer ' +
    'register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook ' +
    'register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter ' +
    'register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule ' +
    'share_memory state_dict to to_empty train training type xpu zero_grad'
  ).split(' '),
)

/** Whether a submodule can be an attribute of this name. */
export function canBeAttribute(name: string): boolean {
  return !taken.has(name) && !moduleAttributes.has(name)
}

/** Gives names of variables that differ from one another and from everything else. */
export function variableNames(): (wanted: string) => string {
  const given = new Set<string>()
  return (wanted) => {
    const base = taken.has(wanted) ? `${wanted}_` : wanted
    let name = base
    for (let number = 2; given.has(name); number++) name = `${base}_${number}`
    given.add(name)
    return name
  }
}

/** `(a, b)`, `(a,)`, `()`. */
export function tuple(parts: readonly string[]): string {
  return `(${parts.join(', ')}${parts.length === 1 ? ',' : ''})`
}

/** A value as Python writes it. JSON has no infinities: they come as words. */
export function literal(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (value === 'inf' || value === '-inf') return `float("${value}")`
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value)) return tuple((value as readonly Json[]).map(literal))
  const entries = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${literal(one)}`)
  return `{${entries.join(', ')}}`
}

/** `name=value` of every argument. */
export function keywords(args: Readonly<Record<string, Json>>): readonly string[] {
  return Object.entries(args).map(([name, value]) => `${name}=${literal(value)}`)
}

export function indented(text: string, spaces = 4): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(spaces))
}

/** `head(a, b)`, over several lines where one is too long or an argument has several; `indent` is where it will stand. */
export function call(head: string, args: readonly string[], indent = 0, brackets = '()'): string {
  const [open = '', close = ''] = brackets
  const line = `${head}${open}${args.join(', ')}${close}`
  if (!line.includes('\n') && indent + line.length <= longestLine) return line
  return `${head}${open}\n${args.map((one) => `${indented(one)},\n`).join('')}${close}`
}

export function fits(line: string, indent: number): boolean {
  return indent + line.length <= longestLine
}

/** People's words where Python takes them literally: in a docstring. */
export function words(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').replace(/[\\"]/g, "'")
}
