/**
 * The contract of a node type, held for every one in the catalogue. A new type brings its own cases and needs no new
 * test here.
 */
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { idPattern } from '../../engine/graph/document'
import { catalogue } from '../../nodes/catalogue'
import {
  initialParams,
  paramsSchema,
  type BackEnd,
  type Definition,
  type Params,
} from '../../nodes/kit/define'
import type { Widget } from '../../nodes/kit/fields'
import { isRefusal, type Dtype, type Kind, type Shape, type Spec } from '../../nodes/kit/spec'
import { cpuTf } from '../support/tf'
import { compareGradients } from './support/gradients'
import * as node from './support/harness'
import { differentiate } from './support/differentiate'

let tf: typeof Tf
beforeAll(async () => {
  tf = await cpuTf()
})

/** Why a setting may change nothing in a back-end under these settings; null where it must. */
function idle(backEnd: BackEnd, definition: Definition, field: string, item: node.Case): string | null {
  const p = node.caseParams(definition, item)
  const drawn = definition.fields[field]?.widget.kind === 'initialiser'
  if (backEnd !== 'build' && backEnd !== 'run' && drawn)
    return 'other frameworks get the drawn weights themselves'
  if (field === 'biasInitialiser' && p['useBias'] === false) return 'there is no bias to draw'
  const own = definition.idle?.(field, p, backEnd, item.inputs) ?? null
  if (own !== null) return own
  const sizes = (padding: string) => JSON.stringify(node.infer(definition, item.inputs, { ...p, padding }))
  const named = definition.fields[field]?.widget.kind === 'select'
  if (backEnd !== 'build' && field === 'padding' && named && sizes('same') === sizes('valid'))
    return 'the windows fill the image, so same adds nothing'
  return null
}

/** Weights whose gradient is zero by mathematics, and why. */
const flat: Readonly<Record<string, string>> = {
  'multi-head-attention/key_bias': 'adds one number to a whole row of scores, which softmax takes off again',
  'grouped-query-attention/key_bias': 'the same',
  'cross-attention/key_bias': 'the same',
  'encoder-block/attention_key_bias': 'the same',
  'decoder-block/attention_key_bias': 'the same',
  'decoder-block/cross_attention_key_bias': 'the same',
}

/** All but the one that refuses everything by design. */
const definitions = [...catalogue.values()].filter(({ type }) => type !== 'locked')
const good = (definition: Definition) => definition.cases.filter((item) => item.refused === undefined)
const describeCase = (item: node.Case) =>
  `${Object.entries(item.inputs)
    .map(([port, spec]) => `${port} ${JSON.stringify([spec].flat().map((one) => one.shape))}`)
    .join(' ')} ${JSON.stringify(item.params ?? {})}`.slice(0, 140)

/** No tensor more after than before. */
function withoutLeak<T>(f: () => T): T {
  const before = tf.memory().numTensors
  const result = f()
  expect(tf.memory().numTensors - before, 'tensors left').toBe(0)
  return result
}

function withLayer<T>(
  definition: Definition,
  item: node.Case,
  p: Params,
  f: (layer: Tf.layers.Layer | null) => T,
): T {
  if (definition.role !== 'layer') return f(null)
  const layer = node.build(tf, definition, item.inputs, p)
  try {
    node.applySymbolic(tf, definition, item.inputs, layer)
    return f(layer)
  } finally {
    layer.dispose()
  }
}

describe.each(definitions.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    it('explains itself and its settings', () => {
      expect(catalogue.get(type)).toBe(definition)
      expect(type).toMatch(/^[a-z][a-z0-9-]*$/)
      expect(definition.version).toBe(definition.migrations.length + 1)
      for (const port of [definition.inputs, definition.outputs].flatMap(Object.keys))
        expect(port).toMatch(idPattern)
      const words = [
        definition.doc,
        ...[definition.fields, definition.inputs, definition.outputs].flatMap((all) =>
          Object.values(all).map(({ doc }: { doc: string }) => doc),
        ),
      ]
      for (const doc of words) expect(doc, doc).toMatch(/^.{4,240}[.?!]$/s)
      expect(good(definition).length).toBeGreaterThan(0)
    })

    it('takes its own settings through JSON unchanged, and refuses unknown ones', () => {
      const schema = paramsSchema(definition)
      for (const item of definition.cases) {
        const p = node.caseParams(definition, item)
        expect(schema.parse(JSON.parse(JSON.stringify(p)))).toEqual(p)
        expect(typeof definition.summary(p)).toBe('string')
      }
      expect(schema.safeParse({ ...initialParams(definition), surprise: 1 }).success).toBe(false)
    })

    const refused = definition.cases.filter((item) => item.refused !== undefined)
    it.skipIf(refused.length === 0)('refuses what cannot be, with a sentence', () => {
      for (const item of refused) {
        const answer = node.infer(definition, item.inputs, node.caseParams(definition, item))
        expect(isRefusal(answer) ? answer.refused : `no refusal of ${describeCase(item)}`).toContain(
          item.refused,
        )
        expect(isRefusal(answer) && /^[A-Z\w].*\.$/s.test(answer.refused)).toBe(true)
      }
    })

    it('never throws on odd inputs, and stands by what it accepts', () => {
      for (const inputs of oddInputs(definition)) {
        for (const item of definition.cases) {
          const p = node.caseParams(definition, item)
          const answer = node.infer(definition, inputs, p)
          if (isRefusal(answer)) continue
          const where = `${JSON.stringify(inputs)} ${JSON.stringify(p)}`
          for (const { shape } of Object.values(node.weights(definition, inputs, p))) {
            expect(
              shape.every((n) => Number.isInteger(n) && n > 0),
              where,
            ).toBe(true)
          }
          expect(node.multiplyAdds(definition, inputs, p), where).toBeGreaterThanOrEqual(0)
          expect(node.torch(definition, inputs, p).call, where).toBeTruthy()
        }
      }
    })

    it.skipIf(definition.role !== 'layer')('builds what it accepts: shapes and weights as inferred', () => {
      withoutLeak(() => {
        for (const item of [...good(definition), ...plausibleInputs(definition)]) {
          const p = node.caseParams(definition, item)
          const answer = node.infer(definition, item.inputs, p)
          if (isRefusal(answer)) continue
          const layer = node.build(tf, definition, item.inputs, p)
          const shapes = node.applySymbolic(tf, definition, item.inputs, layer)
          const planned = Object.keys(definition.outputs).flatMap((port) => {
            const spec = answer[port]
            return spec === undefined ? [] : [node.tfShape(spec.shape)]
          })
          expect(shapes, describeCase(item)).toEqual(planned)
          const built = node
            .variables(layer)
            .map(({ name, variable, trainable }) => [name, { shape: variable.shape, trainable }])
          const wanted = Object.entries(node.weights(definition, item.inputs, p)).map(
            ([name, { shape, trainable }]) => [name, { shape, trainable }],
          )
          expect(Object.fromEntries(built), describeCase(item)).toEqual(Object.fromEntries(wanted))
          layer.dispose()
        }
      })
    })

    const runs = !['data', 'input', 'output'].includes(definition.role)
    it.skipIf(!runs)('gives what it inferred, and its run the same as its layer', () => {
      withoutLeak(() => {
        for (const item of good(definition)) {
          const p = node.caseParams(definition, item)
          const specs = node.inferred(definition, item.inputs, p)
          withLayer(definition, item, p, (layer) => {
            tf.tidy(() => {
              const inputs = node.randomInputs(tf, definition, item)
              const ys = node.outputs(tf, definition, p, inputs, layer, node.context(tf, { training: false }))
              if (definition.role === 'metric') {
                expect(ys['sums']?.rank).toBe(1)
                return
              }
              const found = Object.fromEntries(
                Object.entries(ys).map(([port, y]) => [port, [y.shape, y.dtype]]),
              )
              expect(found, describeCase(item)).toEqual(
                Object.fromEntries(
                  Object.entries(specs).map(([port, spec]) => [
                    port,
                    [node.concrete(spec.shape), spec.dtype],
                  ]),
                ),
              )
              if (layer === null) return
              for (const [port, y] of Object.entries(node.layerOutputs(definition, inputs, layer))) {
                const own = ys[port]?.dataSync() ?? []
                const worst = Math.max(
                  ...Array.from(
                    y.dataSync(),
                    (x, i) => Math.abs(x - (own[i] ?? NaN)) / Math.max(1, Math.abs(x)),
                  ),
                )
                expect(worst, describeCase(item)).toBeLessThanOrEqual(1e-5)
              }
            })
          })
        }
      })
    })

    const differentiable = runs && definition.role !== 'metric' && type !== 'stop-gradient'
    it.skipIf(!differentiable)('has the gradients that finite differences have', () => {
      withoutLeak(() => {
        for (const item of good(definition)) {
          const p = node.caseParams(definition, item)
          withLayer(definition, item, p, (layer) => {
            for (const { name, analytic, numeric, error } of differentiate(
              tf,
              definition,
              item,
              p,
              layer,
              compareGradients,
            )) {
              expect(
                error,
                `${name}: ${analytic} and by differences ${numeric}; ${describeCase(item)}`,
              ).toBeLessThanOrEqual(1e-2)
            }
          })
        }
      })
    })

    it.skipIf(definition.role !== 'layer')('moves every trainable weight in a training step', () => {
      withoutLeak(() => {
        for (const item of good(definition)) {
          const p = node.caseParams(definition, item)
          withLayer(definition, item, p, (layer) => {
            if (layer === null) return
            const all = node.variables(layer)
            const before = all.map(({ variable }) => variable.dataSync().slice())
            tf.tidy(() => trainingStep(definition, item, p, layer))
            for (const [index, { name, variable }] of all.entries()) {
              if (flat[`${type}/${name}`] !== undefined) continue
              const moved = variable.dataSync().some((x, i) => x !== before[index]?.[i])
              expect(moved, `${name} of ${describeCase(item)}`).toBe(true)
            }
          })
        }
      })
    })

    it('puts every weight into PyTorch once, whole', () => {
      for (const item of good(definition)) {
        const p = node.caseParams(definition, item)
        const specs = node.weights(definition, item.inputs, p)
        const placed: string[] = []
        for (const entry of node.torch(definition, item.inputs, p).tensors) {
          if ('zeros' in entry) continue
          for (const part of entry.parts) {
            placed.push(part.weight)
            const shape = specs[part.weight]?.shape ?? []
            const laid = part.reshape ?? shape
            expect(product(laid), `${part.weight} of ${describeCase(item)}`).toBe(product(shape))
            if (part.permute) expect([...part.permute].sort()).toEqual(laid.map((_, axis) => axis))
            if (part.then) expect(product(part.then)).toBe(product(shape))
          }
        }
        expect(placed.sort(), describeCase(item)).toEqual(Object.keys(specs).sort())
      }
    })

    it('loses no setting in any back-end', () => {
      const needed = backEndsOf(definition)
      const compared = new Map(needed.map((backEnd) => [backEnd, new Set<string>()]))
      for (const item of good(definition)) {
        for (const [field, { widget }] of Object.entries(definition.fields)) {
          const p = node.caseParams(definition, item)
          const allowed = (other: unknown) => {
            const changed = { ...p, [field]: other }
            return (
              paramsSchema(definition).safeParse(changed).success &&
              !isRefusal(node.infer(definition, item.inputs, changed))
            )
          }
          const others = otherValues(widget, p[field]).filter(allowed)
          const list = widget.kind === 'shape' ? (p[field] as readonly number[]) : []
          const turned = [list.toReversed()].filter((other) => other.join() !== list.join())
          for (const other of others.length > 0 ? others : turned.filter(allowed)) {
            const changed = { ...p, [field]: other }
            for (const backEnd of needed) {
              if (idle(backEnd, definition, field, item) !== null) continue
              const [before, after] = [p, changed].map((params) => written(backEnd, definition, item, params))
              // What a back-end refuses both ways loses no setting in it.
              if (before === after && before?.startsWith('[{"refused"')) continue
              compared.get(backEnd)?.add(field)
              expect(
                after,
                `${backEnd} with ${field} ${JSON.stringify(other)} for ${JSON.stringify(p[field])}; ${describeCase(item)}`,
              ).not.toBe(before)
            }
          }
        }
      }
      for (const backEnd of needed) {
        expect(
          livelyFields(backEnd, definition).filter((field) => compared.get(backEnd)?.has(field) !== true),
          `settings that no case tried in ${backEnd}`,
        ).toEqual([])
      }
    })

    it('reads every setting in every back-end', () => {
      for (const backEnd of backEndsOf(definition)) {
        if (backEnd === 'run') continue
        const seen = new Set<string>()
        for (const item of good(definition)) {
          written(backEnd, definition, item, recording(node.caseParams(definition, item), seen))
        }
        expect(
          livelyFields(backEnd, definition).filter((field) => !seen.has(field)),
          `not read by ${backEnd}`,
        ).toEqual([])
      }
    })
  },
)

/**
 * Settings that some case must show at work in a back-end: all but initialisers where weights travel as numbers, and in
 * ONNX and Keras those that the definition calls idle in every case (dropout in a file that is only evaluated).
 */
function livelyFields(backEnd: BackEnd, definition: Definition): readonly string[] {
  const file = backEnd === 'onnx' || backEnd === 'keras'
  return Object.entries(definition.fields)
    .filter(([field, { widget }]) => {
      if (widget.kind === 'initialiser') return backEnd === 'build' || backEnd === 'run'
      return !file || good(definition).some((item) => idle(backEnd, definition, field, item) === null)
    })
    .map(([field]) => field)
}

/** The back-ends that a node must have, and that must read all its settings. */
function backEndsOf(definition: Definition): readonly BackEnd[] {
  const { role, emit } = definition
  const written = (['onnx', 'keras'] as const).filter((backEnd) => emit[backEnd] !== undefined)
  if (role === 'layer') return ['build', 'torch', ...written]
  return ['data', 'input', 'output'].includes(role) ? ['torch'] : ['run', 'torch', ...written]
}

/** Other values of a setting, most of them allowed. */
function otherValues(widget: Widget, value: unknown): readonly unknown[] {
  switch (widget.kind) {
    case 'number':
      if (widget.integer) return [Number(value) + 1, Number(value) - 1]
      return [widget.max === undefined ? Number(value) + 100 : Number(value) * 0.5 + 0.13]
    case 'toggle':
      return [value !== true]
    case 'select':
      return widget.options.filter((option) => option !== value)
    case 'shape': {
      const list = value as readonly number[]
      return widget.length === undefined
        ? [
            [1, ...list],
            [...list, 1],
          ]
        : [list.map((n) => n + 1)]
    }
    case 'initialiser':
      return [{ kind: 'normal', mean: 0.125, stddev: 0.25 }]
    case 'text':
      return [`${String(value)} + 1`]
    case 'numbers': {
      const list = value as readonly number[]
      return [list.length === 0 ? [0.5, 2] : list.map((x, at) => x + 0.25 * (at + 1))]
    }
    case 'dataset':
      return [{ kind: 'ring', samples: 3, modes: 2, radius: 1, deviation: 0.5 }]
  }
}

/** What a back-end makes of these settings, as text. */
function written(backEnd: BackEnd, definition: Definition, item: node.Case, p: Params): string {
  if (backEnd === 'torch') return JSON.stringify(node.torch(definition, item.inputs, p))
  if (backEnd === 'onnx') return node.recordedOnnx(definition, item.inputs, p)
  if (backEnd === 'keras') return node.recordedKeras(definition, item.inputs, p)
  if (backEnd === 'build') {
    const layer = node.build(tf, definition, item.inputs, p)
    return JSON.stringify([layer.getClassName(), { ...layer.getConfig(), name: '' }])
  }
  // Several draws: a count of right answers can be the same by chance.
  const draws = [0, 1, 2, 3, 4, 5, 6].map((draw) =>
    tf.tidy(() => {
      const inputs = node.randomInputs(tf, definition, item, draw)
      const ys = node.outputs(tf, definition, p, inputs, null, node.context(tf, { training: true }))
      return Object.entries(ys).map(([port, y]) => [port, y.shape, ...y.dataSync()].join(' '))
    }),
  )
  return draws.flat().join('\n')
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, n) => size * n, 1)
}

/** Settings that note which of them are read. */
function recording(p: Params, seen: Set<string>): Params {
  return new Proxy(p, {
    get: (target, name) => {
      seen.add(String(name))
      return target[String(name)]
    },
  })
}

/** Plain gradient descent on the weighted sum of all outputs. */
function trainingStep(definition: Definition, item: node.Case, p: Params, layer: Tf.layers.Layer): void {
  const inputs = node.randomInputs(tf, definition, item)
  const trainable = node.variables(layer).filter((weight) => weight.trainable)
  const loss = (): Tf.Scalar => {
    const ys = node.outputs(
      tf,
      definition,
      p,
      inputs,
      layer,
      node.context(tf, { training: true, updateStatistics: true }),
    )
    return tf.addN(
      Object.values(ys).map((y) =>
        tf.sum<Tf.Scalar>(tf.mul(y, tf.reshape(tf.cos(tf.range(0, y.size)), y.shape))),
      ),
    )
  }
  if (trainable.length === 0) {
    loss()
    return
  }
  const { grads } = tf.variableGrads(
    loss,
    trainable.map(({ variable }) => variable),
  )
  for (const { variable } of trainable)
    variable.assign(tf.sub(variable, tf.mul(grads[variable.name] as Tf.Tensor, 0.1)))
}

const oddShapes: readonly Shape[] = [
  [],
  [null],
  [3],
  ['T'],
  [null, 1],
  [null, 7],
  [null, 'T'],
  [null, null],
  ['T', 4],
  [null, 2, 3],
  [null, 'T', 4],
  [null, 4, 'T'],
  [null, null, 4],
  [null, 1, 1, 1],
  [null, 5, 4, 2],
  [null, 'H', 'W', 3],
  [null, 5, 5, 'C'],
  [null, 2, 2, 2, 2],
  [null, 1, 1, 1, 1, 1, 1, 1, 1],
]
const oddKinds: readonly [Kind, Dtype][] = [
  ['tensor', 'float32'],
  ['tokens', 'int32'],
  ['target', 'int32'],
  ['target', 'float32'],
  ['loss', 'float32'],
]

/** Every port given every odd spec, against itself and against a plain one; optional ports open and wired. */
function oddInputs(definition: Definition): node.SpecsByPort[] {
  const ports = Object.entries(definition.inputs)
  const specs = oddShapes.flatMap((shape) => oddKinds.map(([kind, dtype]): Spec => ({ kind, dtype, shape })))
  const plain: Spec = { kind: 'tensor', dtype: 'float32', shape: [null, 5, 4] }
  const all: node.SpecsByPort[] = [{}].filter(() =>
    ports.every(([, port]) => port.optional === true || port.list === true),
  )
  for (const odd of specs) {
    for (const open of [true, false]) {
      for (const other of [odd, plain]) {
        const wired = ports.filter(([, port], index) => index === 0 || port.optional !== true || !open)
        all.push(
          Object.fromEntries(
            wired.map(([name, port], index) => [
              name,
              port.list === true ? [odd, other] : index === 0 ? odd : other,
            ]),
          ),
        )
      }
    }
  }
  return all
}

/** Odd inputs that analyse would let through: the batch first, kinds that the ports accept. */
function plausibleInputs(definition: Definition): node.Case[] {
  const accepted = oddInputs(definition).filter((inputs) =>
    Object.entries(inputs).every(([name, spec]) =>
      [spec].flat().every((one) => {
        const { kind, shape } = one
        return (
          shape[0] === null &&
          !shape.slice(1).includes(null) &&
          (definition.inputs[name]?.accepts ?? ['tensor']).includes(kind)
        )
      }),
    ),
  )
  return accepted.map((inputs) => ({ inputs, params: definition.cases[0]?.params ?? {} }))
}
