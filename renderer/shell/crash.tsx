/**
 * What stands in the window when a part of it could not be drawn: why, and the ways on, with the document in hand. A
 * class, because React offers this to classes only.
 */
import { Component, type ReactNode } from 'react'
import { strings } from '../ui/strings'
import type { Stores } from '../ui/stores'

interface CrashGuardProps {
  readonly stores: Stores
  readonly children: ReactNode
}

export class CrashGuard extends Component<CrashGuardProps, { readonly why: string | null }> {
  override state: { readonly why: string | null } = { why: null }

  static getDerivedStateFromError(error: unknown): { readonly why: string } {
    return { why: error instanceof Error ? error.message : String(error) }
  }

  override render(): ReactNode {
    const { why } = this.state
    const words = strings.crash
    if (why === null) return this.props.children
    return (
      <main className="crash" role="alert">
        <h1>{words.title}</h1>
        <p>{words.why(why)}</p>
        <p>
          <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
            {words.reload}
          </button>
          <button type="button" className="button" onClick={() => this.props.stores.files.downloadCopy()}>
            {words.download}
          </button>
        </p>
      </main>
    )
  }
}
