/**
 * Which language the window speaks now. `strings` and `translate` ask here at every word, so that a change is seen
 * wherever something is drawn anew; who keeps what it drew asks with `useLanguage`.
 */
import { createStore } from 'zustand/vanilla'

export type Language = 'en' | 'zh'

/** As `<html lang>` wants it, and as numbers and dates are written. */
export const localeOf: { readonly [L in Language]: string } = { en: 'en', zh: 'zh-CN' }

export const spoken = createStore<{ readonly language: Language }>(() => ({ language: 'en' }))

export function currentLanguage(): Language {
  return spoken.getState().language
}

export function speak(language: Language): void {
  if (language !== currentLanguage()) spoken.setState({ language })
}

/**
 * The language that a wish means: `system` is the first that the window speaks of `preferred`, which the browser or the
 * system names, the dearest first.
 */
export function languageOf(wish: 'system' | Language, preferred: readonly string[]): Language {
  if (wish !== 'system') return wish
  for (const tag of preferred) {
    const [language = ''] = tag.toLowerCase().split('-')
    if (language === 'en' || language === 'zh') return language
  }
  return 'en'
}
