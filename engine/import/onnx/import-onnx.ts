/**
 * An ONNX file as a document with weights. Our own files carry the document; of others the operators are read.
 */
import type { Imported } from '../imported'
import { readMetadata } from '../../formats/onnx/metadata'
import { readOnnx } from '../../formats/onnx/model'
import type { Catalogue } from '../../../nodes/kit/define'
import { isRefusal, type Refusal } from '../../../nodes/kit/spec'
import { readForeign } from './foreign'
import { readOwn } from './own'

/** Never throws, on any bytes. */
export function importOnnx(file: Uint8Array, catalogue: Catalogue): Imported | Refusal {
  const model = readOnnx(file)
  if (isRefusal(model)) return model
  const metadata = readMetadata(model)
  if (metadata === null) return readForeign(model, catalogue)
  if ('refused' in metadata) return metadata
  const own = readOwn(model.graph, metadata, catalogue)
  return 'refused' in own ? own : { ...own, locked: [] }
}
