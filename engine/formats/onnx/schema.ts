/**
 * The messages of ONNX that we read or write, and the numbers of their fields. What is not here is skipped.
 *
 * Source: https://github.com/onnx/onnx/blob/v1.12.0/onnx/onnx.proto
 */
import { field, fields, message, messages, type Table } from '../protobuf'

/** TensorProto.DataType */
export const dataType = {
  float: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  double: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
} as const

/** AttributeProto.AttributeType */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const

export interface StringEntryProto {
  readonly key?: string
  readonly value?: string
}
const stringEntry: Table<StringEntryProto> = { key: field(1, 'text'), value: field(2, 'text') }

export interface TensorProto {
  readonly dims?: readonly number[]
  readonly data_type?: number
  readonly float_data?: readonly number[]
  /** Also for bool, the small whole numbers and half precision. */
  readonly int32_data?: readonly number[]
  readonly int64_data?: readonly number[]
  readonly name?: string
  readonly raw_data?: Uint8Array
  readonly double_data?: readonly number[]
  readonly uint64_data?: readonly number[]
  readonly external_data?: readonly StringEntryProto[]
}
const tensor: Table<TensorProto> = {
  dims: fields(1, 'int'),
  data_type: field(2, 'int'),
  float_data: fields(4, 'float'),
  int32_data: fields(5, 'int'),
  int64_data: fields(7, 'int'),
  name: field(8, 'text'),
  raw_data: field(9, 'bytes'),
  double_data: fields(10, 'double'),
  uint64_data: fields(11, 'int'),
  external_data: messages(13, () => stringEntry),
}

export interface AttributeProto {
  readonly name?: string
  readonly f?: number
  readonly i?: number
  readonly s?: Uint8Array
  readonly t?: TensorProto
  readonly g?: GraphProto
  readonly floats?: readonly number[]
  readonly ints?: readonly number[]
  readonly strings?: readonly Uint8Array[]
  readonly type?: number
}
const attribute: Table<AttributeProto> = {
  name: field(1, 'text'),
  f: field(2, 'float'),
  i: field(3, 'int'),
  s: field(4, 'bytes'),
  t: message(5, () => tensor),
  g: message(6, () => graph),
  floats: fields(7, 'float'),
  ints: fields(8, 'int'),
  strings: fields(9, 'bytes'),
  type: field(20, 'int'),
}

export interface NodeProto {
  readonly input?: readonly string[]
  readonly output?: readonly string[]
  readonly name?: string
  readonly op_type?: string
  readonly attribute?: readonly AttributeProto[]
  readonly domain?: string
}
const node: Table<NodeProto> = {
  input: fields(1, 'text'),
  output: fields(2, 'text'),
  name: field(3, 'text'),
  op_type: field(4, 'text'),
  attribute: messages(5, () => attribute),
  domain: field(7, 'text'),
}

export interface DimensionProto {
  readonly dim_value?: number
  readonly dim_param?: string
}
const dimension: Table<DimensionProto> = { dim_value: field(1, 'int'), dim_param: field(2, 'text') }

export interface TensorShapeProto {
  readonly dim?: readonly DimensionProto[]
}
const tensorShape: Table<TensorShapeProto> = { dim: messages(1, () => dimension) }

export interface TensorTypeProto {
  readonly elem_type?: number
  readonly shape?: TensorShapeProto
}
const tensorType: Table<TensorTypeProto> = {
  elem_type: field(1, 'int'),
  shape: message(2, () => tensorShape),
}

export interface TypeProto {
  readonly tensor_type?: TensorTypeProto
}
const type: Table<TypeProto> = { tensor_type: message(1, () => tensorType) }

export interface ValueInfoProto {
  readonly name?: string
  readonly type?: TypeProto
}
const valueInfo: Table<ValueInfoProto> = { name: field(1, 'text'), type: message(2, () => type) }

export interface GraphProto {
  readonly node?: readonly NodeProto[]
  readonly name?: string
  readonly initializer?: readonly TensorProto[]
  readonly doc_string?: string
  readonly input?: readonly ValueInfoProto[]
  readonly output?: readonly ValueInfoProto[]
  readonly value_info?: readonly ValueInfoProto[]
}
const graph: Table<GraphProto> = {
  node: messages(1, () => node),
  name: field(2, 'text'),
  initializer: messages(5, () => tensor),
  doc_string: field(10, 'text'),
  input: messages(11, () => valueInfo),
  output: messages(12, () => valueInfo),
  value_info: messages(13, () => valueInfo),
}

export interface OperatorSetIdProto {
  readonly domain?: string
  readonly version?: number
}
const operatorSetId: Table<OperatorSetIdProto> = { domain: field(1, 'text'), version: field(2, 'int') }

export interface ModelProto {
  readonly ir_version?: number
  readonly producer_name?: string
  readonly producer_version?: string
  readonly graph?: GraphProto
  readonly opset_import?: readonly OperatorSetIdProto[]
  readonly metadata_props?: readonly StringEntryProto[]
}
export const modelTable: Table<ModelProto> = {
  ir_version: field(1, 'int'),
  producer_name: field(2, 'text'),
  producer_version: field(3, 'text'),
  graph: message(7, () => graph),
  opset_import: messages(8, () => operatorSetId),
  metadata_props: messages(14, () => stringEntry),
}
