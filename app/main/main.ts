/** The entry of the desktop shell. This file and the preload script are the only ones that load Electron. */
import * as electron from 'electron'
import path from 'node:path'
import process from 'node:process'
import { userData, workspaceFolder } from '../start/places.mjs'
import { startDesktop } from './desktop'

startDesktop(
  electron,
  {
    renderer: path.join(__dirname, '../renderer'),
    preload: path.join(__dirname, '../preload/preload.cjs'),
    data: userData(),
    workspace: workspaceFolder(),
  },
  {
    platform: process.platform,
    // `electron .` has the folder between the program and the rest.
    words: process.argv.slice(electron.app.isPackaged ? 1 : 2),
    folder: process.cwd(),
  },
)
