/** Backends, and what comes up before and during a run. */
import type { Phrases } from '../../translate'

export const runs: Phrases = {
  exact: {
    'A thread that helps to compute has ended in the middle of a step. Train again: one thread then does it all.':
      '一个协助计算的线程在一步中途结束了。请重新训练：之后将由一个线程完成全部计算。',
    'WebAssembly could not do a part of a step.': 'WebAssembly 未能完成一步中的一部分。',
    'The graph has no output that a model could give: wire an output node, or a loss, behind the last layer.':
      '这个网络没有模型可以给出的输出：请在最后一层之后接一个输出节点或一个损失。',
    'Steps are recorded once and replayed, each in one submission.':
      '每一步只录制一次，之后重放，每次提交一个命令。',
    'Steps are recorded once and replayed, with no work of tfjs in between.':
      '每一步只录制一次，之后重放，中间不再经过 tfjs。',
    'Mixed precision: layers multiply numbers in half precision; sums and weights are float32.':
      '混合精度：各层用半精度相乘；求和与权重仍是单精度。',
    'Mixed precision was asked for, but only WebGPU has it here: this run is in float32.':
      '要求了混合精度，但这里只有 WebGPU 支持它：这次训练用单精度。',
    'In mixed precision layers read numbers beyond 65,504 as infinite. Try float32, a smaller learning rate, clipping, or another initialiser.':
      '混合精度下，各层把超过 65,504 的数读作无穷。请尝试单精度、更小的学习率、梯度裁剪，或别的初始化。',
    'So many steps were recorded that their tensors cannot be told apart.':
      '录制的步数过多，其中的张量已无法区分。',
    'A kernel decides by itself how much it gives, which may change.':
      '有内核自行决定输出多少，而这可能会变。',
    'A tensor was made outside of the recording.': '有张量是在录制之外创建的。',
    'A weight changes its size in the middle of a step.': '有权重在一步中途改变了大小。',
    'A node reads numbers in the middle of a step.': '有节点在一步中途读取数值。',
    'Two recordings of the step differ: a number that changes from step to step would stand still in a replay.':
      '这一步的两次录制不同：重放时，本应逐步变化的一个数会停住不变。',
    'A node waits for numbers from the device in the middle of a step.':
      '有一个节点在一步的中途等待设备上的数。',
    'A kernel of tfjs writes into numbers that came from the CPU.': 'tfjs 的一个内核写入了来自 CPU 的数。',
    'A node reads numbers back from the device in the middle of a step.':
      '有一个节点在一步的中途从设备读回数据。',
    'A node keeps numbers of its own from one step to the next.': '有一个节点把自己的数从一步保留到下一步。',
    'A weight takes the place of another in the middle of a step.':
      '有一个权重在一步的中途替换了另一个权重。',
    'A dispatch without a pipeline was recorded.': '录制到一次没有管线的调度。',
    'A dispatch was recorded that reads something else than a buffer.':
      '录制到一次调度，它读取的不是缓冲区。',
    'A dispatch was recorded with a bind group of another time.': '录制到一次调度，它的绑定组来自别的时刻。',
    'Use a smaller batch, or another backend.': '请减小批大小，或改用别的后端。',
    'Not even a single sample fits. Make the network smaller, or use another backend.':
      '连一个样本也放不下。请把网络变小，或改用别的后端。',
    'Try a smaller learning rate, clipping, or another initialiser.':
      '请尝试更小的学习率、梯度裁剪，或别的初始化。',
    'A run is going on. Stop it before you train again.': '有一次训练正在进行。请先停止它，再重新训练。',
    'There is nothing to train: no loss reaches a weight that may move. Wire a loss behind a layer, and unfreeze one.':
      '没有可训练的内容：没有损失能到达可以更新的权重。请在某一层之后接一个损失，并解冻一个层。',
    'A run is going on. Stop it before you evaluate.': '有一次训练正在进行。请先停止它，再评估。',
    'The run goes on. Pause it to look at one step of it.': '训练还在进行。请先暂停，再查看其中一步。',
    'A run is there. Stop it before you try what a training would do.':
      '已有一次训练。请先停止它，再试训练会怎样。',
    'There is no loss to take apart. Wire a loss behind the layers.':
      '没有可以分解的损失。请在各层之后接一个损失。',
    'There is nothing to test: no loss reaches a weight that may move.':
      '没有可以测试的内容：没有损失能到达可以更新的权重。',
    'This test of the learning rate has been dropped. Begin another.': '这次学习率测试已被取消。请另开一次。',
    'Too large a graph to be tried first.': '网络太大，没有先行试算。',
    'WebAssembly.': 'WebAssembly。',
    'plain JavaScript.': '普通 JavaScript。',
  },
  patterns: [
    [
      'There is no room in memory for the {0} bytes that a step needs.',
      '内存中没有空间容纳一步所需的 {0} 字节。',
    ],
    ["There is no room for the step's {0} bytes of constants.", '没有空间容纳这一步 {0} 字节的常量。'],
    [
      'A node makes a tensor of type {0}, which no kernel computes with.',
      '有节点生成类型为 {0} 的张量，而没有内核能用它计算。',
    ],
    [
      'tfjs-backend-wasm has changed: it has no function {0}.',
      'tfjs-backend-wasm 有了变化：其中没有函数 {0}。',
    ],
    ['A batch size of {0} fits.', '批大小为 {0} 时放得下。'],
    [
      'Beside weights and samples each step of this training needs {0} at a batch size of {1}, which is more than the device gives. {2}',
      '批大小为 {1} 时，除权重和样本外，这次训练的每一步还需要 {0}，超过了设备所能提供的内存。{2}',
    ],
    ['{0}. Use fewer of them, or another backend.', '{0}。请减少数量，或改用别的后端。'],
    ['The samples of {0}', '{0} 的样本'],
    ['The weights of {0}', '{0} 的权重'],
    ['{0}, the fastest that can be had.', '{0}，可用的最快选择。'],
    ['{0}, since nothing faster is of use: {1}.', '{0}，因为更快的不可用：{1}。'],
    ['Tried on this graph, it agrees with {0}.', '已在这个网络上试算，与{0}一致。'],
    ['A step of this graph takes it {0}, WebAssembly {1}.', '这个网络的一步用时 {0}，WebAssembly 用时 {1}。'],
    ['It computes with one thread: {0}.', '它用一个线程计算：{0}。'],
    [
      'It computes with one thread, since a helping one has failed ({0}).',
      '它用一个线程计算，因为有一个协助的线程失败了（{0}）。',
    ],
    ['It computes with up to {0} threads.', '它最多用 {0} 个线程计算。'],
    ['{0}, asked for by name.', '{0}，按指定使用。'],
    ['{0}, asked for by name, on {1}{2}.', '{0}，按指定使用，运行于 {1}{2}。'],
    ['No backend would start. {0}', '没有任何后端能够启动。{0}'],
    [
      'The backend {0} was asked for but cannot be used here ({1}). Choose another one, or auto.',
      '指定了后端 {0}，但在这里不能用（{1}）。请另选一个，或选自动。',
    ],
    ['The wasm backend has no kernel {0}.', 'WebAssembly 后端没有内核 {0}。'],
    [
      'tfjs-backend-wasm has changed: its kernel {0} is missing.',
      'tfjs-backend-wasm 有了变化：缺少内核 {0}。',
    ],
    [
      'The {0} node {1} does not come out as planned: {2}. This is a fault in Wiregrad; please report the graph.',
      '{0} 节点 {1} 与计划不符：{2}。这是 Wiregrad 的错误；请连同这个网络一起报告。',
    ],
    ['{0} shares a weight that its owner does not have.', '{0}共享了一个其所有者并没有的权重。'],
    ['The node {0} shares weights of a node that was not built.', '节点 {0} 共享一个没有建成的节点的权重。'],
    [
      'Node {0} waits for {1} of {2}, which has not been computed.',
      '节点 {0} 在等待 {2} 的 {1}，而它还没有算出来。',
    ],
    ['The layer of {0} gave no output {1}.', '{0} 的层没有给出输出 {1}。'],
    [
      'Nothing feeds the node {0}: wire a data node to it, or give it samples.',
      '节点 {0} 没有数据来源：请把一个数据节点接到它，或给它样本。',
    ],
    ['The node {0} has no layer.', '节点 {0} 没有层。'],
    ['The data node {0} was given no samples.', '数据节点 {0} 没有得到样本。'],
    [
      "The output {0} of {1} cannot be reached from the model's inputs alone, so it cannot be exported.",
      '{1} 的输出 {0} 仅凭模型的输入无法得到，因此不能导出。',
    ],
    ['tfjs saved no weight {0}.', 'tfjs 没有保存权重 {0}。'],
    [
      'The run has no node {0}. It was added after the run began; train again.',
      '这次训练没有节点 {0}。它是在训练开始之后添加的；请重新训练。',
    ],
    ['Every step is run anew. {0}', '每一步都重新运行。{0}'],
    ['Stopped: at step {0} {1}. {2}', '已停止：在第 {0} 步，{1}。{2}'],
    ['The first node with such numbers is {0}{1}.', '最先出现这类数的节点是 {0}{1}。'],
    ['Stopped: at step {0} {1}.{2} {3}', '已停止：在第 {0} 步，{1}。{2}{3}'],
    ['The optimiser was not told of the weight {0}.', '优化器不知道权重 {0}。'],
    ['Stopped after {0} of {1} steps.', '在 {1} 步中的第 {0} 步停止。'],
    ['Finished after {0} {1}.', '完成，共 {0} {1}。', { step: '步', steps: '步' }],
    ['{0} is not among the files of this installation ({1}).', '{0} 不在本安装的文件之中（{1}）。'],
    ['The run {0} has ended.', '训练 {0} 已经结束。'],
    [
      'There is no run {0} here; it may have been replaced by a newer one.',
      '这里没有训练 {0}；它可能已被更新的一次取代。',
    ],
    [
      'Step {0} was left out: a gradient was too large for half precision. The loss is scaled by {1} from here on.',
      '跳过了第 {0} 步：有一个梯度对半精度来说太大。此后损失乘以 {1}。',
    ],
    ['After {0} good steps the loss is scaled by {1}.', '连续 {0} 个正常步之后，损失改乘以 {1}。'],
    [
      'The weights have no {0} of the shape that this graph needs. Give the weights of a run of this very graph.',
      '权重中没有符合这个网络所需形状的 {0}。请给出正是这个网络训练所得的权重。',
    ],
    [
      'The split {0} has no samples. Set its share on the data node.',
      '{0}集没有样本。请在数据节点上设置它的比例。',
      { train: '训练', validation: '验证', test: '测试' },
    ],
    ['The graph has {0} problems. The first: {1}', '这个网络有 {0} 个问题。第一个：{1}'],
    [
      'Stopped: after step {0} the weights give no finite loss any more. Try a smaller learning rate, clipping, or another initialiser.',
      '已停止：第 {0} 步之后，权重不再给出有限的损失。请尝试更小的学习率、梯度裁剪，或别的初始化。',
    ],
    ['The {0} device was lost ({1}); {2} from step {3}.', '{0} 设备已丢失（{1}）；从第 {3} 步起，{2}。'],
    [
      'The device reported an error, so its numbers cannot be trusted: {0} Choose another backend and train again.',
      '设备报告了错误，所以它的数不可信：{0} 请选择另一个后端，重新训练。',
    ],
    [
      'The weights kept are those of step {0}, the last that were sound.',
      '保留的是第 {0} 步的权重，也就是最后一份正常的权重。',
    ],
    [
      'The device reported an error, so its numbers cannot be trusted: {0} Choose another backend and train again. {1}',
      '设备报告了错误，所以它的数不可信：{0} 请选择另一个后端，重新训练。{1}',
    ],
    ['WebGPU, on {0}.', 'WebGPU，运行于 {0}。'],
    ['WebGL, on {0}.', 'WebGL，运行于 {0}。'],
  ],
  within: {
    'plain JavaScript': '普通 JavaScript',
    '{0} would not start ({1})': '{0} 无法启动（{1}）',
    'no {0} here': '这里没有 {0}',
    '{0} cannot build this graph ({1})': '{0} 无法建立这个网络（{1}）',
    '{0} cannot compute this graph on the way back ({1})': '{0} 无法在反向时计算这个网络（{1}）',
    '{0} cannot compute this graph at the node {1}, a {2} ({3})':
      '{0} 无法在节点 {1}（{2}）处计算这个网络（{3}）',
    '{0} reports an error with this graph ({1})': '{0} 在这个网络上报告了错误（{1}）',
    '{0} computes this graph wrongly: the output {1} of the node {2}, a {3}, is off by {4} from {5}':
      '{0} 对这个网络的计算有误：节点 {2}（{3}）的输出 {1} 与{5}相差 {4}',
    '{0} computes this graph wrongly: the gradient of {1} of the node {2}, a {3}, is off by {4} from {5}':
      '{0} 对这个网络的计算有误：节点 {2}（{3}）的 {1} 的梯度与{5}相差 {4}',
    '{0} takes {1} a step of this graph, WebAssembly {2}':
      '{0} 在这个网络上每步用时 {1}，WebAssembly 用时 {2}',
    'WebGL is slower than WebGPU': 'WebGL 比 WebGPU 慢',
    '{0} was not tried, for lack of time': '{0} 因时间不够而没有试算',
    '{0} was lost while this graph was tried ({1})': '试算这个网络时 {0} 已丢失（{1}）',
    '{0} gave no answer within {1} s': '{0} 在 {1} 秒内没有回应',
    '{0} cannot hold this graph: {1}': '{0} 容不下这个网络：{1}',
    '{0} take {1}, but this device shows its programs at most {2} at once':
      '{0}占 {1}，而这个设备的程序一次最多只能看到 {2}',
    '{0} ms': '{0} 毫秒',
    '{0} has only a software adapter ({1}), slower than WebAssembly':
      '{0} 只有软件适配器（{1}），比 WebAssembly 慢',
    'tfjs could not initialise it': 'tfjs 无法初始化它',
    'this page may not share memory': '这个页面不能共享内存',
    'this thread may not wait for others': '这个线程不能等待其他线程',
    'its memory cannot be shared': '它的内存无法共享',
    'no other could be started ({0})': '无法启动其他线程（{0}）',
    'there is no processor to spare': '没有空闲的处理器',
    'no more were asked for': '没有要求更多',
    'its script does not load': '它的脚本无法载入',
    'one has ended in the middle of its work': '有一个在工作中途结束了',
    'tfjs started {0} instead': 'tfjs 却启动了 {0}',
    'this machine does not offer it': '这台机器不提供它',
    ', asked for by name': '，按指定使用',
    'the WebGL context was lost': 'WebGL 上下文已丢失',
    '{0} outputs were planned and the layer has {1}': '计划有 {0} 个输出，而该层有 {1} 个',
    'output {0} was planned as {1} and the layer gives {2}': '输出 {0} 计划为 {1}，而该层给出 {2}',
    'two of its weights have the same name': '它的两个权重同名',
    'the planned weight {0} is missing; it has {1}': '缺少计划中的权重 {0}；它有 {1}',
    'weight {0} was planned as {1} and is {2}': '权重 {0} 计划为 {1}，而实际是 {2}',
    'the weight {0} was not planned': '权重 {0} 不在计划之内',
    '{0} parameters were planned and the layer has {1}': '计划有 {0} 个参数，而该层有 {1} 个',
    'the loss became {0}': '损失变成了 {0}',
    'a gradient is no longer finite': '有一个梯度不再是有限值',
    'a gradient is no longer finite, though the loss is not scaled any more':
      '损失已不再放大，仍有一个梯度不是有限值',
    '{0} was started anew': '{0} 已重新启动',
    'training went on with {0}': '训练改用 {0} 继续',
    'WebGPU on {0}': 'WebGPU（运行于 {0}）',
    'WebGL on {0}': 'WebGL（运行于 {0}）',
    'WebGPU: {0}': 'WebGPU：{0}',
    'WebGL: {0}': 'WebGL：{0}',
    'WebAssembly: {0}': 'WebAssembly：{0}',
    'plain JavaScript: {0}': '普通 JavaScript：{0}',
    'weight {0} was planned as trainable': '权重 {0} 计划为可训练',
    'weight {0} was planned as not trainable': '权重 {0} 计划为不可训练',
    '{0}, a software adapter, slower than WebAssembly': '{0}（软件适配器，比 WebAssembly 慢）',
    '{0} (its weights already are)': '{0}（它的权重已经如此）',
  },
}
