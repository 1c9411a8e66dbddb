/**
 * Words that the store needs: names of undo entries. The store knows no language, so the window passes them in.
 */
import type { Flag } from './editor-types'

export interface EditLabels {
  addNode(title: string): string
  connect: string
  reconnect: string
  disconnect: string
  remove(nodes: number, wires: number, frames: number): string
  setParam(field: string): string
  rename: string
  note: string
  flag(flag: Flag, on: boolean): string
  move(count: number): string
  renameDocument: string
  documentNotes: string
  duplicate(count: number): string
  paste(count: number): string
  makeBlock(count: number): string
  expandBlock: string
  importModel(names: string): string
  renameBlock: string
  promote(field: string, on: boolean): string
  insert(title: string): string
  replace(title: string): string
  reroute: string
  fixInsert(title: string): string
  fixSet(field: string, value: number): string
  port: string
  renamePort: string
  removePort: string
  addFrame: string
  addNote: string
  frame: string
  moveAll: string
  align: string
  distribute: string
  tidy: string
}
