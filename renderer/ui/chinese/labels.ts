/** Names of undo entries in Chinese. */
import type { Strings } from '../strings'
import { translate } from '../translate'
import { count, words } from './amounts'
import { zh } from './spacing'

export const labels: Strings['labels'] = {
  addNode: (title) => zh`添加${translate(title)}`,
  connect: '连接',
  reconnect: '移动连线',
  disconnect: '断开连接',
  remove: (nodes, wires, frames) =>
    zh`删除${nodes > 0 ? count(nodes, '个节点') : wires > 0 ? count(wires, '条连线') : count(frames, '个分组框')}`,
  setParam: (field) => zh`更改${words(field)}`,
  rename: '重命名节点',
  note: '编辑备注',
  flag: (flag, on) =>
    ({
      frozen: on ? '冻结' : '解除冻结',
      bypass: on ? '旁路' : '取消旁路',
      disabled: on ? '禁用' : '启用',
    })[flag],
  move: (n) => zh`移动${count(n, '个节点')}`,
  renameDocument: '重命名文档',
  documentNotes: '编辑备注',
  duplicate: (n) => zh`创建${count(n, '个节点')}的副本`,
  paste: (n) => zh`粘贴${count(n, '个节点')}`,
  makeBlock: (n) => zh`将${count(n, '个节点')}组成模块`,
  expandBlock: '拆开模块',
  renameBlock: '重命名模块',
  importModel: (names) => zh`导入${names}`,
  promote: (field, on) => (on ? zh`允许各实例设置${words(field)}` : zh`${words(field)}仅在模块内设置`),
  insert: (title) => zh`插入${translate(title)}`,
  replace: (title) => zh`替换为${translate(title)}`,
  reroute: '弯折连线',
  fixInsert: (title) => zh`插入${translate(title)}`,
  fixSet: (field, value) => zh`将${words(field)}设为 ${value}`,
  port: '连接模块端口',
  renamePort: '重命名端口',
  removePort: '删除端口',
  addFrame: '添加分组框',
  addNote: '添加便签',
  frame: '编辑分组框',
  moveAll: '移动分组框',
  align: '对齐',
  distribute: '均匀分布',
  tidy: '整理布局',
}
