/** Right answers over given answers, of each class. */
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

const helper = `def precision(prediction, target, *, threshold, average):
    """Right answers over given answers, of each class."""
    return figure_of_answers(prediction, target, threshold, average, lambda right, given, wanted: right / max(1, given))
`

export const precision = defineNode({
  role: 'metric',
  type: 'precision',
  version: 1,
  title: 'Precision',
  family: 'metric',
  doc: 'Of all that were said to be of a class, the share that were. High where a false alarm is dear.',
  synonyms: ['positive predictive value', 'false alarm', 'classification'],
  fields: { threshold, average },
  inputs: answerPorts,
  outputs: {},
  summary: (p) => p.average,
  infer: ({ prediction, target }) => questionRefusal('Precision', prediction, target) ?? {},
  weights: () => ({}),
  /** [given rightly, given, wanted] of each class */
  sums: ({ tf, inputs: { prediction, target }, p }) => tf.tidy(() => answerCounts(tf, prediction, target, p)),
  value: (sums) => meanOverClasses(sums, (right, given) => share(right, given)),
  larger: true,
  idle: (field, _p, backEnd, inputs) => idleOfAnswers(field, backEnd, inputs),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.precision',
      args: { threshold: p.threshold, average: p.average },
      tensors: [],
      helpers: [questionHelper, answersHelper, helper],
    }),
  },
  cases: answerCases,
  migrations: [],
})
