/** An ONNX file as its messages, both ways. */
import { refuse, type Refusal } from '../../../nodes/kit/spec'
import { readMessage, writeMessage } from '../protobuf'
import { modelTable, type GraphProto, type ModelProto } from './schema'

/** A protocol buffer cannot be longer; larger models keep their numbers in files beside it. */
export const mostOnnxBytes = 2 ** 31 - 1

/** The bytes of a file. */
export function writeOnnx(model: ModelProto): Uint8Array<ArrayBuffer> {
  const tensors = model.graph?.initializer ?? []
  const numbers = tensors.reduce((sum, { raw_data }) => sum + (raw_data?.byteLength ?? 0), 0)
  return writeMessage(model, modelTable, numbers + 65_536)
}

/** The model in a file, or why there is none. Never throws on any bytes. */
export function readOnnx(file: Uint8Array): (ModelProto & { readonly graph: GraphProto }) | Refusal {
  if (file.byteLength > mostOnnxBytes)
    return refuse(`The file has ${file.byteLength} bytes, but an ONNX file has at most ${mostOnnxBytes}.`)
  let model: ModelProto
  try {
    model = readMessage(file, modelTable)
  } catch {
    return refuse('This is no ONNX file, or a damaged one: its parts do not fit together.')
  }
  const { graph, ir_version: version } = model
  if (graph === undefined || version === undefined)
    return refuse('This is no ONNX file, or a damaged one: there is no graph in it.')
  return { ...model, graph }
}
