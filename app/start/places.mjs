/**
 * Where things of the user's are kept, whichever way the window is opened: so that work begun in one is found in the
 * other. Node built-ins only.
 */
import os from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** Where drafts and runs are kept, as the system likes it. @returns {string} */
export function userData() {
  const named = process.env.WIREGRAD_DATA
  if (named !== undefined) return path.resolve(named)
  const home = os.homedir()
  if (process.platform === 'darwin') return path.join(home, 'Library/Application Support/Wiregrad')
  if (process.platform === 'win32') return path.join(process.env.APPDATA ?? home, 'Wiregrad')
  return path.join(process.env.XDG_DATA_HOME ?? path.join(home, '.local/share'), 'wiregrad')
}

/** Where documents are kept unless another place is chosen. @returns {string} */
export function workspaceFolder() {
  return path.resolve(process.env.WIREGRAD_WORKSPACE ?? path.join(os.homedir(), 'Wiregrad'))
}
