/** What comes up when models and weights are written, and files of weights read. */
import type { Phrases } from '../../translate'

export const exports: Phrases = {
  exact: {
    'The graph has no loss to train on.': '这个网络没有可用来训练的损失。',
    'Only some of the nodes are to learn; freeze the others instead.':
      '只有部分节点要学习；请改为冻结其余的节点。',
    'The graph has nothing that a model could answer. Add an output, or a loss with a prediction.':
      '这个网络没有模型可以回答的内容。请添加一个输出，或一个带预测的损失。',
    'The header of the safetensors file is not readable JSON: the file is damaged or of another kind.':
      'safetensors 文件的文件头不是可读的 JSON：文件已损坏，或属于另一种文件。',
    'The header of the safetensors file should be an object of tensors by name.':
      'safetensors 文件的文件头应当是按名字列出张量的对象。',
    'The metadata of the safetensors file should be words by name.':
      'safetensors 文件的元数据应当是按名字列出的文字。',
    'A PyTorch tensor needs at least one part': '一个 PyTorch 张量至少需要一个组成部分',
    'This is no HDF5 file: it does not begin as one.': '这不是 HDF5 文件：开头就不对。',
    'The file carries a Wiregrad graph, but says nothing readable of where its weights lie: it is damaged.':
      '文件带有一张 Wiregrad 的网络，但没有可读的内容说明权重在哪里：文件已损坏。',
    'This is no ONNX file, or a damaged one: its parts do not fit together.':
      '这不是 ONNX 文件，或者已损坏：内部结构不完整。',
    'This is no ONNX file, or a damaged one: there is no graph in it.':
      '这不是 ONNX 文件，或者已损坏：其中没有图。',
    'A text can only be put into a whole PNG; this is none.': '只有完整的 PNG 才能放入文字；这不是。',
    'Too much.': '内容过多。',
    'A length reaches beyond the end.': '有一个长度超出了末尾。',
    'A message is not told as one.': '有一条消息没有按消息书写。',
    'A field is of another type.': '有一个字段是另一种类型。',
    'There are too many messages.': '消息过多。',
    'A field reaches beyond its message.': '有一个字段超出了它所在的消息。',
    'Nothing can be joined of no parts.': '没有组成部分，无法合并。',
  },
  patterns: [
    ['Keras has no loss that is the {0} of {1}.', 'Keras 没有与 {1} 的 {0} 对应的损失。'],
    [
      'The loss {0} has no target of its own, and a loss of Keras always takes one.',
      '损失 {0} 没有自己的目标，而 Keras 的损失总要有一个。',
    ],
    [
      "The loss {0} sets {1}, which Keras's {2} does not have.",
      '损失 {0} 设置了 {1}，而 Keras 的 {2} 没有这一项。',
    ],
    [
      'The output {0} has {1} losses, and Keras takes one an output.',
      '输出 {0} 有 {1} 个损失，而 Keras 每个输出只能有一个。',
    ],
    ['The loss {0} is taken of something that is no output.', '损失 {0} 所作用的对象不是输出。'],
    [
      'The graph trains in {0} steps a batch, and model.fit of Keras in one.',
      '这个网络每个批次训练 {0} 步，而 Keras 的 model.fit 只有一步。',
    ],
    ['The layer {0} has no output {1}.', '层 {0} 没有输出 {1}。'],
    ['The plan has no output {0}.', '计划里没有输出 {0}。'],
    ['{0}: nothing says yet which layers of Keras it is.', '{0}：还没有说明它对应 Keras 的哪些层。'],
    [
      'It uses the weights of {0}, which is another layer in Keras; there, two layers cannot have one variable. Give it weights of its own.',
      '它使用 {0} 的权重，而后者在 Keras 中是另一个层；在那里，两个层不能共用一个变量。请让它用自己的权重。',
    ],
    ['{0} numbers do not fill [{1}].', '{0} 个数填不满 [{1}]。'],
    [
      'The weights hold no {0}:{1}, which this graph needs. Train the graph as it is now, or give the weights that belong to it.',
      '权重中没有这个网络所需要的 {0}:{1}。请按现在的样子训练这个网络，或给出属于它的权重。',
    ],
    [
      'The weight {0}:{1} should have shape [{2}], but has [{3}]. Give the weights that belong to this graph.',
      '权重 {0}:{1} 的形状应为 [{2}]，却是 [{3}]。请给出属于这个网络的权重。',
    ],
    [
      '{0} ({1}) has no counterpart in ONNX yet. Export the part of the graph before it: put an Output node there.',
      '{0}（{1}）在 ONNX 中还没有对应的内容。请导出它之前的部分：在那里放一个输出节点。',
    ],
    ['{0} waits for {1}, which was not written.', '{0} 在等待 {1}，而它没有写出来。'],
    ['{0} writes a weight {1} that it does not have.', '{0} 写出了一个它并没有的权重 {1}。'],
    ['The plan has no {0}.', '计划里没有 {0}。'],
    [
      'The weights take {0} bytes, but an ONNX file holds at most {1}. Export safetensors instead.',
      '这些权重占 {0} 个字节，而 ONNX 文件最多容纳 {1} 个。请改为导出 safetensors。',
    ],
    [
      'The samples hold no {0}, which the training needs. Give the data that belong to this graph.',
      '样本中没有训练所需要的 {0}。请给出属于这个网络的数据。',
    ],
    [
      'The node {0} is a locked layer of another program. Replace it before exporting.',
      '节点 {0} 是来自其他程序的锁定层。请在导出之前替换它。',
    ],
    ['The plan gives no value {0}.', '计划没有给出值 {0}。'],
    ['The value {0} is used before it is made.', '值 {0} 在产生之前就被使用了。'],
    ['Nothing says how many samples {0} is to draw.', '没有说明 {0} 要抽取多少个样本。'],
    [
      'AdamW decays weights but no biases, and PyTorch keeps both of node {0} in the one tensor {1}. Choose Adam, or another layer.',
      'AdamW 对权重做衰减而不对偏置做，但 PyTorch 把节点 {0} 的两者放在同一个张量 {1} 里。请选择 Adam，或换一种层。',
    ],
    [
      'The file holds a tensor named {0}, but weights of a run are named like hidden:kernel. Give the weights.safetensors of a run; a file in PyTorch’s names and layouts does not fit here.',
      '文件中有一个名为 {0} 的张量，而训练所得的权重应命名为 hidden:kernel 这样的形式。请给出某次训练的 weights.safetensors；采用 PyTorch 命名和排列的文件不适用于这里。',
    ],
    [
      "This is no safetensors file: it has {0} bytes, and the header's length alone takes 8.",
      '这不是 safetensors 文件：它只有 {0} 个字节，而仅文件头的长度就要占 8 个字节。',
    ],
    [
      'This is no safetensors file, or a damaged one: its header claims {0} bytes; at most {1} are allowed.',
      '这不是 safetensors 文件，或者已损坏：它的文件头自称有 {0} 个字节，而最多允许 {1} 个。',
    ],
    [
      'The safetensors file is cut off: its header should have {0} bytes, but only {1} follow.',
      '这个 safetensors 文件不完整：文件头应有 {0} 个字节，后面却只有 {1} 个。',
    ],
    [
      'The tensor {0} in the safetensors file needs a known dtype, a shape and two data_offsets.',
      'safetensors 文件中的张量 {0} 需要已知的数据类型、形状和两个 data_offsets。',
    ],
    [
      'The tensor {0} should begin at byte {1} of the data, but begins at {2}.',
      '张量 {0} 应从数据的第 {1} 个字节开始，却从第 {2} 个字节开始。',
    ],
    [
      'The safetensors file has {0} bytes of data, but its tensors fill {1}.',
      'safetensors 文件有 {0} 个字节的数据，而其中的张量占 {1} 个字节。',
    ],
    ['{0} cannot use the weights of {1}', '{0} 不能使用 {1} 的权重'],
    ['The file has no tensor {0}, which node {1} needs.', '文件中没有节点 {1} 所需要的张量 {0}。'],
    [
      'The file has tensors that this graph has no place for: {0}{1}.',
      '文件中有一些张量在这个网络里没有位置：{0}{1}。',
    ],
    ['{0} emits a weight {1} that it does not have', '{0} 写出了一个它并没有的权重 {1}'],
    [
      'The tensor {0} should hold only zeros: node {1} has no weight that could take its values.',
      '张量 {0} 应当全为零：节点 {1} 没有可以接收这些值的权重。',
    ],
    ['{0} emits {1} without parts', '{0} 写出的 {1} 没有组成部分'],
    ['The tensor {0} should have shape [{1}], but has [{2}].', '张量 {0} 的形状应为 [{1}]，却是 [{2}]。'],
    ['The HDF5 file is damaged or cut off ({0}).', '这个 HDF5 文件已损坏或不完整（{0}）。'],
    [
      'The file has {0} bytes, but an ONNX file has at most {1}.',
      '文件有 {0} 个字节，而 ONNX 文件最多 {1} 个。',
    ],
    [
      'The tensor {0} lies in a file beside the ONNX file. Save the model as one file first.',
      '张量 {0} 位于 ONNX 文件旁边的另一个文件里。请先把模型存成一个文件。',
    ],
    [
      'The tensor {0} is of type {1}, which cannot be read. Convert the model to float32 first.',
      '张量 {0} 的类型是 {1}，无法读取。请先把模型转换为 float32。',
    ],
    [
      'The tensor {0} has no possible shape: the ONNX file is damaged.',
      '张量 {0} 的形状不可能存在：这个 ONNX 文件已损坏。',
    ],
    [
      'The tensor {0} of shape [{1}] should have {2} numbers, but the file holds {3}.',
      '形状为 [{1}] 的张量 {0} 应有 {2} 个数，而文件中有 {3} 个。',
    ],
    ['There is no wire type {0}.', '没有编码类型 {0}。'],
    [
      'The zip archive unfolds to {0} bytes, but at most {1} can be read.',
      '这个 zip 压缩包解开后有 {0} 个字节，而最多能读取 {1} 个。',
    ],
    ['The file is no zip archive, or a damaged one ({0}).', '这个文件不是 zip 压缩包，或者已损坏（{0}）。'],
    ['Attention {0} takes query{1}, but got {2} inputs.', '注意力 {0} 接受 query{1}，却得到 {2} 个输入。'],
    ['Attention {0} was called before it was built.', '注意力 {0} 在构建之前就被调用了。'],
    ['Position embedding {0} was called before it was built.', '位置嵌入 {0} 在构建之前就被调用了。'],
    [
      'Position embedding {0} has {1} rows, but the sequence has {2} places.',
      '位置嵌入 {0} 有 {1} 行，而序列有 {2} 个位置。',
    ],
    [
      'The registration file does not know how a {0} computes. Use the one exported beside this model.',
      '注册文件不知道 {0} 怎样计算。请使用与这个模型一起导出的那一份。',
    ],
    ['{0} gave no output {1}.', '{0} 没有给出输出 {1}。'],
  ],
  within: {
    '{0} has {1} bytes, not {2}': '{0} 有 {1} 个字节，而不是 {2} 个',
    'and {0} more': '等，另有 {0} 个',
  },
}
