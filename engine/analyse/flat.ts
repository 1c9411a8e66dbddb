/**
 * The document without blocks: what `flatten` makes and the rest of analyse works on.
 *
 * Paths. A node of the document has its id as its path. Inside an instance of a block: `instance/node`; where the
 * block is repeated (`repeat` > 1), the number of the copy from 0 stands between: `encoder/3/attention`.
 * Wires likewise: `w1`, `encoder/0/w3`. The link from one copy of a repeated block to the next is drawn nowhere; its
 * wire path ends in `:` and the port: `encoder/3/:x` is what enters copy 3.
 */
import type { Node, Path } from '../graph/document'
import type { Definition, Params } from '../../nodes/kit/define'
import type { Problem, WirePath } from './plan'

/** One wire into a port of a flat node. */
export interface Link {
  readonly from: Path
  readonly port: string
  readonly wire: WirePath
  /** Order in a list port. */
  readonly key: string
}

export interface FlatNode {
  readonly path: Path
  /** As sentences call it. */
  readonly name: string
  readonly node: Node
  /**
   * `run`: a step of the Plan. `bypass`: hands its first fitting input on (a node or a whole instance). `off`: disabled.
   * `broken`: nothing can be made of it, and the problem has been reported.
   */
  readonly mode: 'run' | 'bypass' | 'off' | 'broken'
  /** Null for an instance (bypassed or broken) and for an unknown type. */
  readonly definition: Definition | null
  /** Raw settings, promoted settings put in place, not yet checked. */
  readonly params: Params
  /** The path whose weights it uses: its own, unless it is a tied copy or has `weightsOf`. */
  readonly owner: Path
  readonly frozen: boolean
  readonly inputs: Map<string, Link[]>
}

export interface Flat {
  readonly nodes: ReadonlyMap<Path, FlatNode>
  readonly problems: readonly Problem[]
}

export function error(node: Path | null, message: string, wire: WirePath | null = null): Problem {
  return {
    node,
    wire,
    severity: 'error',
    message,
    fixes: wire === null ? [] : [{ id: 'remove-wire', label: 'Remove the wire' }],
  }
}

export function warning(node: Path | null, message: string, wire: WirePath | null = null): Problem {
  return { node, wire, severity: 'warning', message, fixes: [] }
}

/** A path without numbers of copies: `encoder/3/attention` -> `encoder/attention`. */
export function drawnPath(path: Path): string {
  return path.replace(/\/\d+(?=\/)/g, '')
}
