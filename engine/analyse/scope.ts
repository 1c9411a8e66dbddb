/**
 * What `flatten` (nodes) and `links` (wires) share while blocks are taken apart: one scope for the document, one for
 * each copy of each instance.
 */
import type { Block, Document, NodeId, Path } from '../graph/document'
import type { Catalogue, Params } from '../../nodes/kit/define'
import type { BlockSizes } from './block-size'
import type { FlatNode } from './flat'
import type { Problem } from './plan'

/** The document, or the inside of one copy of an instance. */
export interface Scope {
  readonly graph: Pick<Block, 'nodes' | 'wires'>
  /** `''`, or `encoder/3/`. */
  readonly prefix: string
  /** The same for the paths of weight owners: of a tied copy, the first copy's. */
  readonly owner: string
  readonly frozen: boolean
  /** Settings that the instance puts in place of the block's own, by inner node. */
  readonly overrides: ReadonlyMap<NodeId, Params>
  /** Instances taken apart. */
  readonly instances: Map<NodeId, Instance>
}

export interface Instance {
  readonly block: Block
  readonly copies: readonly Scope[]
}

export interface FlattenContext {
  readonly document: Document
  readonly catalogue: Catalogue
  readonly sizes: BlockSizes
  readonly nodes: Map<Path, FlatNode>
  readonly problems: Problem[]
  /** Links made so far. */
  links: number
}
