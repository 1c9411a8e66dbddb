/** Titles, docs, settings and ports of losses. */
import type { Phrases } from '../../translate'

export const nodesLoss: Phrases = {
  exact: {
    'Sparse categorical cross-entropy': '稀疏分类交叉熵',
    'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are class numbers.':
      '网络对正确的类别平均有多“吃惊”。它接收分数（logits），所以前面不要再放 softmax；目标是类别编号。',
    'Label smoothing': '标签平滑',
    'Share of the wanted probability that is spread evenly over all classes, so that the net is never quite sure; 0.1 is common.':
      '把应得概率中的多少均匀地分给所有类别，使网络永远不会完全自信；常用 0.1。',
    'Class weights': '类别权重',
    'How much each class counts, in order; empty: all alike. The loss is divided by the sum of what counted (as in PyTorch), so their scale does not matter.':
      '每个类别占多大分量，按次序书写；留空则一视同仁。损失会除以所计分量之和（与 PyTorch 相同），所以整体大小无关紧要。',
    'Ignore class': '忽略的类别',
    'Targets of this number do not count at all, such as the padding of a text; -1: all count.':
      '编号为此的目标完全不计，例如文本的补齐部分；-1 表示全部计入。',
    'One score a class on the last axis (logits).': '最后一个轴上每个类别一个分数（logits）。',
    'The number of the right class.': '正确类别的编号。',
    'How much each answer (or each sample) counts: 0 leaves padding out, 2 counts double. The loss is divided by their sum.':
      '每个答案（或每个样本）占多大分量：0 可以排除补齐部分，2 则加倍计入。损失会除以它们之和。',
    'Mean over the batch (and time) of -log softmax(scores) of the right class, in nats.':
      '正确类别的 -log softmax(分数) 在批次（和时间）上的平均，单位为奈特。',
    'Categorical cross-entropy': '分类交叉熵',
    'How surprised the net is by the right class, on average. Takes scores (logits), so put no softmax before it; targets are one column a class.':
      '网络对正确的类别平均有多“吃惊”。它接收分数（logits），所以前面不要再放 softmax；目标是每个类别占一列。',
    'A probability for each class: one-hot, or soft.': '每个类别一个概率：独热编码，或软标签。',
    'Mean over the batch (and time) of -sum(target × log softmax(scores)), in nats.':
      '-sum(目标 × log softmax(分数)) 在批次（和时间）上的平均，单位为奈特。',
    'Binary cross-entropy': '二元交叉熵',
    'How surprised the net is by yes-or-no answers, on average. Takes scores (logits), so put no sigmoid before it; 1 is yes, 0 is no.':
      '网络对是非题的答案平均有多“吃惊”。它接收分数（logits），所以前面不要再放 sigmoid；1 为是，0 为否。',
    'Constant target': '固定目标',
    'The answer wanted of every number where no target is wired: 1 for "real", 0 for "fake".':
      '没有接目标时，要求每个数给出的答案：1 表示“真”，0 表示“假”。',
    'How far the wanted answers are drawn from 0 and 1 to 0.5.': '把应得的答案从 0 和 1 向 0.5 拉近多少。',
    'How much a no and a yes count, two numbers; empty: alike. The loss is divided by the sum of what counted, so their scale does not matter.':
      '“否”与“是”各占多大分量，两个数；留空则相同。损失会除以所计分量之和，所以整体大小无关紧要。',
    'One score for each answer (logits).': '每个答案一个分数（logits）。',
    '0 or 1 (or between) for each; may stay open.': '每个答案的 0 或 1（或两者之间的数）；可以不接。',
    'Mean over all answers, in nats.': '对所有答案取平均，单位为奈特。',
    'Mean squared error': '均方误差',
    'The mean of the squared differences between prediction and target. Large misses count far more than small ones.':
      '预测与目标之差的平方的平均。大的偏差比小的偏差重要得多。',
    'The number wanted everywhere, where no target is wired.': '没有接目标时，处处要求的数。',
    'What they should be; may stay open.': '它们应有的值；可以不接。',
    'Mean over all numbers of (prediction - target)².': '所有数的 (预测 - 目标)² 的平均。',
    Focal: '焦点损失',
    'Cross-entropy that turns away from what the net knows already: an answer given rightly with confidence hardly counts. For rare classes among many easy samples.':
      '一种不再关注网络已经掌握的内容的交叉熵：答对且有把握的几乎不计。适合大量简单样本中的稀有类别。',
    Gamma: 'gamma（γ）',
    'How strongly easy answers are played down: each counts (1 - its probability) to this power; 0 is plain cross-entropy.':
      '简单的答案被削弱多少：每个答案按 (1 - 其概率) 的这个次方计入；0 就是普通交叉熵。',
    'Factors against imbalance; empty: none. For yes or no one number, that of yes (no gets 1 - it; the paper took 0.25); for classes one a class.':
      '对付类别不平衡的系数；留空则没有。是非题写一个数，即“是”的系数（“否”得到 1 减去它；论文取 0.25）；多分类则每个类别一个。',
    'One score for each answer, or for each class on the last axis (logits).':
      '每个答案一个分数，或最后一个轴上每个类别一个分数（logits）。',
    '0 or 1 for every number of the prediction, or the number of the right class of each row.':
      '预测的每个数对应的 0 或 1，或每行正确类别的编号。',
    'Mean over all answers of -alpha × (1 - p)^gamma × log p, in nats.':
      '所有答案的 -alpha × (1 - p)^gamma × log p 的平均，单位为奈特。',
    Hinge: '合页损失',
    'Wants the right answer ahead by a margin and is then content: nothing is left to learn from it. The loss of support vector machines.':
      '要求正确的答案领先一定的间隔，达到就满足了：之后不再从中学习。支持向量机的损失。',
    Margin: '间隔',
    'How far ahead the right answer is wanted.': '正确的答案应领先多少。',
    Squared: '平方',
    'Square what is missing, so that large misses count far more.':
      '把不足的部分取平方，使大的偏差重要得多。',
    'One score for each answer, or for each class on the last axis.':
      '每个答案一个分数，或最后一个轴上每个类别一个分数。',
    '0 (no) or 1 (yes) for every number of the prediction, or the number of the right class of each row.':
      '预测的每个数对应的 0（否）或 1（是），或每行正确类别的编号。',
    'Mean over all answers of what is missing to the margin; over classes it is divided by their number.':
      '所有答案离间隔还差多少的平均；多分类时再除以类别数。',
    'KL divergence': 'KL 散度',
    'How much is lost by taking the predicted probabilities for the wanted ones; 0 where they agree. With a teacher as target it is distillation.':
      '用预测的概率代替应得的概率会损失多少信息；两者一致时为 0。以教师模型为目标时就是知识蒸馏。',
    Targets: '目标形式',
    'What the target holds: probabilities, or the scores (logits) of a teacher.':
      '目标里是什么：概率，还是教师模型的分数（logits）。',
    probabilities: '概率',
    scores: '分数',
    Temperature: '温度',
    'Scores are divided by it, which softens them; the loss is multiplied by its square, so that gradients keep their size.':
      '分数先除以它，从而变得柔和；损失再乘以它的平方，使梯度的大小不变。',
    'A probability for each class, or the scores of a teacher (freeze it, or put a stop-gradient after it).':
      '每个类别一个概率，或教师模型的分数（请冻结教师模型，或在它后面放一个“停止梯度”）。',
    'Mean over all rows of sum(target × (log target - log softmax(scores))), in nats.':
      '所有行的 sum(目标 × (log 目标 - log softmax(分数))) 的平均，单位为奈特。',
    'Absolute error': '绝对误差',
    'The mean distance between prediction and target. A far miss counts no more than its distance, so outliers pull less than with squares; the best guess is the median.':
      '预测与目标之间的平均距离。偏得远也只按距离计，所以离群值的拉力比平方时小；最好的猜测是中位数。',
    'What they should be.': '它们应有的值。',
    'Mean over all numbers of |prediction - target|.': '所有数的 |预测 - 目标| 的平均。',
    Huber: 'Huber 损失',
    'Counts small misses as squares and large ones as distances: smooth at the target like squares, calm about outliers like the absolute error.':
      '小的偏差按平方计，大的偏差按距离计：在目标附近像平方那样平滑，对离群值又像绝对误差那样平静。',
    Delta: 'delta（δ）',
    'Distance, in the unit of the target, at which squares turn into a straight line.':
      '以目标的单位计，从多远开始由平方变为直线。',
    'Mean over all numbers of d²/2, or of delta × (|d| - delta/2) where |d| is above delta.':
      '所有数的 d²/2 的平均；|d| 大于 delta 时改为 delta × (|d| - delta/2)。',
    'Log-cosh': 'Log-cosh 损失',
    'The logarithm of the hyperbolic cosine of the miss: half a square near the target, a distance far from it, and smooth everywhere.':
      '偏差的双曲余弦的对数：在目标附近是平方的一半，远离目标时是距离，并且处处平滑。',
    'Mean over all numbers of log(cosh(prediction - target)).': '所有数的 log(cosh(预测 - 目标)) 的平均。',
    'Cosine distance': '余弦距离',
    'How far prediction and target point apart, whatever their lengths: 0 in one direction, 1 at a right angle, 2 when opposite.':
      '预测与目标的方向相差多少，与长度无关：同向为 0，垂直为 1，反向为 2。',
    'Vectors on the last axis.': '最后一个轴上的向量。',
    'The vectors that they should point along.': '它们应当指向的向量。',
    'Mean over all vectors of 1 - cos(angle).': '所有向量的 1 - cos(夹角) 的平均。',
    Contrastive: '对比损失',
    'Draws the two embeddings of a sample together and pushes those of different samples of the batch apart: each must find its partner among all.':
      '把同一个样本的两个嵌入拉近，把批次中不同样本的嵌入推远：每个都要在所有候选中找到自己的伙伴。',
    'Similarities are divided by it: the smaller, the more the nearest strangers count.':
      '相似度先除以它：越小，最接近的陌生样本就越重要。',
    'Compare directions (cosines); off: plain scalar products.': '比较方向（余弦）；关闭则用普通的内积。',
    Symmetric: '对称',
    'Let the second side look for its partner too, and take the mean (CLIP); off: only the first looks.':
      '让另一侧也来寻找自己的伙伴，再取平均（CLIP）；关闭则只由第一侧寻找。',
    'One embedding a sample.': '每个样本一个嵌入。',
    'The embedding that belongs to it, in the same row.': '与之配对的嵌入，在同一行。',
    'Mean over the batch of -log softmax(similarities / temperature) of the partner, in nats.':
      '伙伴的 -log softmax(相似度 / 温度) 在批次上的平均，单位为奈特。',
    Triplet: '三元组损失',
    'Wants an anchor nearer to its own kind than to a stranger, by a margin. Teaches embeddings in which distance means likeness.':
      '要求锚点离同类比离异类更近，至少近一个间隔。它教会嵌入用距离表示相似。',
    'How much nearer its own kind must be before nothing is left to learn.':
      '离同类要近多少，才不再需要学习。',
    Distance: '距离',
    'euclidean: the length of the difference. squared: its square. cosine: 1 - the cosine of the angle.':
      'euclidean（欧氏）：差的长度。squared（平方）：其平方。cosine（余弦）：1 减去夹角的余弦。',
    euclidean: '欧氏距离',
    cosine: '余弦',
    'Embeddings on the last axis.': '最后一个轴上的嵌入。',
    'Embeddings of the same kind.': '同类的嵌入。',
    'Embeddings of another kind.': '异类的嵌入。',
    'Mean over all triplets of max(0, near - far + margin).': '所有三元组的 max(0, 近 - 远 + 间隔) 的平均。',
    CTC: 'CTC 损失',
    'How surprised the net is by a row of labels, whenever each of them happens: speech or handwriting to text. A blank class stands between labels and for nothing.':
      '网络对一串标签平均有多“吃惊”，无论每个标签在何时出现：把语音或手写变成文本。标签之间有一个空白类，代表什么都没有。',
    Blank: '空白类',
    'Which class is the blank: the first (number 0, as in PyTorch) or the last (as in TensorFlow).':
      '哪个类别是空白类：第一个（编号 0，如 PyTorch），或最后一个（如 TensorFlow）。',
    first: '第一个',
    last: '最后一个',
    'Per label': '按标签数平均',
    'Divide each sample by its number of labels before the mean, as PyTorch does unless told otherwise.':
      '取平均之前，把每个样本除以它的标签个数；PyTorch 默认就是这样做的。',
    'Scores (logits) for every time step, one a class: B × T × classes.':
      '每个时间步的分数（logits），每个类别一个：B × T × 类别数。',
    'The labels in their order, B × length; shorter rows are filled up with -1 or the blank.':
      '按次序排列的标签，B × 长度；较短的行用 -1 或空白类补齐。',
    'How many time steps of each sample count; open: all.': '每个样本有多少个时间步算数；不接则全部。',
    'Mean over the batch of -log p(labels), in nats. A sample with more labels than its time can hold counts 0.':
      '-log p(标签) 在批次上的平均，单位为奈特。标签多到时间步装不下的样本计为 0。',
    VAE: 'VAE 损失',
    'How badly a sample is rebuilt, plus how far its code strays from a standard normal one: what a variational autoencoder minimises. Draw the code with Sampling.':
      '样本重建得有多差，再加上编码偏离标准正态分布多远：变分自编码器所最小化的量。编码请用“采样”抽取。',
    Reconstruction: '重建',
    'binary: cross-entropy of values from 0 to 1, from logits. squares: half the squared differences, a normal distribution of deviation 1.':
      'binary（二元）：由 logits 计算 0 到 1 之间的值的交叉熵。squares（平方）：平方差的一半，即标准差为 1 的正态分布。',
    binary: '二元',
    squares: '平方',
    Beta: 'beta（β）',
    'How much the code counts against the rebuilding: 1 is the bound itself, more untangles the code.':
      '相对于重建，编码占多大分量：1 就是证据下界本身，更大则使编码更加解耦。',
    'The rebuilt sample: logits for binary, else values.': '重建的样本：二元时为 logits，否则为取值。',
    'The sample itself.': '样本本身。',
    'Mean of the code, as it went into Sampling.': '编码的均值，即输入“采样”的那个。',
    'Logarithm of its variance, as it went into Sampling.': '其方差的对数，即输入“采样”的那个。',
    'Mean over the batch of rebuilding + beta × divergence, each summed over a sample, in nats.':
      '“重建误差 + beta × 散度”在批次上的平均，两者都先对一个样本求和，单位为奈特。',
    GAN: 'GAN 损失',
    'The loss of one side of a generative adversarial net, from the scores of its judge. Use one for each side, each in a training step of its own. There is no gradient penalty.':
      '生成对抗网络中一方的损失，由判别者的分数计算。双方各用一个，各放在自己的训练步骤中。没有梯度惩罚。',
    Side: '哪一方',
    'discriminator: tell real from made. generator: pass for real; the judge of real samples is then not looked at.':
      'discriminator（判别器）：分辨真假。generator（生成器）：要被当作真的；此时不看判别者对真样本的打分。',
    discriminator: '判别器',
    generator: '生成器',
    Objective: '目标函数',
    'non-saturating: cross-entropy. least-squares: squares to 0 and 1. wasserstein: plain difference; the judge must then be held smooth by other means.':
      'non-saturating（非饱和）：交叉熵。least-squares（最小二乘）：到 0 和 1 的平方距离。wasserstein：直接取差；此时须用别的办法使判别者保持平滑。',
    'non-saturating': '非饱和',
    'least-squares': '最小二乘',
    wasserstein: 'Wasserstein',
    'Scores (logits) of the judge for made samples.': '判别者对生成样本的分数（logits）。',
    'Scores of the judge for real samples; needed on the discriminator’s side.':
      '判别者对真样本的分数；判别器一方需要它。',
    'Mean over the made samples, plus on the discriminator’s side the mean over the real ones.':
      '对生成样本取平均；判别器一方再加上对真样本的平均。',
    'Policy gradient': '策略梯度',
    'Makes actions likelier that turned out better than expected, and the others less likely. The gradient of expected reward, from samples.':
      '使结果好于预期的动作更有可能，其余的更不可能。用样本计算的期望奖励的梯度。',
    'Entropy bonus': '熵奖励',
    'How much an open choice (entropy) is rewarded, so that the policy does not settle too early.':
      '对保持选择余地（熵）给予多少奖励，使策略不至于过早定型。',
    'One score for each action on the last axis (logits).': '最后一个轴上每个动作一个分数（logits）。',
    'The number of the action that was taken.': '所采取的动作的编号。',
    'How much better than expected the action turned out, or its return; from a critic only through a stop-gradient.':
      '动作的结果比预期好多少，或其回报；若来自评论者，须先经过“停止梯度”。',
    'Mean over all actions of -log p(action) × advantage - bonus × entropy.':
      '“-log p(动作) × 优势 - 熵奖励 × 熵”对所有动作的平均。',
    PPO: 'PPO',
    'A policy gradient that can be followed for several steps on the same samples: once an action has become much likelier or rarer than when it was taken, nothing pulls it further.':
      '可以在同一批样本上连续走几步的策略梯度：一旦某个动作比当初采取时变得可能得多或稀少得多，就不再继续推动它。',
    Clip: '裁剪',
    'How far the probability of an action may move (as a share) before nothing pulls it further.':
      '动作的概率可以变动多少（按比例），超过之后不再推动它。',
    'Value weight': '价值权重',
    'How much the misses of the critic count, where its value is wired.':
      '接了评论者的价值时，它的偏差占多大分量。',
    'Log-probability of the action when it was taken.': '采取动作时该动作的对数概率。',
    'How much better than expected the action turned out; from a critic only through a stop-gradient.':
      '动作的结果比预期好多少；若来自评论者，须先经过“停止梯度”。',
    'What the critic expects, together with returns; may stay open.':
      '评论者的预期，须与回报一起接；可以不接。',
    'What came in truth.': '实际得到的回报。',
    'Mean over all actions of -clipped gain + value weight × (value - return)² - bonus × entropy.':
      '“-裁剪后的收益 + 价值权重 × (价值 - 回报)² - 熵奖励 × 熵”对所有动作的平均。',
    DPO: 'DPO',
    'Teaches a language model from choices without a reward model: chosen answers become likelier than rejected ones, measured against a frozen reference.':
      '不用奖励模型，直接从选择中教语言模型：以冻结的参考模型为基准，使被选中的答案更有可能，被拒绝的更不可能。',
    'How closely the policy is held to the reference: the larger, the less it needs to move.':
      '策略在多大程度上被约束在参考模型附近：越大，需要变动的就越少。',
    'How often a choice is thought to be the wrong way round.': '认为有多大比例的选择是反的。',
    'Log-probability of the chosen answer under the policy that learns.':
      '在正在学习的策略下，被选中的答案的对数概率。',
    'Log-probability of the rejected answer under it.': '在该策略下，被拒绝的答案的对数概率。',
    'Log-probability of the chosen answer under the reference (freeze it).':
      '在参考模型下，被选中的答案的对数概率（请冻结参考模型）。',
    'Log-probability of the rejected answer under the reference.': '在参考模型下，被拒绝的答案的对数概率。',
    'Mean over all pairs, in nats.': '对所有配对取平均，单位为奈特。',
    'Bradley-Terry': 'Bradley-Terry 损失',
    'Teaches a reward model from choices: what was chosen should be rewarded above what was rejected. Only the difference of the two counts.':
      '从选择中教奖励模型：被选中的应比被拒绝的得到更高的奖励。只有两者之差才有意义。',
    'How far above the rejected one the chosen one is wanted.': '被选中的应比被拒绝的高出多少。',
    'Reward of what was chosen.': '被选中者的奖励。',
    'Reward of what was rejected.': '被拒绝者的奖励。',
    'Mean over all pairs of -log sigmoid(chosen - rejected - margin), in nats.':
      '所有配对的 -log sigmoid(选中 - 拒绝 - 间隔) 的平均，单位为奈特。',
    'Z-loss': 'Z 损失',
    'Keeps scores from drifting far from zero, where softmax would lose its precision. Added beside a cross-entropy, or beside the router of a mixture of experts.':
      '使分数不致远离零，否则 softmax 会失去精度。加在交叉熵旁边，或混合专家的路由旁边。',
    Strength: '强度',
    'How much it counts beside the other losses.': '相对于其他损失占多大分量。',
    'Scores (logits) with the classes on the last axis.': '分数（logits），类别在最后一个轴上。',
    'strength × mean over all rows of log(sum(exp(scores)))².':
      '强度 × 所有行的 log(sum(exp(分数)))² 的平均。',
    Regulariser: '正则项',
    'Makes large activations costly: l1 drives most of them to exactly zero (a sparse code), l2 keeps all of them small. It is for values on a wire, not for weights.':
      '使大的激活值付出代价：l1 把大多数压到恰好为零（稀疏编码），l2 使所有值都保持较小。它作用于连线上的值，而不是权重。',
    Kind: '种类',
    'l1: the sum of distances from zero. l2: the sum of squares.': 'l1：到零的距离之和。l2：平方之和。',
    l1: 'L1',
    l2: 'L2',
    'strength × mean over the batch of sum(|x|) or sum(x²).': '强度 × sum(|x|) 或 sum(x²) 在批次上的平均。',
  },
  patterns: [],
}
