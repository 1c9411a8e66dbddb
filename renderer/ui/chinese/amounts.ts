/** Numbers and names inside Chinese sentences. */
import { fieldWords } from '../field-words'
import { translate } from '../translate'
import { zh } from './spacing'

export const amount = (n: number) => n.toLocaleString('zh-CN')

/** A number with what is counted: `3 个节点`. */
export const count = (n: number, what: string) => zh`${amount(n)} ${what}`

/** Names of fields and of their options; what nobody translated stays English. */
export const words = (name: string) => translate(fieldWords(name))

/** As Chinese lists several: `甲、乙和丙`. */
export const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : zh`${names.slice(0, -1).join('、')}和${names.at(-1) ?? ''}`
