/**
 * A layer of another program that has no counterpart here, as an import found it: it keeps its attributes, shows its
 * wires, and says why the graph cannot run before it is replaced. Nothing of it is lost on saving.
 */
import { defineNode } from '../kit/define'
import { choice, text } from '../kit/fields'
import { refuse } from '../kit/spec'

export const locked = defineNode({
  role: 'function',
  type: 'locked',
  version: 1,
  title: 'Locked layer',
  family: 'io',
  doc: 'A layer that came with an imported file and has no counterpart here. It keeps its settings; replace it before training.',
  synonyms: ['unknown', 'import', 'foreign'],
  fields: {
    source: choice(['keras', 'tfjs', 'onnx'], {
      initial: 'keras',
      doc: 'The program whose layer it is.',
    }),
    op: text({ initial: '', max: 200, doc: 'Its class or operator there.' }),
    attributes: text({
      initial: '{}',
      lines: 6,
      max: 100_000,
      doc: 'Its settings there, as JSON.',
    }),
  },
  inputs: { xs: { doc: 'What flowed into it.', list: true, accepts: ['tensor', 'tokens'] } },
  outputs: { y: { doc: 'What came out of it.' } },
  summary: (p) => p.op,
  infer: (_inputs, p) =>
    refuse(
      `The layer ${p.op || 'without a name'} of ${p.source} has no counterpart here. Replace it by nodes of your own, or remove it.`,
    ),
  weights: () => ({}),
  run: () => {
    throw new Error('A locked layer never runs: analyse refuses it.')
  },
  emit: {
    torch: (p) => ({
      call: 'locked',
      args: { source: p.source, op: p.op, attributes: p.attributes },
      tensors: [],
    }),
  },
  cases: [{ inputs: {}, params: { op: 'Conv9D' }, refused: 'The layer Conv9D of keras has no counterpart' }],
  migrations: [],
})
