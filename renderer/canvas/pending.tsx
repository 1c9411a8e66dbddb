/** A wire that a list asks about: there as long as the list is, so that it is seen where that wire begins and ends. */
import { ViewportPortal } from '@xyflow/react'
import type { PendingWire } from './use-asking'

export function Pending({ wire: { d, loose } }: { readonly wire: PendingWire }) {
  return (
    <ViewportPortal>
      <svg className={loose === null ? 'canvas-pending canvas-pending-misfit' : 'canvas-pending'} aria-hidden>
        <path d={d} />
        {loose !== null && <circle cx={loose[0]} cy={loose[1]} r={5} />}
      </svg>
    </ViewportPortal>
  )
}
