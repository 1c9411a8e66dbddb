/**
 * The model that people get, run on our own engine: its inputs, its weights (among which none is zero by default), and
 * the answers that every exported form must repeat.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { analyse } from '../../engine/analyse/analyse'
import type { Plan, Ref } from '../../engine/analyse/plan'
import { tf } from '../../engine/backend/tfjs'
import { compile, type Ports } from '../../engine/compile/compile'
import { readDocument } from '../../engine/graph/read'
import type { Document, Path } from '../../engine/graph/document'
import { createOwnLayers } from '../../engine/layers/own-layers'
import type { WeightSet } from '../../engine/session/protocol'
import { catalogue } from '../../nodes/catalogue'
import type { Spec } from '../../nodes/kit/spec'
import { concrete, weightsOf } from './case'
import type { Name } from './job'
import { indices, reals, type Numbers } from './numbers'
import { read, weightSet, type Values } from './ours'

export interface ModelPass {
  readonly plan: Plan
  readonly weights: WeightSet
  /** By `path:port`, in the order of the model's inputs. */
  readonly inputs: Readonly<Record<Name, Numbers>>
  readonly predictions: Readonly<Record<Name, Values>>
}

const samples = 3
const places = 4

export function nameOf({ path, port }: Ref): Name {
  return `${path}:${port}`
}

/** How many different tokens every embedding knows. */
function vocabulary(plan: Plan): number {
  const sizes = plan.steps.flatMap((step) => Number(step.params['vocabulary'] ?? Infinity))
  return Math.min(...sizes, 1000)
}

function numbersFor(plan: Plan, name: Name, spec: Spec): Numbers {
  const shape = concrete(spec, samples, places)
  return spec.dtype === 'int32' ? indices(name, shape, vocabulary(plan)) : reals(name, shape)
}

/** Numbers of every source, by `path:port`: those given, else drawn by name. */
function sources(name: string, plan: Plan, given: Readonly<Record<Name, Numbers>>) {
  const numbers = new Map<Name, Numbers>()
  const feeds = new Map<Path, Ports>()
  for (const step of plan.steps) {
    const { role } = step.definition
    if (role !== 'data' && !(role === 'input' && Object.keys(step.inputs).length === 0)) continue
    const ports = Object.entries(step.outputs).map(([port, spec]) => {
      const at = nameOf({ path: step.path, port })
      const fed = given[at] ?? numbersFor(plan, `${name}-${at}`, spec)
      numbers.set(at, fed)
      return [port, tf.tensor([...fed.values], [...fed.shape], spec.dtype)] as const
    })
    feeds.set(step.path, Object.fromEntries(ports))
  }
  return { numbers, feeds }
}

/** One pass in evaluation, on the current backend. `given`: numbers of sources, by `path:port`. */
export async function modelPass(
  name: string,
  document: Document,
  given: Readonly<Record<Name, Numbers>> = {},
): Promise<ModelPass> {
  const { plan, ok, problems } = analyse(document, catalogue)
  if (!ok) throw new Error(`${name}: ${problems.map(({ message }) => message).join('\n')}`)
  const network = compile(plan, {
    tf,
    own: (path) => createOwnLayers(tf, { seed: 1, path }),
    weights: weightSet(weightsOf(plan, 0.3)),
  })
  if ('refused' in network) throw new Error(`${name}: ${network.refused}`)
  const { numbers, feeds } = sources(name, plan, given)
  const random = (path: Path) => {
    const draw = (shape: readonly number[]) => {
      const drawn = reals(`${name}-${path}`, shape)
      return tf.tensor([...drawn.values], [...shape])
    }
    return { uniform: draw, normal: draw }
  }
  const { inputs, outputs } = plan.model
  const refs = [...inputs, ...outputs]
  const size = [...numbers.values()][0]?.shape[0] ?? samples
  const tensors = tf.tidy(() => {
    const pass = { training: false, updateStatistics: () => false, batchSize: size, random }
    const results = network.run(
      refs.map(({ path }) => path),
      feeds,
      pass,
    )
    return refs.map(({ path, port }) => {
      const value = results.get(path)?.[port]
      if (value === undefined) throw new Error(`${name}: the model gave no ${path}:${port}.`)
      return tf.clone(value)
    })
  })
  const values = await Promise.all(tensors.map(read))
  const weights = await network.weights()
  const flowing = inputs.map((ref, index): [Name, Numbers] => {
    const dtype = plan.byPath.get(ref.path)?.outputs[ref.port]?.dtype ?? 'float32'
    return [nameOf(ref), numbers.get(nameOf(ref)) ?? { dtype, ...(values[index] as Values) }]
  })
  tf.dispose(tensors)
  tf.dispose([...feeds.values()].flatMap((ports) => Object.values(ports)))
  network.dispose()
  return {
    plan,
    weights,
    inputs: Object.fromEntries(flowing),
    predictions: Object.fromEntries(
      outputs.map((ref, index) => [nameOf(ref), values[inputs.length + index] as Values]),
    ),
  }
}

export function examples(): readonly (readonly [string, Document])[] {
  const folder = new URL('../../examples/', import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.wiregrad'))
  return files.map((file) => {
    const found = readDocument(readFileSync(new URL(file, folder), 'utf8'))
    if (!found.ok) throw new Error(`${file}: ${found.message}`)
    return [file.replace('.wiregrad', ''), found.document] as const
  })
}
