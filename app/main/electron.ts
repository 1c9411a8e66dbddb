/** The parts of Electron that the shell uses. Type only: `main.ts` is the one file that loads them. */
import type * as electron from 'electron'

export type Electron = Pick<
  typeof electron,
  | 'app'
  | 'BrowserWindow'
  | 'Menu'
  | 'dialog'
  | 'ipcMain'
  | 'nativeTheme'
  | 'protocol'
  | 'screen'
  | 'session'
  | 'shell'
>

/** Where things are. */
export interface Places {
  /** The built window. */
  readonly renderer: string
  readonly preload: string
  /** The user's drafts and runs, and what the shell remembers. */
  readonly data: string
  readonly workspace: string
}
