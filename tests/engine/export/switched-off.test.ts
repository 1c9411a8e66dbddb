/**
 * What is bypassed, disabled, frozen or bent means the same to a run and to every exporter: they see the Plan, from which
 * such nodes are gone. So each graph is compared with one from which they were really taken out.
 */
import { produce } from 'immer'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { analyse } from '../../../engine/analyse/analyse'
import { readOnnx } from '../../../engine/formats/onnx/model'
import {
  exportFormats,
  type ExportedFile,
  type ExportFormat,
  type WeightSet,
} from '../../../engine/session/protocol'
import { rerouteType, type Document } from '../../../engine/graph/document'
import { connect, removeNodes, setFlag } from '../../../engine/graph/edit'
import { removeHealing } from '../../../engine/graph/heal'
import { insertOnWire } from '../../../engine/graph/insert'
import { catalogue } from '../../../nodes/catalogue'
import { begin, talk } from '../running'
import { sourceOf } from '../../../renderer/code/source'
import { sketch } from '../../support/graph'

/** data -> hidden -> middle -> logits -> loss. */
function graph(): Document {
  return sketch({
    nodes: {
      // Exclusive or, as a fresh data node has it.
      data: { type: 'data' },
      hidden: { type: 'dense', params: { units: 4, activation: 'tanh' } },
      middle: { type: 'dense', params: { units: 4, activation: 'relu' } },
      logits: { type: 'dense', params: { units: 1, activation: 'linear' } },
      loss: { type: 'binary-crossentropy' },
    },
    wires: [
      'data.x -> hidden.x',
      'hidden.y -> middle.x',
      'middle.y -> logits.x',
      'logits.y -> loss.prediction',
      'data.y -> loss.target',
    ],
    training: { batchSize: 4, length: { steps: 6 } },
  })
}

const edited = (recipe: (draft: Document) => void) => produce(graph(), (draft) => recipe(draft))

interface Outcome {
  readonly losses: readonly number[]
  readonly weights: WeightSet
  readonly exports: Readonly<Record<string, unknown>>
}

/** What a file says of the network: without the time of writing (HDF5, zip; their numbers are `weights`) and the drawing that is kept beside it. */
function contents(format: ExportFormat, { name, bytes }: ExportedFile): unknown {
  if (/\.(h5|keras|npz|npy|zip)$/.test(name)) return [name, bytes.length]
  if (format === 'onnx') {
    const model = readOnnx(bytes)
    return [name, 'graph' in model ? model.graph : model]
  }
  if (name === 'model.json') {
    const { modelTopology, weightsManifest } = JSON.parse(
      // tfjs counts the models that it has made.
      new TextDecoder().decode(bytes).replace(/"name":"model\d+"/g, '"name":"model"'),
    ) as Record<string, unknown>
    return [name, modelTopology, weightsManifest]
  }
  if (/\.(py|md|json|txt)$/.test(name)) return [name, new TextDecoder().decode(bytes)]
  if (name.endsWith('.wiregrad')) return [name]
  return [name, createHash('sha256').update(bytes).digest('hex')]
}

/** Trains, and writes every format. */
async function outcome(document: Document): Promise<Outcome> {
  const conversation = talk()
  await begin(conversation, document)
  const last = await conversation.until(({ kind }) => kind === 'ended' || kind === 'failed')
  if (last.kind === 'failed') throw new Error(last.message)
  const weights = await conversation.client.request({ kind: 'weights', run: 'run' })
  const exports: Record<string, unknown> = {}
  for (const format of exportFormats) {
    try {
      const { files, names, parameters } = await conversation.client.request({
        kind: 'export',
        from: { kind: 'run', run: 'run' },
        format,
        files: [],
      })
      exports[format] = { parameters, names, files: files.map((file) => contents(format, file)) }
    } catch (error) {
      exports[format] = error instanceof Error ? error.message : String(error)
    }
  }
  return {
    losses: conversation.events.flatMap((event) => (event.kind === 'ticks' ? [...event.ticks.loss] : [])),
    weights,
    exports,
  }
}

describe('a run and every exporter see', () => {
  it('a bypassed node as one that was deleted and the gap closed', async () => {
    const bypassed = await outcome(edited((draft) => setFlag(draft, null, ['middle'], 'bypass', true)))
    const deleted = await outcome(
      edited((draft) =>
        removeHealing(
          draft,
          null,
          ['middle'],
          () => ['x'],
          () => true,
        ),
      ),
    )
    expect(bypassed).toEqual(deleted)
    expect(bypassed.losses).toHaveLength(6)
    expect(Object.keys(bypassed.exports)).toEqual([...exportFormats])
  })

  it('a disabled node as one that was deleted with all that hangs on it alone', async () => {
    const withSide = (recipe: (draft: Document) => void) =>
      edited((draft) => {
        const dense = graph().nodes['logits']
        if (dense !== undefined) draft.nodes['side'] = dense
        connect(draft, null, catalogue, ['hidden', 'y'], ['side', 'x'])
        recipe(draft)
      })
    const disabled = await outcome(withSide((draft) => setFlag(draft, null, ['side'], 'disabled', true)))
    expect(disabled).toEqual(await outcome(withSide((draft) => removeNodes(draft, null, ['side']))))
  })

  it('a bend in a wire as the wire', async () => {
    const bent = edited((draft) => {
      draft.nodes['bend'] = { type: rerouteType, version: 1, params: {}, at: [0, 0] }
      insertOnWire(draft, null, catalogue, 'w2', 'bend', { input: 'x', output: 'y' })
    })
    expect(bent.wires['w2']).toEqual({ from: ['bend', 'y'], to: ['middle', 'x'] })
    expect(await outcome(bent)).toEqual(await outcome(graph()))
  })

  it('a frozen node as one whose weights stay, and say so in code', async () => {
    const frozen = edited((draft) => setFlag(draft, null, ['hidden'], 'frozen', true))
    const kernel = async (document: Document) => (await outcome(document)).weights['hidden:kernel']
    const soon = await kernel(
      produce(frozen, (draft) => {
        draft.training.length = { steps: 1 }
      }),
    )
    expect(await kernel(frozen)).toEqual(soon)
    expect(await kernel(graph())).not.toEqual(soon)
    const { plan } = analyse(frozen, catalogue)
    expect(sourceOf('pytorch', frozen, plan)).toContain('self.hidden.requires_grad_(False)  # frozen')
    expect(sourceOf('keras', frozen, plan)).toMatch(/hidden[^\n]*trainable=False|trainable=False[^\n]*hidden/)
    expect(plan.training.flatMap(({ trains }) => trains)).not.toContain('hidden')
  })
})
