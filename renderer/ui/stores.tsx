/**
 * How components reach the stores: one context, and hooks that re-render only when the selected value changes. Numbers
 * of a run never come this way; they are painted from the run's ring buffers.
 */
import { createContext, useContext, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { Editor, EditorActions, EditorState } from '../state/editor-types'
import type { Files } from '../state/files'
import type { Layout } from '../state/layout'
import type { Moment } from '../state/moment'
import type { Notices } from '../state/notices'
import type { Pictures } from '../state/pictures'
import type { Scene } from '../state/scene'
import type { Session, SessionState } from '../state/session-types'
import type { Settings, SettingsState } from '../state/settings'
import type { TableImport } from '../state/table-import'
import type { Stepwise, StepwiseState } from '../state/stepwise'
import type { Trials } from '../state/trials'
import type { View } from '../state/view'
import type { WeightsImport } from '../state/weights-import'

export interface Stores {
  readonly editor: Editor
  readonly session: Session
  readonly settings: Settings
  readonly view: View
  readonly scene: Scene
  /** Which step of the run is on show. */
  readonly moment: Moment
  /** Going through one batch step by step. */
  readonly stepwise: Stepwise
  /** Dry batches and the range test of the learning rate. */
  readonly trials: Trials
  readonly notices: Notices
  readonly files: Files
  readonly pictures: Pictures
  readonly weightsImport: WeightsImport
  readonly tableImport: TableImport
  /** Finds places for cards: asked of a worker. */
  readonly layout: Layout
}

const Context = createContext<Stores | null>(null)

export function StoresProvider(props: { readonly stores: Stores; readonly children: ReactNode }) {
  return <Context value={props.stores}>{props.children}</Context>
}

export function useStores(): Stores {
  const stores = useContext(Context)
  if (stores === null) throw new Error('This component is used outside StoresProvider.')
  return stores
}

export function useEditor<T>(select: (state: EditorState) => T): T {
  return useStore(useStores().editor.store, select)
}

export function useEditorActions(): EditorActions {
  return useStores().editor.actions
}

export function useSession<T>(select: (state: SessionState) => T): T {
  return useStore(useStores().session.store, select)
}

export function useStepwise<T>(select: (state: StepwiseState) => T): T {
  return useStore(useStores().stepwise.store, select)
}

export function useSettings<T>(select: (state: SettingsState) => T): T {
  return useStore(useStores().settings.store, select)
}
