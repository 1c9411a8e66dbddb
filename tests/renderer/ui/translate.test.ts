import { afterEach, describe, expect, it } from 'vitest'
import { joinChinese, zh } from '../../../renderer/ui/chinese/spacing'
import { currentLanguage, languageOf, speak } from '../../../renderer/ui/language'
import { createTranslator, translate } from '../../../renderer/ui/translate'

afterEach(() => speak('en'))

describe('the language of the window', () => {
  it('is the first of the system’s that it speaks, unless one was chosen', () => {
    expect(languageOf('system', ['fr-FR', 'zh-Hans-CN', 'en'])).toBe('zh')
    expect(languageOf('system', ['en-GB', 'zh-CN'])).toBe('en')
    expect(languageOf('system', ['fr'])).toBe('en')
    expect(languageOf('en', ['zh-CN'])).toBe('en')
    expect(languageOf('zh', ['en'])).toBe('zh')
  })
})

describe('translations', () => {
  const chinese = createTranslator([
    {
      exact: { Dense: '全连接层', 'Batch size': '批大小', 'Try again.': '请重试。' },
      patterns: [
        ['{0} needs {1}.', '{0}需要{1}。'],
        ['{0} needs an image {1}, but {2} is {3}.', '{0}需要图像 {1}，而 {2} 是 {3}。'],
        ['Set {1} of {0} to (x + {2})', '将{0}的{1}设为 (x + {2})'],
      ],
    },
    { exact: { 'a sequence': '序列' }, patterns: [] },
  ])

  it('takes whole texts, and fills slots with what the English held, translated where it is known', () => {
    expect(chinese('Dense')).toBe('全连接层')
    expect(chinese('Dense needs a sequence.')).toBe('全连接层需要序列。')
    expect(chinese('LSTM needs 3 numbers.')).toBe('LSTM 需要 3 numbers。')
  })

  it('takes the template with more words of its own, and orders slots as the translation does', () => {
    expect(chinese('Dense needs an image B × H × W, but x is 3.')).toBe(
      '全连接层需要图像 B × H × W，而 x 是 3。',
    )
    expect(chinese('Set Dense of Batch size to (x + 2)')).toBe('将批大小的全连接层设为 (x + 2)')
  })

  it('puts known sentences together, and otherwise lets a slot hold more than one', () => {
    expect(chinese('Dense needs a sequence. Try again.')).toBe('全连接层需要序列。请重试。')
    expect(chinese('Dense needs a sequence. Nobody knows this.')).toBe(
      '全连接层需要 a sequence. Nobody knows this。',
    )
    expect(chinese('Try again. Nobody knows this')).toBe(null)
    expect(chinese('constructor')).toBe(null)
  })

  it('leaves English as it is in the English window, and what no table knows in any', () => {
    expect(translate('Nobody wrote this down')).toBe('Nobody wrote this down')
    speak('zh')
    expect(currentLanguage()).toBe('zh')
    expect(translate('Nobody wrote this down')).toBe('Nobody wrote this down')
  })
})

describe('the space between Chinese and Latin', () => {
  it('is one at a seam, none beside wide punctuation, and left alone elsewhere', () => {
    expect(zh`添加${'Dense'}`).toBe('添加 Dense')
    expect(zh`添加${'全连接层'}`).toBe('添加全连接层')
    expect(zh`共 ${3} 层`).toBe('共 3 层')
    expect(zh`“${'a b'}”有${2}处改动`).toBe('“a b”有 2 处改动')
    expect(joinChinese(['删除 ', '节点'])).toBe('删除节点')
    expect(joinChinese(['x: ', 'y'])).toBe('x: y')
  })
})
