/**
 * The configuration of a functional model as Keras 3 writes it (`config.json`), which both of its file formats hold.
 *
 * Written by: https://github.com/keras-team/keras/blob/master/keras/src/models/functional.py
 */
import type { Json } from '../../../nodes/kit/torch'
import { inputClass, isValue, kerasShape, type Call, type KerasModel, type Layer, type Value } from './model'

type Config = { readonly [name: string]: Json }

/** A layer's own settings. */
export function layerConfig(layer: Layer): Config {
  const { name, className, config, trainable } = layer
  if (className === inputClass)
    return { ...config, dtype: layer.calls[0]?.outputs[0]?.dtype ?? 'float32', name }
  return { ...config, name, trainable, dtype: 'float32' }
}

function tensorConfig({ call, output }: Value): Config {
  const spec = call.outputs[output]
  if (spec === undefined) throw new Error(`The layer ${call.layer.name} has no output ${output}.`)
  return {
    class_name: '__keras_tensor__',
    config: {
      shape: kerasShape(spec.shape),
      dtype: spec.dtype,
      keras_history: [call.layer.name, call.index, output],
    },
  }
}

/** Keyword arguments of a call; the one that asks for more outputs says whether any is taken. */
export function keywordsOf(model: KerasModel, call: Call): Call['keywords'] {
  return call.extra === null ? call.keywords : { ...call.keywords, [call.extra]: model.taken.has(call) }
}

function callConfig(model: KerasModel, call: Call): Config {
  const keywords = Object.entries(keywordsOf(model, call)).map(([name, value]) => [
    name,
    isValue(value) ? tensorConfig(value) : value,
  ])
  return {
    args: call.inputs.map((input) => (isValue(input) ? tensorConfig(input) : input.map(tensorConfig))),
    kwargs: Object.fromEntries(keywords) as Config,
  }
}

function historyOf({ call, output }: Value): Json {
  return [call.layer.name, call.index, output]
}

export function modelConfig(model: KerasModel): Config {
  return {
    module: 'keras.src.models.functional',
    class_name: 'Functional',
    config: {
      name: model.name,
      trainable: true,
      layers: model.layers.map((layer) => ({
        module: 'keras.layers',
        class_name: layer.className,
        config: layerConfig(layer),
        registered_name: null,
        name: layer.name,
        inbound_nodes:
          layer.className === inputClass ? [] : layer.calls.map((call) => callConfig(model, call)),
      })),
      input_layers: model.inputs.map(historyOf),
      output_layers: model.outputs.map(historyOf),
    },
    registered_name: 'Functional',
  }
}
