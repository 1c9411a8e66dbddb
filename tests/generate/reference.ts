/**
 * REFERENCE.md, the manual page of every node type, made from its record: words, ports, settings, defaults, and how it
 * is written in other programs, found by asking each of them about the type's own test cases.
 */
import { catalogue } from '../../nodes/catalogue'
import type { Definition, Family, InputPort, OutputPort } from '../../nodes/kit/define'
import type { Field, Widget } from '../../nodes/kit/fields'
import * as node from '../nodes/support/harness'

const families: Readonly<Record<Family, string>> = {
  io: 'In and out',
  core: 'Core',
  conv: 'Convolution',
  pool: 'Pooling',
  norm: 'Normalisation and noise',
  merge: 'Merging',
  sequence: 'Sequences',
  attention: 'Attention',
  shape: 'Shape',
  training: 'Training',
  loss: 'Losses',
  metric: 'Metrics',
}

function valueText(value: unknown): string {
  return typeof value === 'string' && value !== '' ? value : JSON.stringify(value)
}

type Describers = { readonly [K in Widget['kind']]: (widget: Extract<Widget, { kind: K }>) => string }

const describe: Describers = {
  number: ({ integer, min, max }) => {
    const range = [
      ...(min === undefined ? [] : [`from ${min}`]),
      ...(max === undefined ? [] : [`to ${max}`]),
    ].join(' ')
    return `${integer ? 'whole number' : 'number'}${range === '' ? '' : ` ${range}`}`
  },
  toggle: () => 'yes or no',
  select: ({ options }) => options.join(', '),
  shape: ({ length }) => (length === undefined ? 'sizes' : `${length} sizes`),
  initialiser: () => 'initialiser',
  dataset: () => 'dataset',
  text: () => 'text',
  numbers: () => 'numbers',
}

function allowed(field: Field<unknown>): string {
  return (describe[field.widget.kind] as (widget: Widget) => string)(field.widget)
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line), '']
}

const good = ({ cases }: Definition) => cases.filter((item) => item.refused === undefined)

/** What the type's cases become in PyTorch, each once. */
function torchNames(definition: Definition): string {
  const calls = good(definition).map(
    (item) => node.torch(definition, item.inputs, node.caseParams(definition, item)).call,
  )
  return [...new Set(calls)].map((call) => `\`${call.replace(/^(wiregrad\.formula)_.*/, '$1')}\``).join(', ')
}

/** Operators or layers by name, and whether some cases are refused. */
function others(texts: readonly string[], find: RegExp): string {
  const names = new Set(texts.flatMap((text) => [...text.matchAll(find)].map((match) => match[1] ?? '')))
  const refused = texts.filter((text) => text.startsWith('[{"refused"')).length
  const said = [...names].map((name) => `\`${name}\``).join(', ')
  if (refused === texts.length) return 'refused, with the reason'
  return `${said === '' ? 'passes through' : said}${refused > 0 ? '; some settings are refused, with the reason' : ''}`
}

function elsewhere(definition: Definition): string[] {
  if (definition.role === 'data' || definition.role === 'input' || definition.role === 'output') return []
  if (good(definition).length === 0) return []
  const cases = good(definition).map((item) => [item.inputs, node.caseParams(definition, item)] as const)
  const onnx = cases.map(([inputs, p]) => node.recordedOnnx(definition, inputs, p))
  const keras = cases.map(([inputs, p]) => node.recordedKeras(definition, inputs, p))
  return [
    `- PyTorch: ${torchNames(definition)}`,
    ...(definition.emit.onnx === undefined ? [] : [`- ONNX: ${others(onnx, /\["ops?","(\w+)"/g)}`]),
    ...(definition.emit.keras === undefined ? [] : [`- Keras: ${others(keras, /"layer":"(\w+)"/g)}`]),
    '',
  ]
}

function weightRows(definition: Definition): string[] {
  const names = new Set<string>()
  for (const item of good(definition)) {
    const specs = node.weights(definition, item.inputs, node.caseParams(definition, item))
    for (const [name, { trainable }] of Object.entries(specs))
      names.add(`\`${name}\`${trainable ? '' : ' (moves, does not train)'}`)
  }
  return names.size === 0 ? [] : [`Weights: ${[...names].join(', ')}.`, '']
}

function page(definition: Definition): string[] {
  const ports = (all: Readonly<Record<string, InputPort | OutputPort>>, side: string) =>
    Object.entries(all).map(([name, port]) => {
      const marks = [
        ...('list' in port && port.list === true ? ['any number of wires'] : []),
        ...(port.optional === true ? ['may stay open'] : []),
      ]
      return [side, `\`${name}\``, `${port.doc}${marks.length === 0 ? '' : ` (${marks.join('; ')})`}`]
    })
  const settings = Object.entries(definition.fields).map(([name, field]: [string, Field<unknown>]) => [
    `\`${name}\``,
    allowed(field),
    field.widget.kind === 'dataset' ? '' : `\`${valueText(field.initial)}\``,
    field.doc,
  ])
  return [
    `### ${definition.title}`,
    '',
    `\`${definition.type}\`, version ${definition.version}. ${definition.doc}`,
    '',
    ...table(['', 'port', 'what'], [...ports(definition.inputs, 'in'), ...ports(definition.outputs, 'out')]),
    ...table(['setting', 'values', 'at first', 'what'], settings),
    ...weightRows(definition),
    ...elsewhere(definition),
  ]
}

/** A type without the number of its axes: `conv1d`, `conv2d` and `conv3d` are one family of types. */
export function withoutAxes(type: string): string {
  return type.replace(/[123]d(?=-|$)/, '')
}

export function referenceText(): string {
  const all = [...catalogue.values()]
  const kinds = new Set(all.map(({ type }) => withoutAxes(type)))
  const byFamily = Object.entries(families).map(([family, title]) => ({
    title,
    members: all.filter((definition) => definition.family === family),
  }))
  const lines = [
    '# Reference',
    '',
    `Every node type, from the records in \`nodes/\` (\`npm run generate\` writes this page). ${all.length} types; ${kinds.size} where 1D, 2D and 3D of`,
    'a kind count once. B is the batch; a letter such as T is an axis of any length.',
    '',
    ...table(
      ['family', 'types'],
      byFamily.map(({ title, members }) => [title, members.map(({ type }) => `\`${type}\``).join(', ')]),
    ),
    ...byFamily.flatMap(({ title, members }) => [`## ${title}`, '', ...members.flatMap(page)]),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}
