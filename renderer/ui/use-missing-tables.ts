/** The tables that the graph on show wants and that are not here, kept while neither the graph's meaning nor the files change. */
import { useMemo } from 'react'
import { missingTables, type MissingTable } from '../state/missing-tables'
import { useEditor, useSession } from './stores'

export function useMissingTables(): readonly MissingTable[] {
  const plan = useEditor((state) => state.analysis.plan)
  const files = useSession((state) => state.files)
  return useMemo(() => missingTables(plan, files), [plan, files])
}
