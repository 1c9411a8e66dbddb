/**
 * Every panel and state of the window, as somebody would come to it who cannot read its words: the scenes are the same in
 * every language. A scene begins with a fresh page; its states follow from one another.
 */
import { editingScenes } from './scenes/editing.mjs'
import { fileScenes } from './scenes/files.mjs'
import { trainingScenes } from './scenes/training.mjs'
import { windowScenes } from './scenes/window.mjs'

/** @type {readonly import('./hands.mjs').Scene[]} */
export const scenes = [...windowScenes, ...editingScenes, ...fileScenes, ...trainingScenes]
