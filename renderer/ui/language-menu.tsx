/** The language of the window, to be chosen: each by its own name, so that nobody is lost in one that they cannot read. */
import { Languages } from 'lucide-react'
import { languages } from '../state/settings'
import { Menu } from './menu'
import { useSettings, useStores } from './stores'
import { strings } from './strings'

export function LanguageMenu() {
  const { settings } = useStores()
  const language = useSettings((state) => state.language)
  return (
    <Menu
      label={strings.commands.language}
      button={<Languages size={16} aria-hidden />}
      align="end"
      className="button-icon button-quiet"
      entries={languages.map((name) => ({
        id: name,
        label: strings.languages[name],
        checked: name === language,
        run: () => settings.set({ language: name }),
      }))}
    />
  )
}
