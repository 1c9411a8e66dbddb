/** Attention against the formula written out in plain loops, and its model opened by a plain tfjs. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type * as Tf from '@tensorflow/tfjs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createOwnLayers } from '../../../engine/layers/own-layers'
import { registrationFile, registrationSource } from '../../../engine/layers/registration-source'
import { stream } from '../../../engine/random/stream'
import type { MultiHeadAttentionConfig } from '../../../nodes/kit/own'
import { cpuTf } from '../../support/tf'

let tf: typeof Tf
beforeAll(async () => {
  tf = await cpuTf()
})

const [B, Tq, Tk, D, Dk, Dv, H, K, V] = [2, 3, 4, 5, 3, 2, 2, 3, 2] as const

function attention(
  o: Partial<Omit<MultiHeadAttentionConfig, 'kernelInitialiser' | 'biasInitialiser'>>,
): Tf.layers.Layer {
  const own = createOwnLayers(tf, { seed: 4, path: 'attention' })
  return own.multiHeadAttention({
    heads: H,
    keySize: K,
    valueSize: V,
    outputSize: D,
    useBias: true,
    causal: false,
    inputs: [],
    ...o,
    kernelInitialiser: (weight) => own.initialiser(weight, { kind: 'glorotUniform' }),
    biasInitialiser: (weight) => own.initialiser(weight, { kind: 'normal', mean: 0, stddev: 0.5 }),
  })
}

function numbers(name: string, shape: readonly number[]): Tf.Tensor {
  return tf.tensor(stream(1, name, 0).normals(shape.reduce((product, n) => product * n, 1)), [...shape])
}

type Nested = number | Nested[]
function at(nested: unknown, ...index: number[]): number {
  return index.reduce((inner, i) => (inner as Nested[])[i] as Nested, nested as Nested) as number
}

/** softmax((Q Kᵀ) / sqrt(K)) V, by loops over nested arrays; `may(b, i, j)` says who may look where. */
function byHand(
  w: Readonly<Record<string, unknown>>,
  q: unknown,
  k: unknown,
  v: unknown,
  rows: number,
  may: (b: number, i: number, j: number) => boolean,
) {
  const project = (x: unknown, part: string, b: number, t: number, h: number, c: number, width: number) => {
    let sum = at(w[`${part}_bias`], h, c)
    for (let d = 0; d < width; d++) sum += at(x, b, t, d) * at(w[`${part}_kernel`], d, h, c)
    return sum
  }
  const map: number[][][][] = []
  const y: number[][][] = []
  for (let b = 0; b < B; b++) {
    map.push([])
    y.push(Array.from({ length: Tq }, () => Array.from({ length: D }, (_, o) => at(w['output_bias'], o))))
    for (let h = 0; h < H; h++) {
      map[b]?.push([])
      for (let i = 0; i < Tq; i++) {
        const score = Array.from({ length: rows }, (_, j) => {
          let dot = 0
          for (let c = 0; c < K; c++)
            dot +=
              project(q, 'query', b, i, h, c, D) *
              project(k, 'key', b, j, h, c, (at(k, b, j) as unknown as number[]).length)
          return may(b, i, j) ? Math.exp(dot / Math.sqrt(K)) : 0
        })
        const total = score.reduce((sum, s) => sum + s, 0)
        const look = score.map((s) => s / total)
        map[b]?.[h]?.push(look)
        for (let c = 0; c < V; c++) {
          let mixed = 0
          for (const [j, share] of look.entries())
            mixed += share * project(v, 'value', b, j, h, c, (at(v, b, j) as unknown as number[]).length)
          for (let o = 0; o < D; o++)
            (y[b]?.[i] as number[])[o] = (y[b]?.[i]?.[o] ?? 0) + mixed * at(w['output_kernel'], h, c, o)
        }
      }
    }
  }
  return { y, map }
}

function worst(ours: Tf.Tensor, wanted: unknown): number {
  const flat = (wanted as number[][]).flat<number[][], 4>(4)
  return Math.max(...Array.from(ours.dataSync(), (x, i) => Math.abs(x - (flat[i] ?? NaN))))
}

function nestedWeights(layer: Tf.layers.Layer): Record<string, unknown> {
  const named = layer.weights.map((weight) => {
    const { originalName } = weight as unknown as { originalName: string }
    return [originalName.slice(originalName.lastIndexOf('/') + 1), weight.read().arraySync()]
  })
  return Object.fromEntries(named) as Record<string, unknown>
}

describe('multi-head attention', () => {
  it('is the formula: cross-attention with a key, a value and a mask of their own', () => {
    const layer = attention({ inputs: ['key', 'value', 'mask'] })
    tf.tidy(() => {
      const [q, k, v] = [numbers('q', [B, Tq, D]), numbers('k', [B, Tk, Dk]), numbers('v', [B, Tk, Dv])]
      const mask = tf.tensor(
        Float32Array.from({ length: B * Tq * Tk }, (_, i) => (i % 3 === 1 ? 0 : 1)),
        [B, Tq, Tk],
      )
      const [y, map] = layer.apply([q, k, v, mask]) as [Tf.Tensor, Tf.Tensor]
      const may = (b: number, i: number, j: number) => at(mask.arraySync(), b, i, j) === 1
      const wanted = byHand(nestedWeights(layer), q.arraySync(), k.arraySync(), v.arraySync(), Tk, may)
      expect(worst(y, wanted.y)).toBeLessThan(1e-5)
      expect(worst(map, wanted.map)).toBeLessThan(1e-6)
    })
    layer.dispose()
  })

  it('is the formula: self-attention that looks back only, alone and with a mask of padding', () => {
    const layer = attention({ causal: true, inputs: ['mask'] })
    tf.tidy(() => {
      const x = numbers('x', [B, Tq, D])
      // The second sample has two places; the third is padding.
      const mask = tf.tensor([1, 1, 1, 1, 1, 0], [B, 1, Tq])
      const [y, map] = layer.apply([x, mask]) as [Tf.Tensor, Tf.Tensor]
      const [nested, w] = [x.arraySync(), nestedWeights(layer)]
      const wanted = byHand(w, nested, nested, nested, Tq, (b, i, j) => j <= i && (b === 0 || j < 2))
      expect(worst(y, wanted.y)).toBeLessThan(1e-5)
      expect(worst(map, wanted.map)).toBeLessThan(1e-6)
      const [same] = layer.apply([x, tf.reshape(mask, [B, 1, 1, Tq])]) as [Tf.Tensor]
      expect(worst(same, wanted.y)).toBeLessThan(1e-5)
    })
    layer.dispose()
  })

  it('cannot see what is to come: a later place changes no earlier output', () => {
    const layer = attention({ causal: true })
    tf.tidy(() => {
      const x = numbers('x', [1, Tq, D])
      const changed = tf.concat([tf.slice(x, [0, 0, 0], [1, Tq - 1, D]), tf.fill([1, 1, D], 9)], 1)
      const firsts = [x, changed].map((input) => [
        ...tf.slice((layer.apply(input) as [Tf.Tensor])[0], [0, 0, 0], [1, Tq - 1, D]).dataSync(),
      ])
      expect(firsts[1]).toEqual(firsts[0])
    })
    layer.dispose()
  })
})

describe('an exported model', () => {
  it('opens in a plain tfjs with the registration file, and not without it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'layers-'))
    try {
      const own = createOwnLayers(tf, { seed: 4, path: 'model' })
      const tokens = tf.input({ shape: [6], dtype: 'int32' })
      const embedded = tf.layers.embedding({ inputDim: 7, outputDim: D }).apply(tokens) as Tf.SymbolicTensor
      const placed = own
        .positionEmbedding({
          length: 8,
          initialiser: own.initialiser('embeddings', { kind: 'normal', mean: 0, stddev: 1 }),
        })
        .apply(embedded)
      const [looked] = attention({ causal: true, inputs: ['key'] }).apply([
        placed,
        placed,
      ] as Tf.SymbolicTensor[]) as [Tf.SymbolicTensor]
      const model = tf.model({ inputs: tokens, outputs: looked })
      const input = [[0, 3, 6, 2, 1, 5]]
      const wanted = tf.tidy(() => [
        ...(model.predict(tf.tensor2d(input, [1, 6], 'int32')) as Tf.Tensor).dataSync(),
      ])
      await model.save(
        tf.io.withSaveHandler((artifacts) => {
          const { modelTopology, weightSpecs, weightData } = artifacts
          writeFileSync(join(folder, 'model.json'), JSON.stringify({ modelTopology, weightSpecs }))
          writeFileSync(join(folder, 'weights.bin'), Buffer.from(weightData as ArrayBuffer))
          return Promise.resolve({
            modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' as const },
          })
        }),
      )
      model.dispose()
      writeFileSync(join(folder, registrationFile), registrationSource({}))
      writeFileSync(
        join(folder, 'open.mjs'),
        `import { readFileSync } from 'node:fs'
         import { createRequire } from 'node:module'
         const tf = createRequire(${JSON.stringify(import.meta.url)})('@tensorflow/tfjs')
         if (process.argv[2] === 'registered') {
           const { registerWiregradLayers } = await import(${JSON.stringify(pathToFileURL(join(folder, registrationFile)).href)})
           registerWiregradLayers(tf)
         }
         await tf.setBackend('cpu')
         const read = (name) => readFileSync(new URL(name, import.meta.url))
         const { modelTopology, weightSpecs } = JSON.parse(read('model.json'))
         const bytes = read('weights.bin')
         const weightData = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
         const model = await tf.loadLayersModel({ load: async () => ({ modelTopology, weightSpecs, weightData }) })
         console.log(JSON.stringify([...model.predict(tf.tensor2d(${JSON.stringify(input)}, [1, 6], 'int32')).dataSync()]))`,
      )
      const open = (how: string) =>
        execFileSync(process.execPath, [join(folder, 'open.mjs'), how], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'pipe'],
        })
      const found = JSON.parse(open('registered').trim().split('\n').at(-1) ?? '') as number[]
      expect(found).toEqual(wanted.map((x) => expect.closeTo(x, 6) as number))
      expect(() => open('plain')).toThrow('WiregradPositionEmbedding')
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
