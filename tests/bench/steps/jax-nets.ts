/**
 * The nets of `models.ts` for jax-js, as one writes them there: images with their channels before height and width,
 * attention and norms of its own, recurrent layers unrolled with the products of all inputs before the loop. They draw
 * weights and samples of their own, or take those of a run of ours (`Given`), by our names, to be held against it.
 */
import type { Jax, JaxArray } from './jax-library'
import { gptSizes, hidden, stages, units, sizes, type ModelName } from './models'
import type { Given } from './stock-nets'

/** What a forward pass reads and leaves behind; each call of `take` is a reference of its own. */
export interface Pass {
  take(name: string): JaxArray
  /** What is no weight and other after a step: moving averages, the key of random numbers. */
  keep(name: string, value: JaxArray): void
}
type Forward = (x: JaxArray, pass: Pass) => JaxArray

export interface JaxNet {
  readonly weights: ReadonlyMap<string, JaxArray>
  readonly kept: ReadonlyMap<string, JaxArray>
  readonly x: JaxArray
  /** Rows with a single 1. */
  readonly y: JaxArray
  readonly scores: Forward
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

/** Declares weights and makes layers that use them. */
function layersFor({ numpy: np, nn, lax, random }: Jax, given?: Given) {
  const weights = new Map<string, JaxArray>()
  const kept = new Map<string, JaxArray>()
  const draw = (shape: readonly number[], spread: number) =>
    np
      .array(Float32Array.from({ length: sizeOf(shape) }, () => spread * (2 * Math.random() - 1)))
      .reshape(shape)
  const givenNumbers = (name: string, shape: readonly number[]) => {
    const numbers = given?.weights[name]
    if (numbers?.length !== sizeOf(shape))
      throw new Error(
        `The weight ${name} was given ${numbers?.length ?? 'no'} numbers, not ${sizeOf(shape)}.`,
      )
    return np.array(Float32Array.from(numbers)).reshape(shape)
  }
  /** `read`: the numbers of ours, where they lie otherwise. */
  const weight = (
    name: string,
    shape: readonly number[],
    spread: number,
    read = () => givenNumbers(name, shape),
  ) => weights.set(name, given === undefined ? draw(shape, spread) : read())
  const vector = (name: string, length: number, value: number) =>
    weights.set(name, given === undefined ? np.full([length], value) : givenNumbers(name, [length]))
  const glorot = (from: number, to: number) => Math.sqrt(6 / (from + to))

  const dense = (id: string, from: number, to: number, spread = glorot(from, to)): Forward => {
    weight(`${id}:kernel`, [from, to], spread)
    vector(`${id}:bias`, to, 0)
    return (x, { take }) => np.matmul(x, take(`${id}:kernel`)).add(take(`${id}:bias`))
  }
  /** `side`: of the square kernel. */
  const conv = (
    id: string,
    [from, to, side]: readonly [from: number, to: number, side: number],
    padding: 'SAME' | 'VALID',
    stride = 1,
  ): Forward => {
    weight(`${id}:kernel`, [to, from, side, side], glorot(from * side ** 2, to * side ** 2), () =>
      givenNumbers(`${id}:kernel`, [side, side, from, to]).transpose([3, 2, 0, 1]),
    )
    return (x, { take }) => lax.conv(x, take(`${id}:kernel`), [stride, stride], padding)
  }
  const channelBias = (id: string, channels: number): Forward => {
    vector(`${id}:bias`, channels, 0)
    return (x, { take }) => x.add(take(`${id}:bias`).reshape([channels, 1, 1]))
  }
  /** Two by two, without what is left over at the edges. */
  const maxPool: Forward = (x) => {
    const [batch = 1, channels = 1, height = 1, width = 1] = x.shape
    const [rows, columns] = [Math.floor(height / 2), Math.floor(width / 2)]
    const even = height % 2 === 0 && width % 2 === 0 ? x : x.slice([], [], [0, 2 * rows], [0, 2 * columns])
    return even.reshape([batch, channels, rows, 2, columns, 2]).max([3, 5])
  }
  /** The scores of an image [C, H, W], whose numbers ours has in the order [H, W, C]. */
  const flatDense = (
    id: string,
    [channels, height, width]: readonly [number, number, number],
    to: number,
  ) => {
    const from = channels * height * width
    weight(`${id}:kernel`, [from, to], glorot(from, to), () =>
      givenNumbers(`${id}:kernel`, [height, width, channels, to]).transpose([2, 0, 1, 3]).reshape([from, to]),
    )
    vector(`${id}:bias`, to, 0)
    return ((x, { take }) =>
      np
        .matmul(x.reshape([x.shape[0] ?? 1, from]), take(`${id}:kernel`))
        .add(take(`${id}:bias`))) satisfies Forward
  }
  const dropout = (share: number): Forward => {
    kept.set('key', random.key(1))
    return (x, { take, keep }) => {
      const keys = random.split(take('key'))
      keep('key', keys.ref.slice(0))
      const held = random.bernoulli(keys.slice(1), 1 - share, x.shape)
      return np.where(held, x.mul(1 / (1 - share)), 0)
    }
  }
  const batchNorm = (id: string, channels: number): Forward => {
    const [mean, variance] = [`${id}:moving_mean`, `${id}:moving_variance`]
    vector(`${id}:gamma`, channels, 1)
    vector(`${id}:beta`, channels, 0)
    kept.set(mean, np.zeros([channels]))
    kept.set(variance, np.full([channels], 1))
    const axes = [0, 2, 3]
    return (x, { take, keep }) => {
      const own = x.ref.mean(axes, { keepdims: true })
      const spread = np.square(x.ref.sub(own.ref)).mean(axes, { keepdims: true })
      keep(
        mean,
        take(mean)
          .mul(0.9)
          .add(own.ref.reshape([channels]).mul(0.1)),
      )
      keep(
        variance,
        take(variance)
          .mul(0.9)
          .add(spread.ref.reshape([channels]).mul(0.1)),
      )
      return nn
        .standardize(x, axes, { mean: own, variance: spread, epsilon: 1e-3 })
        .mul(take(`${id}:gamma`).reshape([channels, 1, 1]))
        .add(take(`${id}:beta`).reshape([channels, 1, 1]))
    }
  }
  const layerNorm = (id: string, width: number): Forward => {
    vector(`${id}:gamma`, width, 1)
    vector(`${id}:beta`, width, 0)
    return (x, { take }) =>
      nn
        .standardize(x, -1, { epsilon: 1e-5 })
        .mul(take(`${id}:gamma`))
        .add(take(`${id}:beta`))
  }
  /** Self-attention whose queries, keys and values are one product. */
  const attention = (id: string, heads: number, width: number): Forward => {
    const parts = ['query', 'key', 'value']
    const read = (kind: string, shape: readonly number[]) =>
      np.concatenate(
        parts.map((part) => givenNumbers(`${id}:${part}_${kind}`, shape)),
        shape.length - 1,
      )
    weight(`${id}:look`, [width, 3 * width], 0.02, () => read('kernel', [width, width]))
    weight(`${id}:look_bias`, [3 * width], 0, () => read('bias', [width]))
    weight(`${id}:output_kernel`, [width, width], 0.02)
    vector(`${id}:output_bias`, width, 0)
    return (x, { take }) => {
      const [batch = 1, length = 1] = x.shape
      const rows = np.matmul(x, take(`${id}:look`)).add(take(`${id}:look_bias`))
      const [q, k, v] = np
        .split(rows, 3, 2)
        .map((part) => part.reshape([batch, length, heads, width / heads]))
      if (q === undefined || k === undefined || v === undefined) throw new Error('Three parts are missing.')
      const mixed = nn.dotProductAttention(q, k, v, { isCausal: true }).reshape([batch, length, width])
      return np.matmul(mixed, take(`${id}:output_kernel`)).add(take(`${id}:output_bias`))
    }
  }
  /** What all steps see of their inputs, one after the other, [B, gates x units] each. */
  const stepSums = (
    x: JaxArray,
    { take }: Pass,
    [kernel, bias]: readonly [string, string],
    backwards = false,
  ): readonly JaxArray[] => {
    const [batch = 1, length = 1] = x.shape
    const sums = np.matmul(x, take(kernel)).add(take(bias))
    const width = sums.shape[2] ?? 1
    const all = np.split(sums, length, 1).map((one) => one.reshape([batch, width]))
    return backwards ? all.toReversed() : all
  }
  const recurrent = (id: string, features: number, width: number, gates: number) => {
    weight(`${id}kernel`, [features, gates * width], glorot(features, gates * width))
    weight(`${id}recurrent_kernel`, [width, gates * width], glorot(width, gates * width))
    vector(`${id}bias`, gates * width, 0)
  }
  /** The last output. */
  const lstm = (id: string, features: number, width: number): Forward => {
    recurrent(`${id}:`, features, width, 4)
    return (x, pass) => {
      let state: { readonly h: JaxArray; readonly c: JaxArray } | null = null
      for (const sums of stepSums(x, pass, [`${id}:kernel`, `${id}:bias`])) {
        const z: JaxArray =
          state === null ? sums : sums.add(np.matmul(state.h, pass.take(`${id}:recurrent_kernel`)))
        const [i, f, g, o] = np.split(z, 4, 1) as [JaxArray, JaxArray, JaxArray, JaxArray]
        const written = nn.sigmoid(i).mul(np.tanh(g))
        const c: JaxArray = state === null ? written : nn.sigmoid(f).mul(state.c).add(written)
        if (state === null) f.dispose()
        state = { h: nn.sigmoid(o).mul(np.tanh(c.ref)), c }
      }
      if (state === null) throw new Error('A sequence has no steps.')
      state.c.dispose()
      return state.h
    }
  }
  /** The last outputs of a GRU in both directions, which resets after the product. */
  const bidirectionalGru = (id: string, features: number, width: number): Forward => {
    const ways = ['forward_', 'backward_'].map((way) => `${id}:${way}`)
    for (const way of ways) {
      recurrent(way, features, width, 3)
      vector(`${way}recurrent_bias`, 3 * width, 0)
    }
    return (x, pass) => {
      const ends = ways.map((way, at) => {
        let h = np.zeros([x.shape[0] ?? 1, width])
        for (const sums of stepSums(x.ref, pass, [`${way}kernel`, `${way}bias`], at === 1)) {
          const own = np
            .matmul(h.ref, pass.take(`${way}recurrent_kernel`))
            .add(pass.take(`${way}recurrent_bias`))
          const three = (all: JaxArray) => np.split(all, 3, 1) as [JaxArray, JaxArray, JaxArray]
          const [[z, r, g], [ownZ, ownR, ownG]] = [three(sums), three(own)]
          const update = nn.sigmoid(z.add(ownZ))
          const proposal = np.tanh(g.add(nn.sigmoid(r.add(ownR)).mul(ownG)))
          h = update.ref.mul(h).add(np.subtract(1, update).mul(proposal))
        }
        return h
      })
      x.dispose()
      return np.concatenate(ends, 1)
    }
  }
  return {
    weights,
    kept,
    draw,
    weight,
    dense,
    conv,
    channelBias,
    maxPool,
    flatDense,
    dropout,
    batchNorm,
    layerNorm,
    attention,
    lstm,
    bidirectionalGru,
  }
}
type Layers = ReturnType<typeof layersFor>

const chain =
  (...layers: readonly Forward[]): Forward =>
  (x, pass) =>
    layers.reduce((h, layer) => layer(h, pass), x)

function resnet({ nn }: Jax, layers: Layers, name: keyof typeof stages): Forward {
  const { batchNorm, conv, dense } = layers
  const relu: Forward = (x) => nn.relu(x)
  const blocks: Forward[] = []
  let before: number = stages[name][0]
  for (const [at, filters] of stages[name].entries())
    for (const block of [0, 1]) {
      const id = (part: string) => `s${at}b${block}_${part}`
      const narrows = at > 0 && block === 0
      const stride = narrows ? 2 : 1
      const branch = chain(
        conv(id('conv1'), [before, filters, 3], 'SAME', stride),
        batchNorm(id('norm1'), filters),
        relu,
        conv(id('conv2'), [filters, filters, 3], 'SAME'),
        batchNorm(id('norm2'), filters),
      )
      const skip = narrows
        ? chain(conv(id('skip'), [before, filters, 1], 'SAME', stride), batchNorm(id('skip_norm'), filters))
        : chain()
      blocks.push((x, pass) => nn.relu(branch(x.ref, pass).add(skip(x, pass))))
      before = filters
    }
  return chain(
    conv('stem', [sizes[name].shape[2] ?? 1, stages[name][0], 3], 'SAME'),
    batchNorm('stem_norm', stages[name][0]),
    relu,
    ...blocks,
    (x) => x.mean([2, 3]),
    dense('scores', before, sizes[name].classes),
  )
}

function gpt({ numpy: np, nn }: Jax, layers: Layers, name: keyof typeof gptSizes): Forward {
  const { attention, dense, layerNorm, weight } = layers
  const { batch, shape, classes } = sizes[name]
  const { layers: count, heads, width } = gptSizes[name]
  const [length = 1] = shape
  weight('embed:embeddings', [classes, width], 0.02)
  weight('place:embeddings', [length, width], 0.02)
  const blocks = Array.from({ length: count }, (_, at) => {
    const look = chain(layerNorm(`norm${at}`, width), attention(`look${at}`, heads, width))
    const wide = chain(
      layerNorm(`inner${at}`, width),
      dense(`wide${at}`, width, 4 * width, 0.02),
      (x) => nn.gelu(x, { approximate: false }),
      dense(`back${at}`, 4 * width, width, 0.02),
    )
    return chain(
      (x, pass) => x.ref.add(look(x, pass)),
      (x, pass) => x.ref.add(wide(x, pass)),
    )
  })
  weight('scores:kernel', [width, classes], 0.02)
  return chain(
    (x, { take }) => np.take(take('embed:embeddings'), x, 0).add(take('place:embeddings')),
    ...blocks,
    layerNorm('last', width),
    (x, { take }) => np.matmul(x.reshape([batch * length, width]), take('scores:kernel')),
  )
}

function scoresOf(jax: Jax, layers: Layers, name: ModelName): Forward {
  const { shape, classes } = sizes[name]
  const [first = 1, features = 1] = shape
  const relu: Forward = (x) => jax.nn.relu(x)
  const { bidirectionalGru, channelBias, conv, dense, dropout, flatDense, lstm, maxPool } = layers
  const bentConv = (id: string, from: number, to: number) =>
    chain(conv(id, [from, to, 3], 'VALID'), channelBias(id, to), relu)
  switch (name) {
    case 'tiny-mlp':
    case 'mlp': {
      const [one, two] = hidden[name]
      return chain(
        dense('hidden0', first, one),
        relu,
        dense('hidden1', one, two),
        relu,
        dense('scores', two, classes),
      )
    }
    case 'cnn':
      return chain(
        bentConv('conv1', 1, 32),
        maxPool,
        bentConv('conv2', 32, 64),
        maxPool,
        dropout(0.5),
        flatDense('scores', [64, 5, 5], classes),
      )
    case 'small-cnn':
      return chain(bentConv('conv1', 1, 8), maxPool, flatDense('scores', [8, 5, 5], classes))
    case 'lstm':
    case 'small-lstm':
      return chain(lstm('lstm', features, units[name]), dense('scores', units[name], classes))
    case 'bigru':
    case 'small-bigru':
      return chain(bidirectionalGru('walk', features, units[name]), dense('scores', 2 * units[name], classes))
    case 'gpt':
    case 'small-gpt':
      return gpt(jax, layers, name)
    case 'resnet18':
    case 'resnet18-of-4':
    case 'small-resnet':
      return resnet(jax, layers, name)
  }
}

/** The batch is as long as the classes given. */
export function jaxNet(jax: Jax, name: ModelName, given?: Given): JaxNet {
  const { numpy: np, nn } = jax
  const { batch, shape, classes } = sizes[name]
  const layers = layersFor(jax, given)
  const scores = scoresOf(jax, layers, name)
  const words = name.endsWith('gpt')
  const rows = words ? batch * sizeOf(shape) : (given?.y.length ?? batch)
  const ids = () =>
    np
      .array(Int32Array.from({ length: rows }, (_, at) => given?.x[at] ?? (at * 31 + 5) % classes))
      .reshape([batch, ...shape])
  const numbers = () => {
    const all = given === undefined ? null : np.array(Float32Array.from(given.x)).reshape([rows, ...shape])
    const x = all ?? layers.draw([rows, ...shape], 1)
    return shape.length === 3 ? x.transpose([0, 3, 1, 2]) : x
  }
  const targets = Int32Array.from({ length: rows }, (_, at) => given?.y[at] ?? (at * 7 + 3) % classes)
  return {
    weights: layers.weights,
    kept: layers.kept,
    x: words ? ids() : numbers(),
    y: nn.oneHot(np.array(targets), classes),
    scores,
  }
}
