/** What the browser tests of the engine call by name. */
import type { Document, Optimiser, Training } from '../../../engine/graph/document'
import { catalogue } from '../../../nodes/catalogue'
import { defineNode, type Catalogue } from '../../../nodes/kit/define'
import { refuse, tensor } from '../../../nodes/kit/spec'
import { graph, step } from '../../engine/documents'
import { adam, cnn, gpt, lstm, mlp, noisy, wideNets } from './documents'
import { halfDifferences, mixedBeside, mixedLikeTorch, movedBy, scaleAfter, wrongHalves } from './half'
import { netDifference, optimiserDifference, probeDifference, segmentSums, wrongUniforms } from './kernels'
import { memoryOf, saidUnder } from './memory'
import { compare, train } from './page'
import { productDifferences, slopeDifferences } from './products'
import { assignedMidway } from './recapture'

const nets = { mlp, cnn, lstm, gpt, noisy }

/** Two training steps, the second of them every third step: most steps tell its last loss again. */
function alternating(): Document {
  return graph(
    {
      data: ['data', { dataset: { kind: 'recall', samples: 32, length: 16, symbols: 4 }, shape: [8, 8, 1] }],
      flat: ['flatten'],
      one: ['dense', { units: 4 }],
      other: ['dense', { units: 4 }],
      first: ['sparse-categorical-crossentropy'],
      second: ['sparse-categorical-crossentropy'],
    },
    [
      'data.x -> flat.x',
      'flat.y -> one.x',
      'flat.y -> other.x',
      'one.y -> first.prediction',
      'data.y -> first.target',
      'other.y -> second.prediction',
      'data.y -> second.target',
    ],
    {
      batchSize: 16,
      length: { steps: 30 },
      steps: [
        step(adam, { losses: ['first'], trains: ['one'] }),
        step(adam, { losses: ['second'], trains: ['other'], every: 3 }),
      ],
    },
  )
}

/** A node that asks for its numbers in the middle of a step, and one that counts its calls: neither can be replayed. */
function strange(run: 'waits' | 'counts'): { readonly document: Document; readonly nodes: Catalogue } {
  let calls = 0
  const node = defineNode({
    role: 'function',
    type: 'strange',
    version: 1,
    title: 'Strange',
    family: 'core',
    doc: 'Only in tests.',
    synonyms: [],
    fields: {},
    inputs: { x: { doc: 'Numbers.' } },
    outputs: { y: { doc: 'Numbers.' } },
    summary: () => '',
    weights: () => ({}),
    infer: ({ x }) => ({ y: tensor(x.shape) }),
    run: ({ tf, inputs: { x } }) => {
      calls++
      if (run === 'waits') x.data().catch(() => undefined)
      return { y: tf.mul(x, run === 'counts' ? 1 + 1e-3 * calls : 1) }
    },
    emit: {
      torch: () => ({ call: 'torch.abs', args: {}, tensors: [] }),
      onnx: (_g, { x }) => ({ y: x }),
      keras: () => refuse('Only in tests.'),
    },
    cases: [],
    migrations: [],
  })
  const plain = mlp()
  const nodes = new Map([...catalogue, ['strange', node]])
  const { net } = plain.nodes
  if (net === undefined) throw new Error('The net has lost its node.')
  return {
    nodes,
    document: {
      ...plain,
      nodes: { ...plain.nodes, odd: { ...net, type: 'strange', params: {} } },
      wires: {
        ...plain.wires,
        w5: { from: ['second', 'y'], to: ['odd', 'x'] },
        w99: { from: ['odd', 'y'], to: ['net', 'x'] },
      },
    },
  }
}

const still: Partial<Training> = {
  batchSize: 40,
  length: { steps: 16 },
  steps: [step({ kind: 'sgd', learningRate: 1e-12 })],
}

export const engineTests = {
  compareNet: (name: keyof typeof nets, training?: Partial<Training>) => compare(nets[name](training)),
  /** The same on WebAssembly. */
  compareOnWasm: (name: keyof typeof nets) => compare(nets[name](), { backend: 'wasm' }, { backend: 'wasm' }),
  compareAlternating: () => compare(alternating()),
  /** Single steps, a pause, probes on every step for a while, and on to the end. */
  compareDriven: () =>
    compare(mlp({ length: { steps: 60 } }), {
      drive: async ({ client, until }) => {
        const say = (kind: 'step' | 'resume' | 'pause') => client.request({ kind, run: 'run' })
        const ticked = (wanted: number) =>
          until((event) => event.kind === 'ticks' && (event.ticks.step.at(-1) ?? 0) >= wanted)
        for (let at = 1; at <= 14; at++) {
          await say('step')
          await ticked(at)
        }
        await say('resume')
        await ticked(20)
        await say('pause')
        await until((event) => event.kind === 'paused' && event.step >= 20)
        await say('resume')
      },
    }),
  /** What a node does that cannot be replayed: how the run ends all the same. */
  async strange(run: 'waits' | 'counts') {
    const { document, nodes } = strange(run)
    const { said, lines } = await train(document, { capture: true, nodes })
    return { said, last: lines.at(-1) ?? '' }
  },
  /** Losses of a net that does not learn, whose every step has the same samples. */
  async stillLosses(seed: number) {
    const { lines, said } = await train(mlp({ ...still, seed }), { capture: true })
    return { said, losses: lines.filter((line) => line.startsWith('tick')).map((line) => line.split(' ')[3]) }
  },
  /** Two trainings, the second going on with the weights of the first. */
  async continued() {
    const first = await train(mlp(), { capture: true })
    return compare(mlp(), { weights: first.weights }, { weights: first.weights })
  },
  optimiserDifference: (settings: Optimiser, clip: number | null, mixed?: boolean) =>
    optimiserDifference(settings, clip, mixed),
  assignedMidway,
  netDifference: (name: keyof typeof wideNets) => netDifference(wideNets[name]()),
  memoryOf,
  saidUnder,
  productDifferences,
  slopeDifferences,
  probeDifference,
  wrongUniforms,
  segmentSums,
  wrongHalves,
  halfDifferences,
  mixedLikeTorch,
  movedBy,
  scaleAfter,
  mixedBeside,
}

export type EngineTests = typeof engineTests

Object.assign(globalThis, { engineTests })
