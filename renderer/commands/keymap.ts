/** Which keys a command has: those of the table, or those that people chose instead. */
import type { Keymap } from '../state/settings'
import { commands, type Command, type CommandId } from './commands'

export const commandIds = Object.keys(commands) as readonly CommandId[]

export function keysOf(id: CommandId, keymap: Keymap): readonly string[] {
  const command: Command = commands[id]
  return (Object.hasOwn(keymap, id) ? keymap[id] : undefined) ?? command.keys ?? []
}

const tables = new WeakMap<Keymap, ReadonlyMap<string, readonly CommandId[]>>()

/** Commands on a key, in the order of the table. */
export function commandsOn(chord: string, keymap: Keymap): readonly CommandId[] {
  let table = tables.get(keymap)
  if (table === undefined) {
    const made = new Map<string, CommandId[]>()
    for (const id of commandIds)
      for (const key of keysOf(id, keymap)) {
        const there = made.get(key)
        if (there === undefined) made.set(key, [id])
        else there.push(id)
      }
    tables.set(keymap, (table = made))
  }
  return table.get(chord) ?? []
}

/** The keymap with other keys for a command; those of the table are not stored. */
export function withKeys(keymap: Keymap, id: CommandId, keys: readonly string[] | null): Keymap {
  const { [id]: _old, ...others } = keymap
  const command: Command = commands[id]
  const same = keys !== null && JSON.stringify(keys) === JSON.stringify(command.keys ?? [])
  return keys === null || same ? others : { ...others, [id]: [...keys] }
}
