/** What stands in the way of a training, in a sentence; null where nothing does. */
import { isTrainable } from '../state/editor-types'
import { useEditor } from '../ui/stores'
import { strings } from '../ui/strings'
import { useMissingTables } from '../ui/use-missing-tables'

const words = strings.run

export function useLacking(): string | null {
  const empty = useEditor((state) => Object.keys(state.document.nodes).length === 0)
  const ready = useEditor(isTrainable)
  const [missing] = useMissingTables()
  if (empty) return words.drawFirst
  if (!ready) return words.problemsFirst
  return missing === undefined ? null : words.fileFirst(missing.file)
}
