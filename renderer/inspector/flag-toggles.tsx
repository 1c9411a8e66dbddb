/** Frozen, bypassed, disabled: of one node or of several, where it says something about them. */
import type { NodeId } from '../../engine/graph/document'
import type { Flag } from '../state/editor-types'
import { takesFlag } from '../state/flags'
import { ToggleField } from '../ui/fields'
import { useEditor, useEditorActions, useStores } from '../ui/stores'
import { strings } from '../ui/strings'

const words = strings.inspector

const flags = ['frozen', 'bypass', 'disabled'] as const satisfies readonly Flag[]

export function FlagToggles({ ids }: { readonly ids: readonly NodeId[] }) {
  const { editor } = useStores()
  const actions = useEditorActions()
  const nodes = useEditor((state) => state.open.document.nodes)
  return flags.map((flag) => {
    const taking = ids.filter((id) => {
      const node = nodes[id]
      return node !== undefined && takesFlag(node, editor.catalogue, flag)
    })
    const having = taking.filter((id) => nodes[id]?.[flag] === true).length
    return taking.length === 0 ? null : (
      <ToggleField
        key={flag}
        label={words[flag]}
        doc={words[`${flag}Doc`]}
        value={having === taking.length || (having > 0 && 'mixed')}
        onChange={(on) => actions.setFlag(taking, flag, on)}
      />
    )
  })
}
