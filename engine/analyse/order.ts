/**
 * The order of execution: by depth (longest way from a source), then by path. It depends on what is wired to what and
 * on ids only, never on positions or on the order of edits.
 */
import type { Path } from '../graph/document'
import { error, type FlatNode } from './flat'
import { listed } from './names'
import type { Problem } from './plan'

export interface Order {
  readonly nodes: readonly FlatNode[]
  /** Nodes on a cycle, or behind one: they have no place in any order. */
  readonly problems: readonly Problem[]
}

function sourcesOf(node: FlatNode): Path[] {
  const paths: Path[] = []
  for (const links of node.inputs.values()) for (const link of links) paths.push(link.from)
  return paths
}

/** One problem for each cycle among the nodes that could not be ordered. */
function cycles(left: ReadonlyMap<Path, FlatNode>): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<Path>()
  for (const start of [...left.keys()].sort()) {
    const walk: Path[] = []
    const place = new Map<Path, number>()
    let at: Path | undefined = start
    while (at !== undefined && !seen.has(at)) {
      seen.add(at)
      place.set(at, walk.length)
      walk.push(at)
      const node: FlatNode | undefined = left.get(at)
      at =
        node === undefined
          ? undefined
          : sourcesOf(node)
              .filter((path) => left.has(path))
              .sort()[0]
      const begin: number | undefined = at === undefined ? undefined : place.get(at)
      if (begin !== undefined) problems.push(cycleProblem(walk.slice(begin).reverse(), left))
    }
  }
  return problems
}

function cycleProblem(ring: readonly Path[], nodes: ReadonlyMap<Path, FlatNode>): Problem {
  const names = ring.map((path) => nodes.get(path)?.name ?? path)
  const first = ring[0] ?? null
  const last = ring.at(-1)
  const links = first === null ? [] : [...(nodes.get(first)?.inputs.values() ?? [])].flat()
  const wire = links.find((link) => link.from === last)?.wire ?? null
  const shown =
    names.length > 6 ? [...names.slice(0, 3), `${names.length - 5} more`, ...names.slice(-2)] : names
  return error(
    first,
    names.length === 1
      ? `${names[0] ?? ''} feeds itself; remove the wire that leads back.`
      : `${listed(shown)} feed each other in a circle; remove one of the wires between them.`,
    wire,
  )
}

/** Kahn's algorithm with depths. Links from paths that do not exist are left out. */
export function order(nodes: ReadonlyMap<Path, FlatNode>): Order {
  const waiting = new Map<Path, number>()
  const consumers = new Map<Path, Path[]>()
  const depth = new Map<Path, number>()
  const ready: Path[] = []
  for (const node of nodes.values()) {
    let count = 0
    for (const links of node.inputs.values()) {
      for (const { from } of links) {
        if (!nodes.has(from)) continue
        count += 1
        const list = consumers.get(from)
        if (list === undefined) consumers.set(from, [node.path])
        else list.push(node.path)
      }
    }
    waiting.set(node.path, count)
    if (count === 0) ready.push(node.path)
  }
  const placed: FlatNode[] = []
  for (let index = 0; index < ready.length; index += 1) {
    const path = ready[index]
    const node = path === undefined ? undefined : nodes.get(path)
    if (path === undefined || node === undefined) continue
    placed.push(node)
    const next = (depth.get(path) ?? 0) + 1
    for (const consumer of consumers.get(path) ?? []) {
      if ((depth.get(consumer) ?? 0) < next) depth.set(consumer, next)
      const count = (waiting.get(consumer) ?? 0) - 1
      waiting.set(consumer, count)
      if (count === 0) ready.push(consumer)
    }
  }
  const byDepth = (node: FlatNode): number => depth.get(node.path) ?? 0
  placed.sort((a, b) => byDepth(a) - byDepth(b) || (a.path < b.path ? -1 : 1))
  if (placed.length === nodes.size) return { nodes: placed, problems: [] }
  const done = new Set(placed.map((node) => node.path))
  const left = new Map([...nodes].filter(([path]) => !done.has(path)))
  return { nodes: placed, problems: cycles(left) }
}
