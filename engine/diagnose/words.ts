/** Title and explanation of every rule, for a learner: why it hinders learning and what helps. */
import type { RuleId } from './finding'

interface Words {
  readonly title: string
  readonly explanation: string
}

export const words: { readonly [K in RuleId]: Words } = {
  'nan-in-data': {
    title: 'Missing numbers in the data',
    explanation:
      'One value that is missing or not finite makes the loss NaN as soon as its row is in a batch, and after one update every weight is NaN. Fill such values in, or leave out the row or the column.',
  },
  'loss-activation-mismatch': {
    title: 'Output and loss do not fit',
    explanation:
      'Cross-entropies here take raw scores and apply softmax or sigmoid themselves; a second one squeezes the scores into a narrow range, so that the loss cannot fall and the gradient is weak. Errors of real numbers need an output that can reach every target.',
  },
  'wrong-output-width': {
    title: 'Wrong number of outputs',
    explanation:
      'A classifier needs one score for each class. With fewer, some classes can never be named; with more, scores are wasted on classes that do not exist.',
  },
  'bad-initialisation': {
    title: 'All units start the same',
    explanation:
      'Units that begin with the same weights get the same gradient and stay copies of each other for ever, so a wide layer is worth one unit; with zeros no gradient passes at all. Random weights break the symmetry.',
  },
  'input-not-normalised': {
    title: 'Inputs are not normalised',
    explanation:
      'Large inputs make large sums, which saturate activations and ask for tiny learning rates; features of very different sizes learn at very different speeds. Bring every feature to mean 0 and deviation 1, or divide pixels by 255.',
  },
  'target-not-normalised': {
    title: 'Targets are not standardised',
    explanation:
      'The network begins with answers near 0, so targets far from it make a huge first loss and huge gradients: the first steps throw the weights about, or go into nothing but reaching the mean. Bring the target to mean 0 and deviation 1; an answer times the deviation plus the mean is in the old units again.',
  },
  leakage: {
    title: 'The answer leaks into the input',
    explanation:
      'A feature that is nearly the target itself, or validation samples that are in the training split too, make the scores look far better than they will be on new data.',
  },
  'split-mismatch': {
    title: 'Training and validation data differ',
    explanation:
      'The validation samples have another mean or scale than those the network learns from, so its scores say little. Both must pass through the same preparation and be dealt at random.',
  },
  'not-shuffled': {
    title: 'Samples are not shuffled',
    explanation:
      'The samples come sorted by class, so each batch pulls the network towards a few classes and it forgets the others again. Deal the samples anew in every epoch.',
  },
  'over-regularised': {
    title: 'Too much regularisation',
    explanation:
      'So much of the signal is dropped, or the weights are pulled to zero so hard, that the network cannot even learn the training data. Regularise only as much as overfitting asks for.',
  },
  'class-imbalance': {
    title: 'A rare class is never named',
    explanation:
      'Where one class is much commoner, always naming it already gives a high accuracy, and the rare one is ignored. Let rare classes count more in the loss, and judge by F1 or recall, not by accuracy.',
  },
  'missing-activation': {
    title: 'No activation between layers',
    explanation:
      'Linear layers in a row are together no more than one linear layer, whatever their width: they can only draw straight borders. A bend such as ReLU between them makes depth worth something.',
  },
  'exploding-gradient': {
    title: 'Exploding gradient',
    explanation:
      'Values or gradients grow from layer to layer, or from step to step in time, so one update throws the weights far away. Start with weights that keep the size (He, Glorot, orthogonal), clip the gradient, or normalise.',
  },
  'dead-relu': {
    title: 'Dead ReLU units',
    explanation:
      'A ReLU unit that is zero for every sample gets no gradient and never comes back. Strongly negative biases or too large a step cause it; a small slope below zero (leaky ReLU) cannot die.',
  },
  'vanishing-gradient': {
    title: 'Vanishing gradient',
    explanation:
      'Each layer passes on only a part of the gradient, so the first layers hardly hear of the loss and do not learn. ReLU-like activations with fitting weights, normalisation, or short cuts past the layers keep the gradient alive.',
  },
  'saturated-activation': {
    title: 'Saturated activations',
    explanation:
      'Where tanh or sigmoid is almost flat its slope is almost zero, so hardly any gradient passes. Smaller first weights or normalised inputs keep the sums in the steep part.',
  },
  'learning-rate-too-high': {
    title: 'Learning rate too high',
    explanation:
      'Each step changes the weights by a large share of their size and jumps over the valley that it should descend. About a thousandth of the weights a step is healthy.',
  },
  'vanishing-through-time': {
    title: 'Gradient vanishes through time',
    explanation:
      'Going back through a long sequence the gradient shrinks at every step, so what came early cannot be learnt. Gates (GRU, LSTM), attention, or shorter sequences help.',
  },
  'batch-too-small': {
    title: 'Batch too small',
    explanation:
      'The gradient of very few samples is mostly chance, so the loss jumps about instead of falling. Larger batches average the chance away.',
  },
  'oscillating-loss': {
    title: 'The loss oscillates',
    explanation:
      'The loss swings from step to step by a large part of what there is to learn: the steps are too long for the valley, or momentum carries them past it. Lower the learning rate or let it fall.',
  },
  'nan-loss': {
    title: 'The loss is not finite',
    explanation:
      'A number grew beyond what can be written, or an undefined one (0/0, log of a negative number) came up. From then on nothing can be learnt.',
  },
  'learning-rate-too-low': {
    title: 'Learning rate too low',
    explanation:
      'Each step changes the weights by so small a share of their size that nothing is learnt in a reasonable time. About a thousandth of the weights a step is healthy.',
  },
  plateau: {
    title: 'Learning has stopped',
    explanation:
      'The loss stands still far from what is possible: the learning rate has fallen to nothing, or the network is stuck where all directions look alike.',
  },
  underfitting: {
    title: 'Underfitting',
    explanation:
      'The network is not able to learn even the training data: it is too small or too plain for the task. Give it a hidden layer, more units, or better features.',
  },
  overfitting: {
    title: 'Overfitting',
    explanation:
      'The network learns its training samples by heart and gets worse on new ones. Stop where the validation loss was best, drop out a share of the values while training, use a smaller network, or find more data.',
  },
  'labels-without-signal': {
    title: 'Labels without signal',
    explanation:
      'The network learns the training labels by heart, but on new samples it is no better than guessing: the labels have nothing to do with the inputs. Check the column of labels and how the tables were joined.',
  },
}
