/**
 * An example as it is opened: in the language of the window. Names, notes and labels are the user's from then on, and no
 * longer change with the language; ids, which exported code is named after, are the same in all.
 */
import type { Document, Node } from '../../engine/graph/document'
import { exampleLabels, noteLines, noteStarts } from '../ui/chinese/examples'
import { currentLanguage } from '../ui/language'
import { translate } from '../ui/translate'

export function inLanguage(document: Document): Document {
  if (currentLanguage() === 'en') return document
  return {
    ...document,
    name: translate(document.name),
    notes: document.notes.split('\n').map(noteLine).join('\n'),
    nodes: mapped(document.nodes, labelled),
    blocks: mapped(document.blocks, (block) => ({
      ...block,
      name: label(block.name),
      nodes: mapped(block.nodes, labelled),
    })),
  }
}

function mapped<T>(record: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(record).map(([id, value]) => [id, change(value)]))
}

function labelled(node: Node): Node {
  return node.label === undefined ? node : { ...node, label: label(node.label) }
}

/** `Hidden 3` is `Hidden`, and its number. */
function label(text: string): string {
  const whole = exampleLabels[text]
  if (whole !== undefined) return whole
  const [, name = '', number = ''] = /^(.+?)((?: ×)? \d+)$/.exec(text) ?? []
  const named = exampleLabels[name]
  return named === undefined ? text : named + number
}

function noteLine(line: string): string {
  const whole = noteLines[line]
  if (whole !== undefined) return whole
  const [, start = '', rest = ''] = /^([A-Z][a-z ]+): (.+)$/.exec(line) ?? []
  const begin = noteStarts[start]
  return begin === undefined ? sentence(line) : `${begin}：${sentence(rest)}`
}

/** The start page shows what comes after `Goal:` with a capital, and so the phrases have it. */
function sentence(text: string): string {
  return noteLines[text] ?? translate(text.charAt(0).toUpperCase() + text.slice(1))
}
