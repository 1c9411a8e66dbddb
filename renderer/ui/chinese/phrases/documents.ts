/** What is wrong with a file of a graph or an edit of it. */
import type { Phrases } from '../../translate'

export const documents: Phrases = {
  exact: {
    'Only an instance of a block can be taken apart.': '只有模块的实例才能拆开。',
    'The file': '文件',
  },
  patterns: [
    ['There is no block "{0}".', '没有模块 "{0}"。'],
    [
      'Taken apart, the block “{0}” would make {1} nodes; at most {2} are made. Lower its repeat count first.',
      '模块“{0}”拆开后会产生 {1} 个节点，而最多产生 {2} 个。请先降低它的重复次数。',
    ],
    [
      'The block “{0}” is bypassed, so nothing in it counts. Switch the bypass off first.',
      '模块“{0}”被旁路，其中的内容都不起作用。请先关闭旁路。',
    ],
    [
      'The block “{0}” shares its weights with another instance, which a part of it cannot. Give both their own weights first.',
      '模块“{0}”与另一个实例共享权重，而它的一部分做不到这一点。请先让两者各用自己的权重。',
    ],
    ['There is no node "{0}".', '没有节点 "{0}"。'],
    ['{0} is not of the right form.', '{0}的形式不正确。'],
    ['There is no entry {0} in {1}; remove it.', '{1}中没有 {0} 这一项；请去掉它。'],
    ['{0} is not a name that can be used here: {1}.', '{0} 不能用作这里的名字：{1}。'],
    ['{0} is missing.', '缺少{0}。'],
    ['{0} is not of the right form: {1} came.', '{0}的形式不正确：给出的是{1}。'],
    ['{0} is missing: {1} was wanted.', '缺少{0}：这里应当是{1}。', { text: '文字' }],
    ['{0} must be {1}, but is {2}.', '{0}必须是{1}，却是{2}。', { text: '文字', nothing: '空' }],
    [
      'This is not a Wiregrad graph: the text is not complete, valid JSON{0}.',
      '这不是 Wiregrad 的网络：文本不是完整有效的 JSON{0}。',
    ],
    [
      'This is not a Wiregrad graph: `format` must be "wiregrad", but is {0}.',
      '这不是 Wiregrad 的网络：`format` 必须是 "wiregrad"，却是 {0}。',
      { nothing: '空' },
    ],
    [
      '`version` must be a whole number from 1 to {0}, but is {1}.',
      '`version` 必须是 1 到 {0} 的整数，却是 {1}。',
      { nothing: '空' },
    ],
    [
      'This graph was saved by a newer Wiregrad: its format is version {0}, and this Wiregrad reads versions up to {1}. Open it with a newer Wiregrad.',
      '这个网络由更新版本的 Wiregrad 保存：它的格式是版本 {0}，而这个 Wiregrad 最多读取到版本 {1}。请用更新的 Wiregrad 打开它。',
    ],
    [
      'The text has {0} characters; graphs of up to {1} characters are read.',
      '文本有 {0} 个字符；最多读取 {1} 个字符的网络。',
    ],
    [
      'This is not a Wiregrad graph: an object was wanted, but {0} came.',
      '这不是 Wiregrad 的网络：这里应当是一个对象，给出的却是{0}。',
      { nothing: '空' },
    ],
    [
      'The wire `{0}wires.{1}` comes from "{2}", but there is no such node.',
      '连线 `{0}wires.{1}` 来自 "{2}"，但没有这个节点。',
    ],
    [
      'The wire `{0}wires.{1}` leads to "{2}", but there is no such node.',
      '连线 `{0}wires.{1}` 通向 "{2}"，但没有这个节点。',
    ],
    [
      'The node `{0}nodes.{1}` is an instance of the block "{2}", but there is no such block.',
      '节点 `{0}nodes.{1}` 是模块 "{2}" 的实例，但没有这个模块。',
    ],
    [
      'The port "{0}" of the block `blocks.{1}` stands for a port of "{2}", but there is no such node inside.',
      '模块 `blocks.{1}` 的端口 "{0}" 代表 "{2}" 的一个端口，但其中没有这个节点。',
    ],
    [
      'The setting "{0}" of the block `blocks.{1}` belongs to "{2}", but there is no such node inside.',
      '模块 `blocks.{1}` 的设置 "{0}" 属于 "{2}"，但其中没有这个节点。',
    ],
    ['{0}, the key "{1}" cannot be a name; rename it.', '{0}，键 "{1}" 不能用作名字；请改名。'],
    ['{0}, the key "{1}" stands twice; one of them must go.', '{0}，键 "{1}" 出现了两次；其中一个必须去掉。'],
    ['{0}, values are nested more than {1} levels deep.', '{0}，值的嵌套超过了 {1} 层。'],
    ['`{0}` is {1}. {2}.', '`{0}` 是{1}。{2}。'],
  ],
  within: {
    'An id is a lower-case letter followed by at most 63 lower-case letters, digits or underscores':
      '标识符以小写字母开头，后面最多跟 63 个小写字母、数字或下划线',
    'This word cannot be an id': '这个词不能用作标识符',
    'a list of {0}': '含 {0} 项的列表',
    'an object': '对象',
    'a number': '数',
    'a whole number': '整数',
    'true or false': 'true 或 false',
    'a list': '列表',
    'one of {0}': '以下之一：{0}',
    'another form': '另一种形式',
    'a word of the right form': '形式正确的词',
    'a multiple of {0}': '{0} 的倍数',
    'something else': '别的内容',
    'it has the wrong form': '它的形式不对',
    '(line {0}, column {1})': '（第 {0} 行第 {1} 列）',
    'At the top': '在最外层',
    'text of at least {0} characters': '至少 {0} 个字符的文字',
    'text of at most {0} characters': '至多 {0} 个字符的文字',
    'a list of at least {0}': '至少 {0} 项的列表',
    'a list of at most {0}': '至多 {0} 项的列表',
    'a number above {0}': '大于 {0} 的数',
    'a number below {0}': '小于 {0} 的数',
    'a number of at least {0}': '至少为 {0} 的数',
    'a number of at most {0}': '至多为 {0} 的数',
    'the file': '文件',
    'the settings': '设置',
    'At {0}': '在 {0}',
  },
}
