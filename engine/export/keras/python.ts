/** Pieces of Python: literals, names and calls, each on one line. */
import type { Json } from '../../../nodes/kit/torch'

const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global ' +
    'if import in is lambda nonlocal not or pass raise return try while with yield match case ' +
    // What the script itself uses.
    'argparse os keras layers math np print len dict zip build'
  ).split(' '),
)

/** A name that may stand in a script: `lambda` -> `lambda_`. */
export function pythonName(name: string): string {
  return reserved.has(name) ? `${name}_` : name
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A layer inside another one, as the configuration holds it. */
function isLayer(value: { readonly [key: string]: Json }): boolean {
  return value['module'] === 'keras.layers' && typeof value['class_name'] === 'string'
}

/** A value as Python writes it; a layer inside a layer as its constructor. */
export function literal(value: Json): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return String(value)
    return Number.isNaN(value) ? 'float("nan")' : `float("${value > 0 ? '' : '-'}inf")`
  }
  if (typeof value === 'string') return JSON.stringify(value)
  if (isObject(value)) {
    if (isLayer(value))
      return `layers.${value['class_name'] as string}(${keywords(value['config'] as typeof value)})`
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}: ${literal(one)}`)
      .join(', ')}}`
  }
  const items = value.map(literal)
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`
}

/** `units=32, activation="relu"`. */
export function keywords(values: { readonly [name: string]: Json }): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${literal(value)}`)
    .join(', ')
}
