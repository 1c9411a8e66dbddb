/** What commands ask before they can be run. */
import { blockType } from '../../engine/graph/document'
import { isTrainable } from '../state/editor-types'
import type { Stores } from '../ui/stores'

export const status = ({ session }: Stores) => session.store.getState().status
export const active = (stores: Stores) => status(stores) === 'running' || status(stores) === 'paused'
export const selected = ({ editor }: Stores) => {
  const { nodes, wires, frames } = editor.store.getState().selection
  return nodes.size > 0 || wires.size > 0 || frames.size > 0
}
export const severalTabs = ({ files }: Stores) => files.tabs.getState().tabs.length > 1
export const selectedWires = ({ editor }: Stores) => editor.store.getState().selection.wires.size > 0
export const severalNodes = ({ editor }: Stores) => editor.store.getState().selection.nodes.size > 1
export const selectedNodes = ({ editor }: Stores) => editor.store.getState().selection.nodes.size > 0
export const trainable = ({ editor }: Stores) => isTrainable(editor.store.getState())

export const stepping = ({ stepwise }: Stores) => stepwise.store.getState().open

export const hasCurves = ({ session }: Stores) =>
  session.store.getState().runId !== null && session.run() !== null
export const hasHistory = ({ session }: Stores) => (session.run()?.history?.length ?? 0) > 0

/** The only selected node, where it is an instance of a block. */
export function selectedInstance({ editor }: Stores): string | null {
  const { open, selection } = editor.store.getState()
  const { document } = open
  const [only] = selection.nodes
  if (only === undefined || selection.nodes.size > 1) return null
  return document.nodes[only]?.type === blockType ? only : null
}
