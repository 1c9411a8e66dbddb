/** What comes up when models of other programs are read. */
import type { Phrases } from '../../translate'

export const imports: Phrases = {
  exact: {
    'It has both a threshold and a slope, which no node here has.': '它同时有阈值和斜率，这里没有节点具备。',
    'Its places in between are not half a pixel on, as bilinear means everywhere else, and so they are not here.':
      '它插入的位置没有错开半个像素，而别处和这里的双线性都是错开的。',
    'It has a group for every channel, and how many there are is not known.':
      '它的每个通道自成一组，而通道有多少并不知道。',
    'Its settings are no node of Wiregrad.': '它的设置不构成 Wiregrad 的任何节点。',
    'Its two directions have different settings, which no node here has.':
      '它的两个方向设置不同，这里没有节点具备。',
    'It is called without a query and a value, which attention here takes.':
      '它的调用没有给出 query 和 value，而这里的注意力需要它们。',
    'It takes one value off another, but is called otherwise.':
      '它从一个值中减去另一个值，调用方式却不是这样。',
    'It multiplies two values, but is called otherwise.': '它把两个值相乘，调用方式却不是这样。',
    'The configuration of the model holds a layer without a class.': '模型的配置中有一层没有类名。',
    'Two layers of the model have the same name.': '模型有两层同名。',
    'The file holds no configuration of a Keras model.': '文件中没有 Keras 模型的配置。',
    'The configuration of the model lists no layers.': '模型的配置没有列出任何层。',
    'The zip archive holds no config.json, so it is no .keras file. Give a model saved with model.save("model.keras").':
      'zip 压缩包里没有 config.json，所以它不是 .keras 文件。请给出用 model.save("model.keras") 保存的模型。',
    'The HDF5 file holds weights without the model that they belong to. Save the whole model with model.save, not save_weights.':
      'HDF5 文件里有权重，却没有它们所属的模型。请用 model.save 而不是 save_weights 保存整个模型。',
    'The catalogue has no locked nodes.': '节点目录中没有锁定节点。',
    'It would need the axes of its input in an order that cannot be made here.':
      '它要求输入的轴按某种次序排列，而这里做不到。',
    'It shares out several axes together, which softmax here does not.':
      '它对几个轴一起分配，而这里的 softmax 不这样做。',
    'Its inputs have their features in different orders, since one came from a Flatten.':
      '它的几个输入的特征次序不同，因为其中一个来自展平。',
    'One of its inputs is a constant of several numbers.': '它的一个输入是由几个数组成的常量。',
    'It turns whole numbers into real ones or back.': '它在整数与实数之间转换。',
    'Imported from ONNX.': '由 ONNX 导入。',
    'ONNX model': 'ONNX 模型',
    'It turns its input round, which Dense does not.': '它会转置输入，而全连接层不这样做。',
    'Its bias is computed.': '它的偏置是计算出来的。',
    'It pads to the size of its input, which is not known.': '它按输入的大小填充，而输入的大小未知。',
    'Its window is dilated, which pools here are not.': '它的窗口带膨胀，而这里的池化不支持。',
    'It counts the zeros around the image, which same does not here.':
      '它把图像周围的零也计算在内，而这里的 same 不这样做。',
    'Its last window hangs over the edge (ceil_mode), which pools here do not allow.':
      '它的最后一个窗口伸出边缘（ceil_mode），而这里的池化不允许。',
    'It stands behind a layer that has no counterpart here, so it is not known how many axes its input has.':
      '它位于一个这里没有对应节点的层之后，因此不知道它的输入有多少个轴。',
    'How much it pads is computed.': '它填充多少是计算出来的。',
    'It normalises over other axes than the last one.': '它沿最后一个轴以外的轴做归一化。',
    'It picks columns of a table.': '它选取表格的列。',
    'It lays samples of a batch out side by side.': '它把一个批次的样本并排排列。',
    'The shape that it makes is computed.': '它要变成的形状是计算出来的。',
    'It lays channels-first numbers out anew, which here lie channels-last.':
      '它把通道在前的数重新排列，而在这里通道在最后。',
    'It joins nothing.': '它没有拼接任何东西。',
    'It joins along an axis of length 1, or along the batch.': '它沿长度为 1 的轴或批量轴拼接。',
    'similar name': '名字相近',
    'There is no model.json among the files. Choose it together with its weight files.':
      '这些文件中没有 model.json。请与它的权重文件一起选择。',
    'The model.json has no modelTopology, so it is no model of tfjs.':
      'model.json 中没有 modelTopology，所以它不是 tfjs 的模型。',
    'This is a graph model: operations instead of layers, which cannot be edited. Convert the original with --output_format=tfjs_layers_model.':
      '这是图模型：由运算而不是层组成，无法编辑。请用 --output_format=tfjs_layers_model 转换原来的模型。',
    'The weightsManifest of the model.json lists weights of a kind that is not known.':
      'model.json 的 weightsManifest 列出了一种未知的权重。',
  },
  patterns: [
    ['There is no file to import. Give {0}.', '没有可导入的文件。请给出 {0}。'],
    [
      'The file {0} holds weights and no graph. Open its graph in the window and drop the file there, or give it to train, evaluate or export as --weights.',
      '文件 {0} 只有权重，没有网络。请在窗口中打开它的网络，再把文件拖到那里；或在命令 train、evaluate、export 中用 --weights 给出它。',
    ],
    [
      'The archive {0} holds weights ({1}) and no graph. Unpack it, open its graph in the window, and drop the weights there.',
      '压缩包 {0} 只有权重（{1}），没有网络。请解压，在窗口中打开它的网络，再把权重文件拖到那里。',
    ],
    [
      'The archive {0} holds arrays of NumPy and no graph. Give {1}; weights for a graph that is open are read from .safetensors files.',
      '压缩包 {0} 只有 NumPy 数组，没有网络。请给出 {1}；已打开网络的权重可以从 .safetensors 文件读取。',
    ],
    [
      'The archive {0} holds another archive ({1}). Unpack it, and give what is in it.',
      '压缩包 {0} 里还有一个压缩包（{1}）。请解压，再给出其中的文件。',
    ],
    [
      'The archive {0} holds no model that can be imported. Give {1}.',
      '压缩包 {0} 中没有可以导入的模型。请给出 {1}。',
    ],
    [
      'The file {0} holds pictures, and Wiregrad learns from tables. Write the pixels of each picture and its class into a row of a CSV file, and set the shape of the pictures on the data node.',
      '文件 {0} 是图片，而 Wiregrad 从表格学习。请把每张图片的像素和类别写成 CSV 文件的一行，并在数据节点上设置图片的形状。',
    ],
    ['The file {0} is no model that can be imported. Give {1}.', '文件 {0} 不是可以导入的模型。请给出 {1}。'],
    ['Nothing gives {0}.', '没有任何层给出 {0}。'],
    ['The input {0} does not say what shape it takes.', '输入 {0} 没有说明自己接受什么形状。'],
    ['Wiregrad has no {0}.', 'Wiregrad 没有“{0}”。'],
    ['Its setting {0} does not fit here: {1}.', '它的设置 {0} 在这里不合适：{1}。'],
    ['It is called with {0} values, but one is wanted.', '它以 {0} 个值调用，而应当是一个。'],
    ['The catalogue has no {0}.', '节点目录中没有“{0}”。'],
    ['The model gives out {0}, which is none of its layers.', '模型输出 {0}，而它不是模型的任何一层。'],
    ['Its activation is {0}, which no node here has.', '它的激活函数是 {0}，这里没有节点具备。'],
    ['It is cut off at {0}, which no node here does.', '它在 {0} 处截断，这里没有节点这样做。'],
    ['Its bias_axes are {0}, which no node here has.', '它的 bias_axes 是 {0}，这里没有节点具备。'],
    ['It multiplies by {0}, which no node here does.', '它乘以 {0}，这里没有节点这样做。'],
    ['It applies {0} at every step, and no node here does.', '它在每一步应用 {0}，这里没有节点这样做。'],
    ['Its {0} is {1}, which no node here has.', '它的 {0} 是 {1}，这里没有节点具备。'],
    [
      'Came with no {0}; the numbers here change nothing, but will learn unless the node is frozen.',
      '导入时没有{0}；这里的数目前不改变任何结果，但除非冻结节点，否则会被训练。',
    ],
    ['Its axis is {0}, which no node here has.', '它的轴是 {0}，这里没有节点具备。'],
    ['It takes {0} values, but is called with {1}.', '它接受 {0} 个值，却以 {1} 个调用。'],
    ['It starts from {0} states, but {1} are wanted.', '它从 {0} 个状态开始，而应当是 {1} 个。'],
    ['It walks {0} both ways, and no node here does.', '它让 {0} 在两个方向上行进，这里没有节点这样做。'],
    ['Its merge_mode is {0}, which no node here has.', '它的 merge_mode 是 {0}，这里没有节点具备。'],
    [
      'Came with a dropout of {0} on its attention, which this node does not have.',
      '导入时它的注意力带有 {0} 的随机失活，而这个节点没有。',
    ],
    ['Its target_shape is {0}, which is no shape.', '它的 target_shape 是 {0}，不是一个形状。'],
    ['The model {0} has no layers.', '模型 {0} 没有层。'],
    [
      'The model {0} does not say what shape it takes. Build it with an Input before saving, then import it again.',
      '模型 {0} 没有说明自己接受什么形状。请在保存之前用 Input 构建它，然后再次导入。',
    ],
    ['The model has more than {0} models inside one another.', '模型的嵌套超过了 {0} 层。'],
    [
      'The model is a {0}, a class of its own, whose code is not in the file. Only functional and sequential models can be imported.',
      '这个模型是 {0}，一个自定义的类，其代码不在文件中。只能导入函数式模型和顺序模型。',
    ],
    ['It is called with {0}, which no node here has.', '它的调用带有 {0}，这里没有节点具备。'],
    [
      'The layer {0} takes something that no layer of the model gives.',
      '层 {0} 所接收的内容，模型中没有任何层给出。',
    ],
    ['The file holds no {0}, which it needs.', '文件中没有它所需要的 {0}。'],
    [
      'The file holds {0} arrays of it, but it has {1} variables.',
      '文件中有它的 {0} 个数组，而它有 {1} 个变量。',
    ],
    ['Its {0} in the file is [{1}], but should be {2}.', '文件中它的 {0} 是 [{1}]，而应当是 {2}。'],
    [
      'Its {0} should have shape [{1}], but the file gives {2}.',
      '它的 {0} 的形状应为 [{1}]，而文件给出的是 {2}。',
    ],
    ['There is no {0} here.', '这里没有 {0}。'],
    ['{0} has no such settings: {1}.', '{0} 没有这样的设置：{1}。'],
    ['It works on {0} axes, but is given {1}.', '它作用于 {0} 个轴，得到的却是 {1} 个。'],
    [
      'It cuts numbers off at {0} and {1}, which no activation here does.',
      '它把数截断在 {0} 和 {1}，这里没有激活函数这样做。',
    ],
    [
      'Its slope is {0} and its middle {1}; ours are 1/6 and 0.5.',
      '它的斜率是 {0}，中点是 {1}；这里的是 1/6 和 0.5。',
    ],
    [
      'The file does not say what shape its input {0} has. Export it again with shapes.',
      '文件没有说明输入 {0} 的形状。请带上形状重新导出。',
    ],
    [
      'The input {0} cannot be made here. {1} Export it with fixed sizes.',
      '输入 {0} 在这里无法构造。{1}请用固定的大小导出。',
    ],
    ['There is no node for the operator {0}.', '算子“{0}”没有对应的节点。'],
    ['The output {0} is a constant and was left out.', '输出 {0} 是常量，已略去。'],
    [
      'The output {0} has its axes in another order than in the file: channels come last.',
      '输出 {0} 的轴的次序与文件中不同：通道在最后。',
    ],
    [
      'The file takes images channels-first (channels × height × width). Here channels come last: give {0} numbers in that order.',
      '文件接收通道在前的图像（通道 × 高 × 宽）。在这里通道在最后：请按此次序给出 {0} 的数。',
    ],
    ['The file has {0} operators, but at most {1} can be shown.', '文件有 {0} 个算子，而最多能显示 {1} 个。'],
    ['Its kernel has {0} rows, but {1} features come in.', '它的权重有 {0} 行，而输入有 {1} 个特征。'],
    ['Its bias should have {0} numbers, but has {1}.', '它的偏置应有 {0} 个数，却有 {1} 个。'],
    ['Its pads [{0}] do not fit a window of {1} axes.', '它的 pads [{0}] 与 {1} 个轴的窗口不符。'],
    ['Its padding {0} is not known.', '它的填充方式 {0} 未知。'],
    [
      'Its pads {0} are neither none nor what same means here.',
      '它的 pads {0} 既不是零，也不是这里 same 的含义。',
    ],
    ['It slides along {0} axes.', '它沿 {0} 个轴滑动。'],
    [
      'It pads ({0}) with {1} by [{2}]; here zeros are added around images only.',
      '它以 {1} 填充（{0}），量为 [{2}]；这里只能在图像四周补零。',
    ],
    ['It takes the mean over the axes {0}.', '它沿轴 {0} 取平均。'],
    [
      'The file says that {0} lies in {1}, which does not fit its graph.',
      '文件说 {0} 位于 {1}，与它的网络不符。',
    ],
    ['The initialiser {0} is too short to hold {1}.', '初始值 {0} 太短，容不下 {1}。'],
    [
      'The initialiser {0} holds {1} numbers, but its weights {2}.',
      '初始值 {0} 有 {1} 个数，而它的权重有 {2} 个。',
    ],
    ['The Wiregrad graph in the ONNX file cannot be read. {0}', '无法读取 ONNX 文件中的 Wiregrad 网络。{0}'],
    ['The file lacks the initialiser {0}.', '文件缺少初始值 {0}。'],
    [
      'Its input {0} should be a value that flows, but is a constant or missing.',
      '它的输入 {0} 应当是流动的值，却是常量或缺失。',
    ],
    [
      'Its input {0} should be a constant, but is computed by other operators.',
      '它的输入 {0} 应当是常量，却由其他算子计算得出。',
    ],
    ['Its input {0} should have {1} axes, but has {2}.', '它的输入 {0} 应有 {1} 个轴，却有 {2} 个。'],
    ['It flattens from axis {0} on.', '它从轴 {0} 开始展平。'],
    ['It turns the axes round as {0}.', '它把轴的次序换成 {0}。'],
    ['It takes away the axes {0}.', '它去掉轴 {0}。'],
    [
      'The tensor {0} has shape {1}, but {2} of the graph wants {3}{4}.',
      '张量 {0} 的形状是 {1}，而网络中的 {2} 需要 {3}{4}。',
    ],
    [
      'The mapping names {0}, but the graph has no tensor of that name.',
      '对应表中写了 {0}，但网络中没有这个名字的张量。',
    ],
    [
      'The mapping gives {0} the tensor {1}, but the file has none of that name.',
      '对应表给 {0} 指定了张量 {1}，但文件中没有这个名字的张量。',
    ],
    [
      'The model needs the file {0}, which was not given. Choose it together with model.json.',
      '模型需要文件 {0}，但没有给出。请与 model.json 一起选择它。',
    ],
    [
      'The weight {0} should end at byte {1} of {2}, but there are only {3}. The file is cut off.',
      '权重 {0} 应在 {2} 的第 {1} 个字节结束，而那里只有 {3} 个字节。文件不完整。',
    ],
  ],
  within: {
    'a Keras model (.keras, .h5), an ONNX model (.onnx) or a TensorFlow.js layers model (model.json and its weights)':
      'Keras 模型（.keras、.h5）、ONNX 模型（.onnx）或 TensorFlow.js 层模型（model.json 及其权重）',
    'scale (gamma)': '缩放（gamma）',
    'shift (beta)': '平移（beta）',
    'of everything': '全部',
    'of length 1': '长度为 1 的',
    '{0}: it lies the other way round': '{0}：它的方向正好相反',
    'scale (gamma) and no shift (beta)': '缩放（gamma）和平移（beta）',
  },
}
