/**
 * The model as a Python script for people to read and go on with: the functional API of Keras 3, one line a call with its
 * shape, every argument spelled out. It loads its weights from the `.keras` file written beside it.
 */
import { formatShape, isRefusal, type Refusal } from '../../../nodes/kit/spec'
import type { Plan } from '../../analyse/plan'
import type { Document } from '../../graph/document'
import type { Exported, ExportSource } from '../exported'
import { compilation, scheduleClass, type Compilation } from './compile'
import { keywordsOf, layerConfig } from './config'
import { kerasGraph } from './graph'
import { inputClass, isValue, type Call, type KerasModel, type Layer, type Value } from './model'
import { kerasFile, kerasReport } from './keras'
import { callsInOrder } from './order'
import { keywords, literal, pythonName } from './python'

const weightsFile = 'model.keras'

/** What values are called in the script. */
interface Names {
  of(value: Value): string
  /** The layer itself, where it is called more than once. */
  readonly layers: ReadonlyMap<Layer, string>
}

function namesOf(model: KerasModel, calls: readonly Call[]): Names {
  const taken = new Set<string>()
  const fresh = (wanted: string): string => {
    let name = pythonName(wanted)
    for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`
    taken.add(name)
    return name
  }
  const values = new Map<Call, readonly string[]>()
  for (const call of calls) {
    const count = outputCount(model, call)
    values.set(
      call,
      Array.from({ length: count }, (_, at) =>
        fresh(at === 0 ? call.layer.name : `${call.layer.name}_output_${at + 1}`),
      ),
    )
  }
  const shared = model.layers.filter((layer) => layer.calls.length > 1)
  const layers = new Map(shared.map((layer) => [layer, fresh(`${layer.name}_layer`)]))
  return { of: ({ call, output }) => values.get(call)?.[output] ?? '', layers }
}

/** Outputs that the call gives; those behind the first only where they are asked for. */
function outputCount(model: KerasModel, call: Call): number {
  return call.extra !== null && !model.taken.has(call) ? 1 : call.outputs.length
}

function constructor(layer: Layer): string {
  const { name, ...config } = layerConfig(layer)
  if (layer.className === inputClass) {
    const { batch_shape: shape = null, dtype = 'float32' } = config
    return `keras.Input(batch_shape=${literal(shape)}, dtype=${literal(dtype)}, name=${literal(name ?? null)})`
  }
  return `layers.${layer.className}(${keywords({ ...config, name: name ?? null })})`
}

function callLine(model: KerasModel, names: Names, call: Call): string {
  const { layer } = call
  const results = call.outputs
    .slice(0, outputCount(model, call))
    .map((_, output) => names.of({ call, output }))
  const shapes = call.outputs.slice(0, results.length).map(({ shape }) => formatShape(shape))
  const comment = `  # ${call.path}: ${shapes.join(', ')}`
  if (layer.className === inputClass) return `${results.join(', ')} = ${constructor(layer)}${comment}`
  const positional = call.inputs.map((input) =>
    isValue(input) ? names.of(input) : `[${input.map((value) => names.of(value)).join(', ')}]`,
  )
  const named = Object.entries(keywordsOf(model, call)).map(
    ([name, value]) => `${name}=${isValue(value) ? names.of(value) : literal(value)}`,
  )
  const made = names.layers.get(layer) ?? constructor(layer)
  return `${results.join(', ')} = ${made}(${[...positional, ...named].join(', ')})${comment}`
}

function buildFunction(model: KerasModel, names: Names, calls: readonly Call[]): readonly string[] {
  const made = new Set<Layer>()
  const lines = calls.flatMap((call) => {
    const name = names.layers.get(call.layer)
    const first = name !== undefined && !made.has(call.layer)
    made.add(call.layer)
    return [...(first ? [`${name} = ${constructor(call.layer)}`] : []), callLine(model, names, call)]
  })
  const list = (values: readonly Value[]) => `[${values.map((value) => names.of(value)).join(', ')}]`
  return [
    'def build():',
    '    """The model, with weights that Keras draws."""',
    ...lines.map((line) => `    ${line}`),
    `    return keras.Model(inputs=${list(model.inputs)}, outputs=${list(model.outputs)}, name=${literal(model.name)})`,
  ]
}

function targetNames({ outputs }: KerasModel): readonly string[] {
  return outputs.map((_, at) => (at === 0 ? 'target' : `target_${at + 1}`))
}

function trainFunction(
  model: KerasModel,
  document: Document,
  compiled: Compilation | Refusal,
): readonly string[] {
  if (isRefusal(compiled)) {
    return [
      'def train(model, data, epochs, batch_size):',
      `    raise SystemExit(${literal(`This script does not train the model. ${compiled.refused}`)})`,
    ]
  }
  const { length } = document.training
  const epochs = 'epochs' in length ? String(length.epochs) : `math.ceil(${length.steps} / steps)`
  const one = (names: readonly string[]) => names.map((name) => `data[${literal(name)}]`).join(', ')
  return [
    'def train(model, data, epochs, batch_size):',
    '    """Trains on arrays, with the loss and the optimiser of the graph."""',
    ...(document.training.precision === 'mixed'
      ? ['    # Wiregrad trains this in mixed precision on WebGPU; here all is float32.']
      : []),
    `    inputs = [${one(model.inputs.map(({ call }) => call.layer.name))}]`,
    `    targets = [${one(targetNames(model))}]`,
    '    steps = math.ceil(len(inputs[0]) / batch_size)',
    `    epochs = epochs or ${epochs}`,
    '    total = steps * epochs',
    ...compiled.optimiser.map((line) => `    ${line}`),
    `    model.compile(optimizer=optimizer, loss=[${compiled.losses.join(', ')}])`,
    '    model.fit(inputs, targets, batch_size=batch_size, epochs=epochs, shuffle=True)',
  ]
}

function scriptText({ document, plan }: Drawn, model: KerasModel): string {
  const reached = callsInOrder(model.outputs)
  const apart = model.inputs.map(({ call }) => call).filter((call) => !reached.includes(call))
  const calls = [...apart, ...reached]
  const names = namesOf(model, calls)
  const compiled = compilation(plan)
  const schedule = plan.training[0]?.settings.schedule
  const title = document.name.replaceAll(/[\\"\n\r]/g, ' ').trim() || 'A model'
  return [
    `"""${title}, a model of Keras 3.`,
    '',
    '    python3 model.py                            show it, with its trained weights',
    '    python3 model.py --data data.npz            train it further and save trained.keras',
    '',
    `data.npz holds the arrays ${[...model.inputs.map(({ call }) => call.layer.name), ...targetNames(model)].join(', ')}.`,
    'KERAS_BACKEND chooses the backend: jax, tensorflow or torch.',
    '"""',
    'import argparse',
    'import math',
    'import os',
    '',
    'os.environ.setdefault("KERAS_BACKEND", "jax")',
    '',
    'import keras',
    'import numpy as np',
    'from keras import layers',
    '',
    'HERE = os.path.dirname(os.path.abspath(__file__))',
    '',
    '',
    ...buildFunction(model, names, calls),
    '',
    '',
    ...(schedule === undefined || isRefusal(compiled) ? [] : scheduleClass(schedule)),
    ...trainFunction(model, document, compiled),
    '',
    '',
    'def main():',
    '    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)',
    '    parser.add_argument("--data", help="an .npz file to train on")',
    '    parser.add_argument("--epochs", type=int, default=None)',
    `    parser.add_argument("--batch-size", type=int, default=${document.training.batchSize})`,
    '    parser.add_argument("--fresh", action="store_true", help="start from weights that Keras draws")',
    '    options = parser.parse_args()',
    `    keras.utils.set_random_seed(${document.training.seed})`,
    '    model = build()',
    '    if not options.fresh:',
    `        model.load_weights(os.path.join(HERE, ${literal(weightsFile)}))`,
    '    model.summary()',
    '    if options.data:',
    '        train(model, np.load(options.data), options.epochs, options.batch_size)',
    '        model.save(os.path.join(HERE, "trained.keras"))',
    '',
    '',
    'if __name__ == "__main__":',
    '    main()',
    '',
  ].join('\n')
}

type Drawn = Pick<ExportSource, 'document' | 'plan'>

/** The text of `model.py`, for reading along while the graph is drawn. */
export function kerasScript(document: Document, plan: Plan): string | Refusal {
  const model = kerasGraph({ document, plan, weights: null })
  return isRefusal(model) ? model : scriptText({ document, plan }, model)
}

/** `model.py` and the weights that it loads. */
export async function exportKerasScript(source: ExportSource): Promise<Exported | Refusal> {
  const model = kerasGraph(source)
  if (isRefusal(model)) return model
  return {
    files: [
      { name: 'model.py', bytes: new TextEncoder().encode(scriptText(source, model)) },
      { name: weightsFile, bytes: await kerasFile(model) },
    ],
    ...kerasReport(model),
  }
}
