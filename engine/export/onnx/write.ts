/** The graph as ONNX's messages: opset 17, IR version 8, the newest that every reader of the last years knows. */
import type { OnnxAttribute } from '../../../nodes/kit/onnx'
import { metadataProps, type OwnMetadata } from '../../formats/onnx/metadata'
import {
  attributeType,
  dataType,
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
  type ValueInfoProto,
} from '../../formats/onnx/schema'
import { floatTensor, intTensor } from '../../formats/onnx/tensor'
import type { Body, Graph, Operator, Value } from './graph'

const opset = 17
const irVersion = 8

const utf8 = new TextEncoder()

function attribute(name: string, value: OnnxAttribute): AttributeProto {
  if (typeof value === 'number') return { name, i: value, type: attributeType.int }
  if (typeof value === 'string') return { name, s: utf8.encode(value), type: attributeType.string }
  if ('float' in value) return { name, f: value.float, type: attributeType.float }
  if ('floats' in value) return { name, floats: value.floats, type: attributeType.floats }
  const list: readonly (number | string)[] = value
  const words = list.filter((item) => typeof item === 'string')
  return words.length > 0
    ? { name, strings: words.map((word) => utf8.encode(word)), type: attributeType.strings }
    : { name, ints: list.filter((item) => typeof item === 'number'), type: attributeType.ints }
}

/** Batch and symbolic axes by name; a symbolic axis called batch would mean the batch. */
function axisName(dim: string | null): string {
  return dim === null ? 'batch' : dim === 'batch' ? 'batch_' : dim
}

function valueInfo({ name, dtype, shape }: Value): ValueInfoProto {
  const dim = shape.map((size) =>
    typeof size === 'number' ? { dim_value: size } : { dim_param: axisName(size) },
  )
  const type = dtype === 'int32' ? dataType.int32 : dataType.float
  return { name, type: { tensor_type: { elem_type: type, shape: { dim } } } }
}

/** Inside a loop only the type of what comes out is said: its shape follows. */
function bodyProto(name: string, { inputs, outputs, operators }: Body): GraphProto {
  return {
    name,
    node: operators.map(nodeProto),
    input: inputs.map(valueInfo),
    output: outputs.map((value) => ({
      name: value.name,
      type: { tensor_type: { elem_type: dataType.float } },
    })),
  }
}

function nodeProto({ type, name, inputs, outputs, attributes, body }: Operator): NodeProto {
  const last = inputs.findLastIndex((input) => input !== '')
  const given = Object.entries(attributes).map(([key, value]) => attribute(key, value))
  return {
    input: inputs.slice(0, last + 1),
    output: outputs,
    name,
    op_type: type,
    attribute:
      body === undefined
        ? given
        : [...given, { name: 'body', g: bodyProto(`${name}/body`, body), type: attributeType.graph }],
  }
}

export function modelProto(name: string, graph: Graph, metadata: OwnMetadata): ModelProto {
  return {
    ir_version: irVersion,
    producer_name: 'Wiregrad',
    graph: {
      node: graph.operators.map(nodeProto),
      name: name === '' ? 'wiregrad' : name,
      initializer: graph.initialisers.map((one) =>
        'floats' in one
          ? floatTensor(one.name, one.shape, one.floats)
          : intTensor(one.name, one.shape, one.ints),
      ),
      input: graph.inputs.map(valueInfo),
      output: graph.outputs.map(valueInfo),
    },
    opset_import: [{ domain: '', version: opset }],
    metadata_props: metadataProps(metadata),
  }
}
