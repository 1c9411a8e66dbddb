/** What the benches of training steps print: a table for people, or one JSON object a line. */
import type { ModelName } from './models'
import type { Peer } from './turns'

export interface Row {
  readonly model: ModelName
  readonly backend: string
  readonly what: 'dispatches' | 'host' | 'wall' | 'memory'
  readonly ours: number
  readonly peer: Peer
  readonly peerValue: number
  /** Of the peer to ours: above one, ours is the better. */
  readonly ratio: number
}

const unitOf = ({ what }: Row) => (what === 'dispatches' ? '' : what === 'memory' ? ' MB' : ' ms')
const shown = (value: number) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))

export function printRows(rows: readonly Row[]): readonly string[] {
  const cells = rows.map((one) => [
    one.model,
    one.backend,
    one.what,
    shown(one.ours) + unitOf(one),
    one.peer,
    shown(one.peerValue) + unitOf(one),
    `${shown(one.ratio)} x`,
  ])
  const head = ['model', 'backend', 'what', 'ours', 'peer', 'its', 'peer / ours']
  const table = [head, ...cells]
  const widths = head.map((_, at) => Math.max(...table.map((line) => (line[at] ?? '').length)))
  return table.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

export function rowLines(rows: readonly Row[]): string {
  return rows
    .map(({ model, backend, what, ours, peer, peerValue, ratio }) =>
      JSON.stringify({ model, backend, what, ours, peer, peerValue, ratio }),
    )
    .map((line) => `${line}\n`)
    .join('')
}
