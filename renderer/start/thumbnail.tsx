/** A small picture of a graph: its cards in the colours of their families, and its wires. */
import type { Document } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'

const card = { width: 172, height: 74 }

export function Thumbnail({ document }: { readonly document: Document }) {
  const nodes = Object.entries(document.nodes)
  const xs = nodes.map(([, { at }]) => at[0])
  const ys = nodes.map(([, { at }]) => at[1])
  const [left, top] = [Math.min(...xs), Math.min(...ys)]
  const [width, height] = [Math.max(...xs) - left + card.width, Math.max(...ys) - top + card.height]
  const margin = 24
  const box = [left - margin, top - margin, width + 2 * margin, height + 2 * margin].join(' ')
  return (
    <svg className="thumbnail" viewBox={box} preserveAspectRatio="xMidYMid meet" aria-hidden>
      {Object.entries(document.wires).map(([id, { from, to }]) => {
        const [start, end] = [document.nodes[from[0]], document.nodes[to[0]]]
        if (start === undefined || end === undefined) return null
        const [x1, y1] = [start.at[0] + card.width, start.at[1] + card.height / 2]
        const [x2, y2] = [end.at[0], end.at[1] + card.height / 2]
        const bend = Math.max(40, Math.abs(x2 - x1) / 2)
        return (
          <path
            key={id}
            className="thumbnail-wire"
            d={`M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`}
          />
        )
      })}
      {nodes.map(([id, node]) => {
        const family = catalogue.get(node.type)?.family ?? 'core'
        return (
          <g key={id} transform={`translate(${node.at[0]} ${node.at[1]})`}>
            <rect className="thumbnail-card" width={card.width} height={card.height} rx={12} />
            <rect width={14} height={card.height} rx={5} fill={`var(--family-${family})`} />
          </g>
        )
      })}
    </svg>
  )
}
