/**
 * What nodes/kit/own.ts declares: the initialiser that repeats by seed, and the layers that tfjs lacks. Everything takes
 * `tf` as an argument, so that a caller's tfjs is the only one.
 */
import type * as Tf from '@tensorflow/tfjs'
import type { Initialiser } from '../../nodes/kit/initialiser'
import type { OwnLayers } from '../../nodes/kit/own'
import { drawInitial } from './draw'
import { registerWiregradLayers, type Initializers, type WiregradLayers } from './registration'

type OwnInitialiser = ReturnType<OwnLayers['initialiser']>
type ConfigDict = Tf.serialization.ConfigDict

interface SavedInitialiser {
  readonly className: string
  readonly config: ConfigDict
}

/** Keras draws by scale, fan and distribution; `normal` is its truncated normal. */
function varianceScaling(
  scale: number,
  mode: 'fanAvg' | 'fanIn',
  distribution: 'normal' | 'uniform',
): SavedInitialiser {
  return { className: 'VarianceScaling', config: { scale, mode, distribution, seed: null } }
}

/** What stands in an exported model: tfjs's own initialisers, without our seed. */
function saved(initialiser: Initialiser): SavedInitialiser {
  switch (initialiser.kind) {
    // tfjs has no name for the last two: their values travel in the weights.
    case 'zeros':
    case 'unitForgetBias':
    case 'values':
      return { className: 'Zeros', config: {} }
    case 'ones':
      return { className: 'Ones', config: {} }
    case 'constant':
      return { className: 'Constant', config: { value: initialiser.value } }
    case 'normal':
      return {
        className: 'RandomNormal',
        config: { mean: initialiser.mean, stddev: initialiser.stddev, seed: null },
      }
    case 'uniform':
      return {
        className: 'RandomUniform',
        config: { minval: initialiser.min, maxval: initialiser.max, seed: null },
      }
    case 'glorotUniform':
      return varianceScaling(1, 'fanAvg', 'uniform')
    case 'glorotNormal':
      return varianceScaling(1, 'fanAvg', 'normal')
    case 'heUniform':
      return varianceScaling(2, 'fanIn', 'uniform')
    case 'heNormal':
      return varianceScaling(2, 'fanIn', 'normal')
    case 'lecunUniform':
      return varianceScaling(1, 'fanIn', 'uniform')
    case 'lecunNormal':
      return varianceScaling(1, 'fanIn', 'normal')
    case 'orthogonal':
      return { className: 'Orthogonal', config: { gain: initialiser.gain, seed: null } }
  }
}

type InitialiserClass = new (initialiser: Initialiser, seed: number, name: string) => OwnInitialiser

/** tfjs takes only what inherits from its own base class, which it does not export: hence a class, made per `tf`. */
function initialiserClass(tf: typeof Tf): InitialiserClass {
  const Zeros = tf.initializers.zeros().constructor as unknown as new () => OwnInitialiser
  const Base = Object.getPrototypeOf(Zeros) as new () => OwnInitialiser
  return class SeededInitialiser extends Base {
    static className = 'WiregradSeededInitialiser'
    readonly #initialiser: Initialiser
    readonly #seed: number
    readonly #name: string

    constructor(initialiser: Initialiser, seed: number, name: string) {
      super()
      this.#initialiser = initialiser
      this.#seed = seed
      this.#name = name
    }

    override apply(shape: readonly (number | null)[]): Tf.Tensor {
      const sizes = shape.map((n) => n ?? 1)
      return tf.tensor(drawInitial(this.#initialiser, sizes, this.#seed, this.#name), sizes, 'float32')
    }

    override getClassName(): string {
      return saved(this.#initialiser).className
    }

    override getConfig(): ConfigDict {
      return saved(this.#initialiser).config
    }
  }
}

interface Kinds {
  readonly Initialiser: InitialiserClass
  readonly layers: WiregradLayers
}

/** tfjs keeps classes by name for good, so each tfjs gets ours once. */
const known = new WeakMap<object, Kinds>()

function kinds(tf: typeof Tf): Kinds {
  const found = known.get(tf)
  if (found !== undefined) return found
  const made = { Initialiser: initialiserClass(tf), layers: registerWiregradLayers(tf, {}) }
  known.set(tf, made)
  return made
}

/**
 * The layers and initialisers for one node.
 *
 * @param options.seed the run's seed
 * @param options.path path of the node whose weights are drawn
 */
export function createOwnLayers(
  tf: typeof Tf,
  options: { readonly seed: number; readonly path: string },
): OwnLayers {
  const { Initialiser, layers } = kinds(tf)
  return {
    initialiser: (weight, initialiser) =>
      new Initialiser(initialiser, options.seed, `${options.path}:${weight}`),
    multiHeadAttention: ({ kernelInitialiser, biasInitialiser, ...config }) => {
      const kernels: Initializers = {
        queryKernel: kernelInitialiser('query_kernel'),
        keyKernel: kernelInitialiser('key_kernel'),
        valueKernel: kernelInitialiser('value_kernel'),
        outputKernel: kernelInitialiser('output_kernel'),
      }
      if (!config.useBias) return layers.attention(config, kernels)
      return layers.attention(config, {
        ...kernels,
        queryBias: biasInitialiser('query_bias'),
        keyBias: biasInitialiser('key_bias'),
        valueBias: biasInitialiser('value_bias'),
        outputBias: biasInitialiser('output_bias'),
      })
    },
    positionEmbedding: ({ length, initialiser }) =>
      layers.positionEmbedding({ length }, { embeddings: initialiser }),
    computed: ({ source, weights, ...settings }) => {
      const entries = Object.entries(weights)
      return layers.computed(
        { ...settings, weights: entries.map(([name, { shape, trainable }]) => ({ name, shape, trainable })) },
        source,
        entries.map(
          ([name, { initialiser }]) => new Initialiser(initialiser, options.seed, `${options.path}:${name}`),
        ),
      )
    },
  }
}
