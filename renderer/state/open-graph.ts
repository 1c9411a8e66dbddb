/**
 * The graph that is on the canvas: the document's own, or that of a block which was entered. Panels that draw or edit
 * it see it as a document of its own, with the part of the analysis that is about it, so that they know no blocks.
 */
import type { Analysis, Plan, PlanStep } from '../../engine/analyse/plan'
import {
  blockInstanceSchema,
  blockType,
  type BlockId,
  type Document,
  type NodeId,
} from '../../engine/graph/document'

/** An instance that was entered. */
export interface Entered {
  readonly instance: NodeId
  readonly block: BlockId
  readonly name: string
}

export interface OpenGraph {
  /** Null: the document itself. */
  readonly block: BlockId | null
  /** Before an id of this graph it makes a path: `` or `encoder/0/`. */
  readonly prefix: string
  /** Instances entered, from the outside in. */
  readonly trail: readonly Entered[]
  /** The document with this graph's nodes, wires and frames in the place of its own. */
  readonly document: Document
  /** What it says of this graph, by the ids of this graph. A repeated block speaks of its first copy. */
  readonly analysis: Analysis
}

/** As much of the way as exists: an undo may have taken an instance away. */
export function openGraph(document: Document, analysis: Analysis, way: readonly NodeId[]): OpenGraph {
  const trail: Entered[] = []
  let prefix = ''
  let graph: Pick<Document, 'nodes' | 'wires' | 'frames'> = document
  for (const instance of way) {
    const node = Object.hasOwn(graph.nodes, instance) ? graph.nodes[instance] : undefined
    const settings = node?.type === blockType ? blockInstanceSchema.safeParse(node.params) : null
    if (settings?.success !== true || !Object.hasOwn(document.blocks, settings.data.block)) break
    const block = document.blocks[settings.data.block]
    if (block === undefined) break
    trail.push({ instance, block: settings.data.block, name: block.name })
    prefix += settings.data.repeat > 1 ? `${instance}/0/` : `${instance}/`
    graph = block
  }
  const block = trail.at(-1)?.block ?? null
  if (block === null) return { block, prefix, trail, document, analysis }
  const { nodes, wires, frames } = graph
  return {
    block,
    prefix,
    trail,
    document: { ...document, nodes, wires, frames },
    analysis: within(analysis, prefix),
  }
}

function within(analysis: Analysis, prefix: string): Analysis {
  const inside = (path: string) => path.startsWith(prefix)
  const short = (path: string) => path.slice(prefix.length)
  const steps: PlanStep[] = analysis.plan.steps
    .filter(({ path }) => inside(path))
    .map((step) => ({ ...step, path: short(step.path) }))
  const plan: Plan = { ...analysis.plan, steps, byPath: new Map(steps.map((step) => [step.path, step])) }
  return {
    ok: analysis.ok,
    problems: analysis.problems
      .filter(({ node, wire }) => (node !== null && inside(node)) || (wire !== null && inside(wire)))
      .map((problem) => ({
        ...problem,
        node: problem.node === null ? null : short(problem.node),
        wire: problem.wire === null ? null : short(problem.wire),
      })),
    plan,
    wires: new Map(
      [...analysis.wires].filter(([wire]) => inside(wire)).map(([wire, spec]) => [short(wire), spec]),
    ),
  }
}

/** The instances on the way to a node (numbers of copies are none), and the node itself. */
export function wayOf(path: string): { readonly way: readonly NodeId[]; readonly node: NodeId } {
  const ids = path.split('/').filter((part) => !/^\d/.test(part))
  return { way: ids.slice(0, -1), node: ids.at(-1) ?? path }
}
