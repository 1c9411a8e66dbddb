/** Titles, docs, settings and ports of metrics. */
import type { Phrases } from '../../translate'

export const nodesMetric: Phrases = {
  exact: {
    Accuracy: '准确率',
    'The share of right answers: the class with the highest score, or yes where the score is above the threshold.':
      '答对的比例：取分数最高的类别；是非题则分数高于阈值为“是”。',
    'Scores above it mean yes, where the answer is yes or no. 0 suits logits, 0.5 suits what comes out of a sigmoid.':
      '答案是“是”或“否”时，分数高于它为“是”。logits 适合用 0，经过 sigmoid 的值适合用 0.5。',
    'One score a class on the last axis, or one score for yes.':
      '最后一个轴上每个类别一个分数，或“是”的一个分数。',
    'Class numbers, one column a class, or 0 and 1.': '类别编号、每个类别一列，或 0 和 1。',
    'Top-k accuracy': '前 k 准确率',
    'The share of answers whose right class is among the k with the highest scores. A class that scores as high as the last of them counts too.':
      '正确的类别在分数最高的 k 个之中的比例。与其中最后一个分数相同的类别也算。',
    K: 'k',
    'How many of the highest scores are looked at.': '看分数最高的多少个。',
    'One score a class on the last axis.': '最后一个轴上每个类别一个分数。',
    'Class numbers, or one column a class.': '类别编号，或每个类别一列。',
    Precision: '精确率',
    'Of all that were said to be of a class, the share that were. High where a false alarm is dear.':
      '在所有被判为某类的答案中，确实属于该类的比例。误报代价大时要看它。',
    'Of several classes. macro: the mean over the classes that occur, each counting alike. micro: all answers in one pot.':
      '多分类时的算法。macro（宏平均）：对出现的类别取平均，各类同等重要。micro（微平均）：所有答案放在一起计算。',
    macro: '宏平均',
    micro: '微平均',
    Recall: '召回率',
    'Of all that are of a class, the share that were found. High where a miss is dear.':
      '在所有属于某类的样本中，被找出来的比例。漏报代价大时要看它。',
    F1: 'F1',
    'One figure for precision and recall, their harmonic mean: high only where both are.':
      '把精确率和召回率合成一个数，即两者的调和平均：只有两者都高时才高。',
    AUC: 'AUC',
    'How often a yes scores above a no, whatever the threshold: 1 is perfect, 0.5 is guessing (and is given where one of the two is missing).':
      '无论阈值如何，“是”的分数高于“否”的比例：1 为完美，0.5 等于瞎猜（两者缺一时也给出 0.5）。',
    'What the prediction holds. Logits go through a sigmoid first.':
      '预测里是什么。logits 会先经过 sigmoid。',
    logits: 'logits',
    Thresholds: '阈值个数',
    'How many thresholds between 0 and 1 are tried. The figure is off by at most half the share of pairs that no threshold tells apart.':
      '在 0 与 1 之间试多少个阈值。误差至多是没有任何阈值能分开的配对所占比例的一半。',
    'One score for each answer.': '每个答案一个分数。',
    '0 or 1 for each.': '每个答案的 0 或 1。',
    'Mean absolute error': '平均绝对误差',
    'How far the prediction is off on average, in the unit of the target.':
      '预测平均偏离多远，以目标的单位计。',
    'Root mean squared error': '均方根误差',
    'How far the prediction is off, in the unit of the target; large misses count far more than small ones.':
      '预测偏离多远，以目标的单位计；大的偏差比小的偏差重要得多。',
    'R²': '决定系数 R²',
    'The share of the spread of the targets that the prediction explains: 1 is perfect, 0 no better than always saying their mean, below 0 worse.':
      '预测解释了目标的波动中的多大比例：1 为完美，0 表示不比总是回答平均值更好，小于 0 则更差。',
    Centre: '中心',
    'Taken off the targets before they are squared. It changes nothing but rounding: give a number near their mean where that is large beside their spread.':
      '目标取平方之前先减去它。它只影响舍入误差：当均值远大于波动时，请写一个接近均值的数。',
    'Any numbers, with their columns on the last axis.': '任意的数，各列在最后一个轴上。',
    Perplexity: '困惑度',
    'Among how many equally likely tokens a language model seems to choose, on average over the tokens that count: 1 is certainty, the size of the vocabulary is guessing.':
      '语言模型平均像是在多少个同样可能的词元中做选择（只看算数的词元）：1 表示十分确定，等于词表大小则是瞎猜。',
    'Targets of this number do not count at all, such as padding; -1: all count.':
      '编号为此的目标完全不计，例如补齐部分；-1 表示全部计入。',
    'One score a token of the vocabulary on the last axis (logits).':
      '最后一个轴上词表中每个词元一个分数（logits）。',
    'The number of the right token.': '正确词元的编号。',
    BLEU: 'BLEU',
    'How many runs of one to four tokens of a text also stand in the reference, with a penalty for texts that are too short; 1 is the very same. One figure for the whole split.':
      '一段文本中一至四个词元的连续片段，有多少也出现在参考文本中，过短的文本会受到惩罚；1 表示完全相同。整个划分得到一个数。',
    'The longest run of tokens that is compared; 4 is usual.': '比较的最长片段有几个词元；通常是 4。',
    End: '结束词元',
    'The token that ends a text or fills it up: what stands from the first of them on does not count; -1: every text is full.':
      '结束或补齐文本的词元：从第一个这样的词元起，后面都不算；-1 表示每段文本都是满的。',
    'Token numbers, B × T, or scores for every token, of which the highest is taken.':
      '词元编号 B × T，或每个词元的分数（取最高者）。',
    'Token numbers of the reference, B × T; it may be of another length.':
      '参考文本的词元编号，B × T；长度可以不同。',
  },
  patterns: [],
}
