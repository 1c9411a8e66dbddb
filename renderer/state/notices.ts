/**
 * Sentences for the user that belong to no panel: what was saved, what failed, what is offered. Errors and offers stay
 * until dismissed; good news and hints leave by themselves.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'

export interface NoticeAction {
  readonly label: string
  run(): void
}

export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'info' | 'offer' | 'hint'
  readonly message: string
  readonly actions: readonly NoticeAction[]
}

export interface Notices {
  readonly store: StoreApi<readonly Notice[]>
  /** Gives a way to take it back, as the others below do. */
  error(message: string, actions?: readonly NoticeAction[]): () => void
  info(message: string): void
  /** What is neither good nor bad. */
  hint(message: string): () => void
  offer(message: string, actions: readonly NoticeAction[]): () => void
  dismiss(id: number): void
}

/** How long good news and hints stay, in milliseconds. */
const stay = 5000

export function createNotices(): Notices {
  const store = createStore<readonly Notice[]>(() => [])
  let next = 1

  function add(kind: Notice['kind'], message: string, actions: readonly NoticeAction[]): number {
    const id = next
    next += 1
    // The same sentence twice says no more than once.
    store.setState(
      [...store.getState().filter((notice) => notice.message !== message), { id, kind, message, actions }],
      true,
    )
    return id
  }

  function dismiss(id: number): void {
    store.setState(
      store.getState().filter((notice) => notice.id !== id),
      true,
    )
  }

  function addUntilDismissed(
    kind: Notice['kind'],
    message: string,
    actions: readonly NoticeAction[],
  ): () => void {
    const id = add(kind, message, actions)
    return () => dismiss(id)
  }

  function addForAWhile(kind: Notice['kind'], message: string): () => void {
    const id = add(kind, message, [])
    setTimeout(() => dismiss(id), stay)
    return () => dismiss(id)
  }

  return {
    store,
    error: (message, actions = []) => addUntilDismissed('error', message, actions),
    info: (message) => void addForAWhile('info', message),
    hint: (message) => addForAWhile('hint', message),
    offer: (message, actions) => addUntilDismissed('offer', message, actions),
    dismiss,
  }
}
