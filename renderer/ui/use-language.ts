/** The language as something that components depend on: those that keep what they drew are drawn anew when it changes. */
import { useStore } from 'zustand'
import { spoken, type Language } from './language'

export function useLanguage(): Language {
  return useStore(spoken, ({ language }) => language)
}
