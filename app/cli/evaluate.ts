/** `wiregrad evaluate`: how well given weights do on one split of the data. */
import { formatCount } from '../../engine/diagnose/format'
import type { Command } from './command'
import { readDataFiles } from './data-files'
import { openEngine } from './engine'
import { exitCodes, fail, sentenceOf } from './failure'
import { problemLine, readGraph } from './graph-file'
import { scoresLine, toJson } from '../../engine/session/lines'
import { oneOf, onlyFile } from './options'
import { figure, note, say } from './print'
import { readWeights } from './weights-file'

export const evaluate: Command = {
  name: 'evaluate',
  usage:
    'wiregrad evaluate FILE --weights DIR|FILE [--split test|validation|train] [--data [NAME=]PATH]… [--backend NAME] [--json]',
  doc: 'Loss and metrics of given weights on one split of the data.',
  options: ['weights', 'split', 'data', 'backend', 'json', 'help'],
  async run(typed) {
    const file = onlyFile(typed, 'evaluate')
    const given =
      typed.word('weights') ??
      fail('usage', 'wiregrad evaluate wants --weights DIR|FILE: the weights of a run.')
    const split = oneOf(typed, 'split', ['test', 'validation', 'train']) ?? 'test'
    const backend = oneOf(typed, 'backend', ['auto', 'webgpu', 'webgl', 'wasm', 'cpu']) ?? 'auto'
    const { document, analysis } = await readGraph(file)
    const files = await readDataFiles(typed.words('data'), analysis.plan)
    const weights = await readWeights(given, analysis.plan)
    const engine = await openEngine()
    const reply = await engine
      .request({ kind: 'evaluate', document, weights, split, backend, files })
      .catch((error: unknown) => fail('failed', sentenceOf(error)))
    if (!reply.accepted) {
      for (const problem of reply.problems) note(problemLine(problem))
      return fail('problems', reply.message)
    }
    const scores = scoresLine(reply.scores)
    if (typed.flag('json')) say(toJson({ split, ...scores }))
    else {
      say(`${split}: ${formatCount(scores.samples)} samples`)
      say(`loss ${figure(scores.loss)}`)
      for (const [name, value] of Object.entries(scores.metrics)) say(`${name} ${figure(value)}`)
    }
    return exitCodes.fine
  },
}
