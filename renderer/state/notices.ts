/**
 * Sentences for the user that belong to no panel: what was saved, what failed, what is offered. Errors and offers stay
 * until dismissed, or until there is news of the same matter; good news and hints leave by themselves, or for the next.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'

export interface NoticeAction {
  readonly label: string
  run(): void
}

/** What was attempted: what came of it the last time is what counts. */
export type Matter = 'opening' | 'saving' | 'keeping' | 'exporting' | 'editing' | 'running'

export interface Notice {
  readonly id: number
  readonly kind: 'error' | 'info' | 'offer' | 'hint'
  readonly message: string
  readonly actions: readonly NoticeAction[]
  readonly matter: Matter | null
}

export interface Notices {
  /** The oldest first. */
  readonly store: StoreApi<readonly Notice[]>
  /** Gives a way to take it back, as the others below do. */
  error(message: string, matter: Matter | null, actions?: readonly NoticeAction[]): () => void
  info(message: string, matter?: Matter | null): void
  /** What is neither good nor bad. */
  hint(message: string): () => void
  offer(message: string, actions: readonly NoticeAction[]): () => void
  dismiss(id: number): void
}

/** How long good news and hints stay, in milliseconds. */
const stay = 5000

const passes = ({ kind }: Pick<Notice, 'kind'>): boolean => kind === 'info' || kind === 'hint'

export function createNotices(): Notices {
  const store = createStore<readonly Notice[]>(() => [])
  let next = 1

  function add(notice: Omit<Notice, 'id'>): () => void {
    const id = next
    next += 1
    const stays = (other: Notice) =>
      // The same sentence twice says no more than once.
      other.message !== notice.message &&
      !(passes(other) && passes(notice)) &&
      (other.matter === null || other.matter !== notice.matter)
    store.setState([...store.getState().filter(stays), { id, ...notice }], true)
    return () => dismiss(id)
  }

  function dismiss(id: number): void {
    store.setState(
      store.getState().filter((notice) => notice.id !== id),
      true,
    )
  }

  function addForAWhile(notice: Omit<Notice, 'id'>): () => void {
    const takeBack = add(notice)
    setTimeout(takeBack, stay)
    return takeBack
  }

  return {
    store,
    error: (message, matter, actions = []) => add({ kind: 'error', message, actions, matter }),
    info: (message, matter = null) => void addForAWhile({ kind: 'info', message, actions: [], matter }),
    hint: (message) => addForAWhile({ kind: 'hint', message, actions: [], matter: null }),
    offer: (message, actions) => add({ kind: 'offer', message, actions, matter: null }),
    dismiss,
  }
}
