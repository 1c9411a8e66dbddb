/** What the host of the window answers: files, the bridge. */
import type { Phrases } from '../../translate'

export const host: Phrases = {
  exact: {
    'Its program could not be fetched.': '无法加载训练程序。',
    'The disk took no more bytes.': '磁盘不再接受任何数据。',
    'This document was opened by another start of Wiregrad: open it again.':
      '这个文档是由 Wiregrad 的另一次启动打开的：请重新打开它。',
    'There is nothing to commit: write the files of the run first.': '没有可提交的内容：请先写入训练的文件。',
    'Only the desktop window can do this.': '只有桌面窗口才能做这件事。',
    'There is no such channel.': '没有这样的通道。',
    'A file must come as bytes.': '文件必须以字节形式传来。',
    'The window is closed.': '窗口已经关闭。',
    'This file is larger than 1 GiB.': '这个文件大于 1 GiB。',
    'The server has no port.': '服务器没有端口。',
    'Wiregrad’s server does not answer: start it again.': 'Wiregrad 的服务器没有响应：请重新启动它。',
  },
  patterns: [
    ['There is no node type "{0}".', '没有节点类型 "{0}"。'],
    ['Only {0} of {1} bytes reached the disk.', '{1} 个字节中只有 {0} 个写到了磁盘上。'],
    ['“{0}” is no longer there: it was moved or deleted.', '“{0}”已经不在那里：它被移走或删除了。'],
    [
      'A file of a run may have {0} bytes at most; this one has more.',
      '一次训练的文件最多 {0} 个字节，而这个文件更大。',
    ],
    ['The run “{0}” has no {1}.', '训练“{0}”没有 {1}。'],
    ['Wiregrad opens files that end in {0} here.', 'Wiregrad 在这里打开以 {0} 结尾的文件。'],
    ['A request may have {0} bytes at most.', '一次请求最多 {0} 个字节。'],
    ['The file {0} is not there: the server answered {1}.', '文件 {0} 不在那里：服务器回答 {1}。'],
    ['A script from {0}//{1} is refused.', '来自 {0}//{1} 的脚本被拒绝。'],
  ],
}
