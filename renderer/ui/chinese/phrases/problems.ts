/** Problems of a graph, and reasons against a wire. */
import type { Phrases } from '../../translate'

export const problems: Phrases = {
  exact: {
    'Remove the wire': '移除连线',
    'It is to use its own weights as another’s; choose another node.':
      '它要把自己的权重当作别人的来用；请选择另一个节点。',
    'The settings': '设置',
    'The block does not exist.': '模块不存在。',
    'It is to use the weights of another instance, but the two are not the same block repeated as often; make them alike.':
      '它要使用另一个实例的权重，但两者不是重复次数相同的同一个模块；请使它们一致。',
    'Put an embedding between the two.': '请在两者之间放一个嵌入层。',
    'A loss is where a graph ends.': '损失是网络的终点。',
    'Reroute point': '转折点',
    'The training': '训练',
    'There is no loss, so this graph cannot be trained; add one and wire a prediction and a target to it.':
      '网络中没有损失，因此无法训练；请添加一个，并接上预测和目标。',
    Block: '模块',
  },
  patterns: [
    [
      '{0} has no wire to hand on; what hangs on it is left out.',
      '{0}没有可以传递下去的连线；连在它后面的部分被略去。',
    ],
    [
      '{0} is bypassed, but has no input to hand on; what hangs on it is left out.',
      '{0}被旁路，却没有可以传递下去的输入；连在它后面的部分被略去。',
    ],
    [
      '{0} is of no known type, so nothing can be wired to it; replace it first.',
      '{0}的类型未知，因此不能连到它；请先替换它。',
    ],
    ['{0} has no {1} `{2}`, but {3}.', '{0}没有{1} `{2}`，{3}。', { input: '输入', output: '输出' }],
    [
      '{0} cannot feed itself; choose an input of another node.',
      '{0}不能接到自己身上；请选择另一个节点的输入。',
    ],
    ['{0} leads to {1} already: this wire would close a circle.', '{0}已经通向{1}：这条连线会形成一个环。'],
    [
      'It is to use the weights of {0}, but there is no such node beside it.',
      '它要使用{0}的权重，但旁边没有这个节点。',
    ],
    [
      'It is to use the weights of {0}, which itself uses those of another node; choose that one instead.',
      '它要使用{0}的权重，而后者本身又使用另一个节点的权重；请改选那一个。',
    ],
    [
      'It is to use the weights of {0}, but that is a node of another type; {1}.',
      '它要使用{0}的权重，但那个节点是另一种类型；{1}。',
    ],
    [
      'It is to use the weights of {0}, which is switched off; switch it on, or give this node weights of its own.',
      '它要使用{0}的权重，而后者已被关闭；请把它打开，或让这个节点用自己的权重。',
    ],
    [
      'This Wiregrad knows no node of type "{0}"; replace the node, or open the graph with a newer version.',
      '这个版本的 Wiregrad 没有类型为 "{0}" 的节点；请替换这个节点，或用更新的版本打开这个网络。',
    ],
    ['The block "{0}" does not exist; remove this node.', '模块 "{0}" 不存在；请移除这个节点。'],
    [
      'The block “{0}” contains itself, or a block that does; take that instance out.',
      '模块“{0}”包含它自己，或包含了含有它的模块；请取出那个实例。',
    ],
    [
      'The block “{0}” holds blocks within blocks {1} levels deep, but at most {2} can be unrolled; nest them less.',
      '模块“{0}”的嵌套有 {1} 层，而最多只能展开 {2} 层；请减少嵌套。',
    ],
    [
      'Unrolled, the block “{0}” takes the graph to more than {1} nodes; lower its repeat count.',
      '展开之后，模块“{0}”会使网络超过 {1} 个节点；请降低它的重复次数。',
    ],
    [
      'It sets "{0}", but the block “{1}” has no such setting; take it away.',
      '它设置了 "{0}"，但模块“{1}”没有这个设置；请去掉它。',
    ],
    [
      'It is repeated {0} times, but no output of the block “{1}” has the name of an input, so the copies do not follow one another; give one the same name.',
      '它重复 {0} 次，但模块“{1}”没有与输入同名的输出，因此各份副本无法首尾相接；请给其中一个输出取相同的名字。',
    ],
    [
      '{0} has no output `{1}` with its present settings; remove the wire.',
      '{0}在目前的设置下没有输出 `{1}`；请移除这条连线。',
    ],
    ['{0} has no output `{1}`{2}; remove the wire.', '{0}没有输出 `{1}`{2}；请移除这条连线。'],
    [
      'The input `{0}` of {1} takes one wire, but {2} end there; remove all but one.',
      '{1}的输入 `{0}` 只接受一条连线，却接了 {2} 条；请只保留一条。',
    ],
    ['Nothing is wired to the input `{0}` of {1}, which needs it.', '{1}的必需输入 `{0}` 尚未连接。'],
    [
      'A wire ends on the input `{0}` of {1}, which has {2}; remove the wire.',
      '有一条连线接到{1}的输入 `{0}`，而它{2}；请移除这条连线。',
    ],
    ['{0} takes {1}, but {2} gives {3}.{4}', '{0}接受{1}，而{2}给出的是{3}。{4}', { tokens: '词元' }],
    [
      'A wire ends on "{0}", but there is no such node; remove the wire.',
      '有一条连线接到 "{0}"，但没有这个节点；请移除这条连线。',
    ],
    [
      'A wire ends on the {0} `{1}` of {2}, but the block has {3}; remove the wire.',
      '有一条连线接到{2}的{0} `{1}`，但这个模块{3}；请移除这条连线。',
      { input: '输入', output: '输出' },
    ],
    ['The graph has more than {0} wires; remove some.', '这个网络的连线超过 {0} 条；请移除一些。'],
    ['{0} feeds itself; remove the wire that leads back.', '{0}接到了自己身上；请移除这条绕回去的连线。'],
    [
      '{0} feed each other in a circle; remove one of the wires between them.',
      '{0}彼此相接成环；请移除它们之间的一条连线。',
    ],
    [
      'It was saved by a newer Wiregrad (version {0} of {1}, this one knows {2}); open the graph with a newer version.',
      '它由更新版本的 Wiregrad 保存（{1} 的版本 {0}，而这里只认识到 {2}）；请用更新的版本打开这个网络。',
    ],
    ['{0} is left out, because {1}, which it needs, is disabled.', '{0}被略去，因为它所需要的{1}已禁用。'],
    [
      "It is to use the weights of {0}, but its `{1}` would be {2} and that one's is {3}; give both inputs of the same size.",
      '它要使用{0}的权重，但它的 `{1}` 会是 {2}，而对方的是 {3}；请给两者同样大小的输入。',
    ],
    [
      'It is to use the weights of {0}, but that one has no `{1}`; switch it off here, or give this node weights of its own.',
      '它要使用{0}的权重，但对方没有 `{1}`；请在这里把它关闭，或让这个节点用自己的权重。',
    ],
    [
      "It is to use the weights of {0}, but its `{1}` would be {2} and that one's is {3}; make the sizes of both alike.",
      '它要使用{0}的权重，但它的 `{1}` 会是 {2}，而对方的是 {3}；请使两者的大小一致。',
    ],
    ['It is to use the weights of {0}, which is of another type.', '它要使用{0}的权重，而对方是另一种类型。'],
    [
      'It is to use the weights of {0}, but the two differ in the setting `{1}`; set both alike.',
      '它要使用{0}的权重，但两者的设置 `{1}` 不同；请设成一样。',
    ],
    ['It is to use the weights of {0}, which is disabled.', '它要使用{0}的权重，而对方已禁用。'],
    ['Training step {0}', '训练步骤 {0}'],
    [
      '{0} is to minimise "{1}", but there is no such node; choose another loss.',
      '{0}要最小化 "{1}"，但没有这个节点；请选择另一个损失。',
    ],
    [
      '{0} is to minimise {1}, which is not a loss; choose another.',
      '{0}要最小化{1}，而它不是损失；请另选一个。',
    ],
    ['{0} is to minimise {1}, which is switched off.', '{0}要最小化{1}，而它已被关闭。'],
    [
      '{0} is to train "{1}", but there is no such node; choose another.',
      '{0}要训练 "{1}"，但没有这个节点；请另选一个。',
    ],
    ['{0} is to train {1}, which has no weights that train.', '{0}要训练{1}，而它没有可训练的权重。'],
    [
      '{0} leads to a loss, but no data is wired into it; wire a data node to its input.',
      '{0}通向一个损失，却没有数据接到它；请把一个数据节点接到它的输入。',
    ],
    [
      '{0} leads to no loss, metric or output, so it has no effect.',
      '{0}不通向任何损失、指标或输出，因此不起作用。',
    ],
    [
      'No training step trains {0}; add it to one, or freeze it.',
      '没有训练步骤训练{0}；请把它加进某个步骤，或冻结它。',
    ],
    [
      'No gradient of a loss reaches {0}, so its weights will not train; wire it towards a loss, or freeze it.',
      '没有损失的梯度能到达{0}，因此它的权重不会得到训练；请把它接向一个损失，或冻结它。',
    ],
    [
      '{0} has no target, so it compares with the constant {1}, while the targets of {2} go nowhere; wire them to it.',
      '{0}没有目标，因此与常数 {1} 比较，而{2}的目标却没有去处；请把两者接上。',
    ],
    [
      '{0} has no weights to move; add a layer with weights before the loss, or unfreeze one.',
      '{0}没有可以更新的权重；请在损失之前添加一个带权重的层，或解冻一个。',
    ],
  ],
  within: {
    'only {0}': '只有{0}',
    'only two of the same type can share weights': '只有相同类型的节点才能共享权重',
    'it can use those of {0} nodes': '它可以使用{0}节点的权重',
    ', only {0}': '，只有{0}',
    'no inputs': '没有输入',
    'a tensor': '张量',
    'a target': '目标',
    'a loss': '损失',
    'The input `{0}` of {1}': '{1}的输入 `{0}`',
    '{0} more': '另外 {0} 个',
    'no outputs': '没有输出',
  },
}
