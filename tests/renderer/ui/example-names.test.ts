/** An example has one name: in the menu, on the start page, and as the document that is opened, in every language. */
import { readFileSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { readDocument } from '../../../engine/graph/read'
import { inLanguage } from '../../../renderer/start/example-words'
import { speak } from '../../../renderer/ui/language'
import { strings } from '../../../renderer/ui/strings'

afterEach(() => speak('en'))

it.each(['en', 'zh'] as const)(
  'an example is called the same before and after it is opened (%s)',
  (language) => {
    speak(language)
    const folders = [
      ['', strings.examples],
      ['architectures/', strings.architectures],
    ] as const
    for (const [folder, names] of folders)
      for (const [file, name] of Object.entries(names)) {
        const read = readDocument(readFileSync(`examples/${folder}${file}.wiregrad`, 'utf8'))
        expect(read.ok && inLanguage(read.document).name).toBe(name)
      }
  },
)
