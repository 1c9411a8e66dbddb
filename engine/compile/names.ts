/**
 * Names between us and tfjs. Weights are addressed by path and weight name, `encoder/3/attention:query_kernel`; tfjs
 * renames variables when a model is built again and refuses some characters. Ids hold no dot, so a dot for each slash
 * is legal everywhere, unique and can be read back.
 */
import type { Path } from '../graph/document'

/** tfjs's layer name of a node: `encoder.3.attention`. */
export function layerName(path: Path): string {
  return path.replaceAll('/', '.')
}

/** Key of one weight: `path:weight`. */
export function weightKey(path: Path, weight: string): string {
  return `${path}:${weight}`
}
