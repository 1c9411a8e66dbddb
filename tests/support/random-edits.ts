/**
 * Any edits that the window can make, drawn from a seed: what people do, in every order, inside blocks too, with undo and
 * redo between. Used in the small by `npm test` and in the large by `npm run bench`.
 */
import { readFileSync } from 'node:fs'
import type { Document } from '../../engine/graph/document'
import { blockOfInstance } from '../../engine/graph/promoted'
import { readDocument } from '../../engine/graph/read'
import { writeDocument } from '../../engine/graph/text'
import { catalogue } from '../../nodes/catalogue'
import { inputsEnd, newPort, outputsEnd } from '../../renderer/state/block-ends'
import { createEditor } from '../../renderer/state/editor'
import { enterBlock, type Editor, type PortRef } from '../../renderer/state/editor-types'
import { strings } from '../../renderer/ui/strings'
import { testRandom, type TestRandom } from './random'

/** Beyond so many nodes deleting becomes likelier. */
const fullGraph = 26
/** Repeated blocks within repeated blocks would unroll to more than is worth analysing at every edit. */
const mostSteps = 600

type Edit = (editor: Editor, random: TestRandom) => void

function graph(editor: Editor) {
  return editor.store.getState().open.document
}
const ids = (record: object): string[] => Object.keys(record)

function someNode(editor: Editor, random: TestRandom): string {
  const nodes = ids(graph(editor).nodes)
  return nodes.length === 0 ? 'nobody' : random.pick(nodes)
}

function someNodes(editor: Editor, random: TestRandom): string[] {
  return ids(graph(editor).nodes).filter(() => random.chance(0.3))
}

function someWire(editor: Editor, random: TestRandom): string {
  const wires = ids(graph(editor).wires)
  return wires.length === 0 ? 'nothing' : random.pick(wires)
}

function place(random: TestRandom): [number, number] {
  return [random.int(900), random.int(500)]
}

function someType(random: TestRandom): string {
  return random.pick([...catalogue.keys()])
}

function output(editor: Editor, random: TestRandom): PortRef {
  const node = someNode(editor, random)
  if (editor.store.getState().open.block !== null && random.chance(0.2))
    return { node: inputsEnd, port: random.pick([newPort, 'x']) }
  const type = graph(editor).nodes[node]?.type ?? ''
  return { node, port: random.pick([...ids(catalogue.get(type)?.outputs ?? {}), 'y', 'x']) }
}

function input(editor: Editor, random: TestRandom): PortRef {
  const node = someNode(editor, random)
  if (editor.store.getState().open.block !== null && random.chance(0.2))
    return { node: outputsEnd, port: random.pick([newPort, 'y']) }
  const type = graph(editor).nodes[node]?.type ?? ''
  return { node, port: random.pick([...ids(catalogue.get(type)?.inputs ?? {}), 'x']) }
}

let clipboard = ''

const edits: Readonly<Record<string, Edit>> = {
  add: (editor, random) =>
    editor.actions.addNode(
      someType(random),
      place(random),
      random.chance(0.6)
        ? { from: output(editor, random) }
        : random.chance(0.3)
          ? { to: input(editor, random) }
          : {},
    ),
  connect: (editor, random) => editor.actions.connect(output(editor, random), input(editor, random)),
  'connect again': (editor, random) => editor.actions.connect(output(editor, random), input(editor, random)),
  reconnect: (editor, random) =>
    editor.actions.reconnect(someWire(editor, random), output(editor, random), input(editor, random)),
  cut: (editor, random) => editor.actions.disconnect([someWire(editor, random)]),
  'insert on wire': (editor, random) =>
    editor.actions.insertType(
      someWire(editor, random),
      random.pick(['dense', 'dropout', 'add', 'flatten']),
      place(random),
    ),
  'drop on wire': (editor, random) =>
    editor.actions.insertOnWire(someWire(editor, random), someNode(editor, random), place(random)),
  reroute: (editor, random) => {
    const wire = someWire(editor, random)
    if (Object.hasOwn(graph(editor).wires, wire)) editor.actions.reroute(wire, place(random))
  },
  replace: (editor, random) => editor.actions.replaceNodes([someNode(editor, random)], someType(random)),
  move: (editor, random) => editor.actions.moveNodes(new Map([[someNode(editor, random), place(random)]])),
  delete: (editor, random) => {
    const wires = random.chance(0.3) ? [someWire(editor, random)] : []
    editor.actions.select({ nodes: someNodes(editor, random).slice(0, 3), wires })
    editor.actions.removeSelection({ heal: random.chance(0.7) })
  },
  'delete one': (editor, random) => {
    editor.actions.select({ nodes: [someNode(editor, random)] })
    editor.actions.removeSelection({ heal: random.chance(0.7) })
  },
  flag: (editor, random) =>
    editor.actions.setFlag(
      [someNode(editor, random)],
      random.pick(['frozen', 'bypass', 'disabled'] as const),
      random.chance(0.6),
    ),
  field: (editor, random) => {
    const node = someNode(editor, random)
    const fields = ids(catalogue.get(graph(editor).nodes[node]?.type ?? '')?.fields ?? {})
    if (fields.length > 0)
      editor.actions.setParam(node, random.pick(fields), random.pick([1, 3, 8, true, 'relu', 'same']))
    else if (graph(editor).nodes[node]?.type === 'block')
      editor.actions.setParam(node, 'repeat', 1 + random.int(4))
  },
  label: (editor, random) =>
    editor.actions.setLabel(someNode(editor, random), random.pick(['', 'One', 'Two'])),
  note: (editor, random) => editor.actions.setNote(someNode(editor, random), random.pick(['', 'why'])),
  copy: (editor, random) => {
    editor.actions.select({ nodes: someNodes(editor, random).slice(0, 4) })
    clipboard = editor.actions.copySelection() ?? clipboard
  },
  paste: (editor, random) => editor.actions.paste(clipboard, random.chance(0.5) ? place(random) : undefined),
  duplicate: (editor, random) => {
    editor.actions.select({ nodes: someNodes(editor, random).slice(0, 3) })
    editor.actions.duplicateSelection({ incoming: random.chance(0.5) })
  },
  'make block': (editor, random) => {
    if (ids(editor.store.getState().document.blocks).length > 8) return
    editor.actions.select({ nodes: someNodes(editor, random).slice(0, 4) })
    editor.actions.makeBlock('Part')
  },
  'place block': (editor, random) => {
    const blocks = ids(editor.store.getState().document.blocks)
    if (blocks.length > 0) editor.actions.addInstance(random.pick(blocks), place(random))
  },
  'expand block': (editor, random) => editor.actions.expandBlock(someInstance(editor, random)),
  'enter block': (editor, random) => enterBlock(editor, someInstance(editor, random)),
  'leave block': (editor) => {
    const { trail } = editor.store.getState().open
    editor.actions.enter(trail.slice(0, -1).map(({ instance }) => instance))
  },
  'rename port': (editor, random) => {
    const [id, block] = random.pick([
      ...Object.entries(editor.store.getState().document.blocks),
      ['', undefined] as const,
    ])
    const side = random.pick(['inputs', 'outputs'] as const)
    const ports = ids(block?.[side] ?? {})
    if (ports.length > 0)
      editor.actions.renamePort(id, side, random.pick(ports), random.pick(['x', 'y', 'z']))
  },
  promote: (editor, random) => {
    const [id, block] = random.pick([
      ...Object.entries(editor.store.getState().document.blocks),
      ['', undefined] as const,
    ])
    const nodes = ids(block?.nodes ?? {})
    if (nodes.length > 0)
      editor.actions.setPromotion(
        id,
        random.pick(nodes),
        random.pick(['units', 'activation']),
        random.chance(0.7),
      )
  },
  'promote through': (editor, random) => {
    const { blocks } = editor.store.getState().document
    const offered = Object.entries(blocks).flatMap(([id, { nodes }]) =>
      Object.entries(nodes).flatMap(([inner, node]) =>
        ids(blockOfInstance(blocks, node)?.promoted ?? {}).map((name) => [id, inner, name] as const),
      ),
    )
    if (offered.length > 0) editor.actions.setPromotion(...random.pick(offered), random.chance(0.8))
  },
  'set promoted': (editor, random) => {
    const { document } = editor.store.getState().open
    const id = someInstance(editor, random)
    const names = ids(blockOfInstance(document.blocks, document.nodes[id])?.promoted ?? {})
    editor.actions.setPromoted(id, random.pick([...names, 'units']), random.int(9))
  },
  frame: (editor, random) => {
    const at = place(random)
    editor.actions.addFrame({
      around: random.chance(0.5) ? [{ x: at[0], y: at[1], width: 156, height: 78 }] : [],
      at,
      ...(random.chance(0.5) ? { text: 'A note' } : {}),
    })
  },
  'edit frame': (editor, random) => {
    const frames = ids(graph(editor).frames)
    if (frames.length === 0) return
    const id = random.pick(frames)
    if (random.chance(0.3)) {
      editor.actions.select({ frames: [id] })
      editor.actions.removeSelection()
    } else editor.actions.setFrame(id, random.chance(0.5) ? { title: 'Encoder' } : { size: [300, 200] })
  },
  align: (editor, random) => {
    const boxes = new Map(
      someNodes(editor, random).map((id) => {
        const [x, y] = graph(editor).nodes[id]?.at ?? [0, 0]
        return [id, { x, y, width: 156, height: 78 }] as const
      }),
    )
    if (random.chance(0.5)) editor.actions.align(boxes, random.pick(['left', 'top', 'middle'] as const))
    else editor.actions.distribute(boxes, random.pick(['across', 'down'] as const))
  },
  training: (editor, random) =>
    editor.actions.setTraining('Batch', (training) => {
      training.batchSize = 1 + random.int(9)
    }),
  name: (editor, random) => editor.actions.setName(random.pick(['A', 'B'])),
  gesture: (editor, random) => {
    editor.actions.beginGesture('Drag')
    for (let times = random.int(4); times >= 0; times -= 1)
      editor.actions.moveNodes(new Map([[someNode(editor, random), place(random)]]))
    if (random.chance(0.3)) editor.actions.cancelGesture()
    else editor.actions.commitGesture()
  },
  undo: (editor) => editor.actions.undo(),
  'undo again': (editor) => editor.actions.undo(),
  redo: (editor) => editor.actions.redo(),
  jump: (editor, random) => {
    if (!random.chance(0.05)) return
    const { labels } = editor.actions.history()
    editor.actions.jump(Math.max(0, labels.length - random.int(40)))
  },
  seal: (editor) => editor.actions.seal(),
}

function someInstance(editor: Editor, random: TestRandom): string {
  const instances = Object.entries(graph(editor).nodes).filter(([, { type }]) => type === 'block')
  return instances.length === 0 ? 'nobody' : random.pick(instances)[0]
}

/** A setting of a block, or a value of an instance, that stands for nothing. */
function dangling({ blocks, nodes }: Document): string | null {
  for (const [id, { nodes: inside, promoted }] of Object.entries(blocks)) {
    for (const [name, { node, field }] of Object.entries(promoted)) {
      const inner = blockOfInstance(blocks, inside[node])
      if (inner !== undefined && !Object.hasOwn(inner.promoted, field))
        return `The setting "${name}" of the block "${id}" stands for "${field}", which "${node}" does not have.`
    }
  }
  for (const graph of [nodes, ...Object.values(blocks).map((block) => block.nodes)]) {
    for (const [id, node] of Object.entries(graph)) {
      const inner = blockOfInstance(blocks, node)
      const lost = Object.keys(node.params['set'] ?? {}).find((name) => inner?.promoted[name] === undefined)
      if (inner !== undefined && lost !== undefined)
        return `The instance "${id}" sets "${lost}", which its block does not have.`
    }
  }
  return null
}

/** What went wrong, in words, or null. */
function fault(editor: Editor): string | null {
  const { document, open, selection } = editor.store.getState()
  const text = writeDocument(document)
  const read = readDocument(text)
  if (!read.ok) return read.message
  if (writeDocument(read.document) !== text) return 'Reading and writing it again gives other bytes.'
  const lost = dangling(document)
  if (lost !== null) return lost
  const gone = [...selection.nodes].find((id) => !Object.hasOwn(open.document.nodes, id))
  return gone === undefined ? null : `The selection holds "${gone}", which is not in the open graph.`
}

export interface RandomRun {
  readonly edits: number
  /** Check the document after each n-th edit. */
  readonly checkEvery: number
}

/** Makes the edits; answers what went wrong, or null: no invalid document, and undoing all gives the very same bytes. */
export function randomEdits(example: string, seed: number, run: RandomRun): string | null {
  const first = readFileSync(`examples/${example}.wiregrad`, 'utf8')
  const read = readDocument(first)
  if (!read.ok) return read.message
  const editor = createEditor({ catalogue, labels: strings.labels, untitled: 'Untitled' })
  editor.actions.load(read.document, null)
  const original = writeDocument(read.document)
  const random = testRandom(seed)
  const names = Object.keys(edits)
  clipboard = ''
  for (let count = 1; count <= run.edits; count += 1) {
    const full = ids(graph(editor).nodes).length > fullGraph
    const name = full && random.chance(0.4) ? 'delete' : random.pick(names)
    try {
      edits[name]?.(editor, random)
    } catch (error) {
      return `Edit ${count} (${name}) threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
    }
    if (editor.store.getState().analysis.plan.steps.length > mostSteps) editor.actions.undo()
    if (count % run.checkEvery !== 0) continue
    const wrong = fault(editor)
    if (wrong !== null) return `After edit ${count} (${name}): ${wrong}`
  }
  const last = writeDocument(editor.store.getState().document)
  const { done } = editor.actions.history()
  editor.actions.jump(0)
  if (writeDocument(editor.store.getState().document) !== original) return 'Undoing all gives other bytes.'
  editor.actions.jump(done)
  if (writeDocument(editor.store.getState().document) !== last) return 'Redoing all gives other bytes.'
  return null
}
