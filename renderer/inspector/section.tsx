/** A titled part of the inspector that folds. */
import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'

export function Section({
  title,
  closed = false,
  children,
}: {
  readonly title: string
  readonly closed?: boolean
  readonly children: ReactNode
}) {
  return (
    <details className="section" open={!closed}>
      <summary>
        <h3 className="section-title">{title}</h3>
        <ChevronDown size={14} aria-hidden />
      </summary>
      {children}
    </details>
  )
}
