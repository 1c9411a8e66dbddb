/** What a screen reader says of cards, ports and wires. */
import { formatCount } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'
import type { CardModel, CardPort } from './card-model'

const words = strings.canvas
const join = (parts: readonly string[]) => words.facts(parts.filter((part) => part !== ''))

export function describeNode(model: CardModel): string {
  return join([
    model.title,
    model.summary,
    model.repeat > 1 ? words.repeated(model.repeat) : '',
    model.shape === '' ? '' : words.output(model.shape),
    model.parameters === null || model.parameters === 0
      ? ''
      : words.spokenParameters(formatCount(model.parameters)),
    model.shared ? words.sharedWeights : '',
    model.frozen ? words.frozen : '',
    model.bypass ? words.bypassed : '',
    model.disabled ? words.disabled : '',
    ...model.errors.map(words.error),
    ...model.warnings.map(words.warning),
  ])
}

export function describeWire(from: string, to: string, shape: string, problem: string): string {
  return join([words.wire(from, to), shape, problem])
}

export function describePort(node: string, port: CardPort, side: 'input' | 'output'): string {
  return join([
    side === 'input' ? words.input(port.name, node) : words.outputPort(port.name, node),
    port.optional ? words.optional : '',
  ])
}
