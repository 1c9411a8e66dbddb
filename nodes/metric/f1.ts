/** The harmonic mean of precision and recall (van Rijsbergen 1979): 2 right / (given + wanted), of each class. */
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

const helper = `def f1(prediction, target, *, threshold, average):
    """The harmonic mean of precision and recall (van Rijsbergen 1979): 2 right / (given + wanted), of each class."""
    return figure_of_answers(prediction, target, threshold, average, lambda right, given, wanted: 2 * right / (given + wanted))
`

export const f1 = defineNode({
  role: 'metric',
  type: 'f1',
  version: 1,
  title: 'F1',
  family: 'metric',
  doc: 'One figure for precision and recall, their harmonic mean: high only where both are.',
  synonyms: ['f-score', 'dice', 'precision', 'recall', 'imbalance', 'classification'],
  fields: { threshold, average },
  inputs: answerPorts,
  outputs: {},
  summary: (p) => p.average,
  infer: ({ prediction, target }) => questionRefusal('F1', prediction, target) ?? {},
  weights: () => ({}),
  /** [given rightly, given, wanted] of each class */
  sums: ({ tf, inputs: { prediction, target }, p }) => tf.tidy(() => answerCounts(tf, prediction, target, p)),
  value: (sums) => meanOverClasses(sums, (right, given, wanted) => share(2 * right, given + wanted)),
  larger: true,
  idle: (field, _p, backEnd, inputs) => idleOfAnswers(field, backEnd, inputs),
  emit: {
    torch: (p) => ({
      call: 'wiregrad.f1',
      args: { threshold: p.threshold, average: p.average },
      tensors: [],
      helpers: [questionHelper, answersHelper, helper],
    }),
  },
  cases: answerCases,
  migrations: [],
})
