/** Right answers over wanted answers, of each class. */
import {
  answerCases,
  answerCounts,
  answerPorts,
  answersHelper,
  average,
  idleOfAnswers,
  meanOverClasses,
  share,
  threshold,
} from '../kit/confusion'
import { defineNode } from '../kit/define'
import { questionRefusal } from '../kit/targets'
import { questionHelper } from '../kit/torch-losses'

const helper = `def recall(prediction, target, *, threshold, average):
    """Right answers over wanted answers, of each class."""
    return figure_of_answers(prediction, target, threshold, average, lambda right, given, wanted: right / max(1, wanted))
`

export const recall = defineNode({
  role: 'metric',
  type: 'recall',
  version: 1,
  title: 'Recall',
  family: 'metric',
  doc: 'Of all that are of a class, the share that were found. High where a miss is dear.',
  synonyms: ['sensitivity', 'true positive rate', 'hit rate', 'classification'],
  fields: { threshold, average },
  inputs: answerPorts,
  outputs: {},
  summary: (p) => p.average,
  infer: ({ prediction, target }) => questionRefusal('Recall', prediction, target) ?? {},
  weights: () => ({}),
  /** [given rightly, given, wanted] of each class */
  sums: ({ tf, inputs: { prediction, target }, p }) => tf.tidy(() => answerCounts(tf, prediction, target, p)),
  value: (sums) => meanOverClasses(sums, (right, _given, wanted) => share(right, wanted)),
  larger: true,
  idle: (field, _p, backEnd, inputs) => idleOfAnswers(field, backEnd, inputs),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.recall',
      args: { threshold: p.threshold, average: p.average },
      tensors: [],
      helpers: [questionHelper, answersHelper, helper],
    }),
  },
  cases: answerCases,
  migrations: [],
})
