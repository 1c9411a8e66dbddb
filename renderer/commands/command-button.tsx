/**
 * A button of the command table: its name, key and availability come from there.
 */
import { useCallback, useSyncExternalStore, type ReactNode } from 'react'
import { useSettings, useStores } from '../ui/stores'
import { commands, runCommand, type Command, type CommandId } from './commands'
import { shortcutText } from './keys'

/** Whether a command can be run now. */
export function useCan(id: CommandId): boolean {
  const stores = useStores()
  const subscribe = useCallback(
    (listener: () => void) => {
      const stops = [
        stores.editor.store.subscribe(listener),
        stores.session.store.subscribe(listener),
        stores.stepwise.store.subscribe(listener),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
    [stores],
  )
  const command: Command = commands[id]
  return useSyncExternalStore(subscribe, () => command.can?.(stores) ?? true)
}

interface CommandButtonProps {
  readonly id: CommandId
  readonly children: ReactNode
  readonly className?: string
  /** Instead of the command's title. */
  readonly title?: string
  readonly pressed?: boolean
  /** The children are an icon only. */
  readonly iconOnly?: boolean
}

export function CommandButton({
  id,
  children,
  className,
  title,
  pressed,
  iconOnly = false,
}: CommandButtonProps) {
  const stores = useStores()
  const can = useCan(id)
  const shortcut = shortcutText(
    id,
    useSettings((state) => state.keymap),
  )
  const words = title ?? commands[id].title()
  return (
    <button
      type="button"
      className={`button ${iconOnly ? 'button-icon' : ''} ${className ?? ''}`}
      title={shortcut === '' ? words : `${words} (${shortcut})`}
      aria-label={iconOnly ? commands[id].title() : undefined}
      aria-keyshortcuts={shortcut === '' ? undefined : shortcut.replace('Ctrl', 'Control')}
      aria-pressed={pressed}
      disabled={!can}
      onClick={() => runCommand(id, stores)}
    >
      {children}
    </button>
  )
}
