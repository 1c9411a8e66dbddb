/** The jobs of `curves.ts` with the weights that the seed gives and the samples that the engine reads; in Node. */
import { createHash } from 'node:crypto'
import { tf } from '../../engine/backend/tfjs'
import { compile } from '../../engine/compile/compile'
import { loadData } from '../../engine/data/load-data'
import { createOwnLayers } from '../../engine/layers/own-layers'
import type { Given } from '../bench/steps/stock-nets'
import { jobOf, planOf } from './case'
import { curveCase, curveDocument, type CurveName } from './curves'
import type { Job } from './job'
import type { Numbers } from './numbers'

export async function curveJob(name: CurveName): Promise<Job> {
  if (!(await tf.setBackend('cpu'))) throw new Error('tfjs has no plain JavaScript backend.')
  const empty = curveCase(name, {})
  const plan = planOf(empty)
  const { seed } = curveDocument(name).training
  const compiled = compile(plan, { tf, own: (path) => createOwnLayers(tf, { seed, path }), weights: null })
  if ('refused' in compiled) throw new Error(compiled.refused)
  const weights = await compiled.weights()
  compiled.dispose()
  const loaded = await loadData(plan, [], () => Promise.reject(new Error('No files here.')))
  if ('refused' in loaded) throw new Error(loaded.refused)
  const numbers = (shape: readonly number[], values: Float32Array | Int32Array): Numbers => ({
    dtype: values instanceof Int32Array ? 'int32' : 'float32',
    shape,
    values: Array.from(values),
  })
  const feeds = Object.fromEntries(
    loaded.nodes.flatMap(({ path, x, y }) =>
      Object.entries({ x, ...(y === null ? {} : { y }) }).map(([port, { shape, values }]) => [
        `${path}:${port}`,
        numbers([loaded.samples, ...shape], values),
      ]),
    ),
  )
  const set = Object.entries(weights).map(
    ([key, { shape, values }]) => [key, numbers(shape, values)] as const,
  )
  return { ...jobOf({ ...empty, feeds }), weights: Object.fromEntries(set) }
}

/** The job as nets of others are given it. */
export async function curveGiven(name: CurveName): Promise<Given> {
  const { feeds, weights } = await curveJob(name)
  const { x, y } = { x: feeds['data:x'], y: feeds['data:y'] }
  if (x === undefined || y === undefined) throw new Error(`The net ${name} was given no samples.`)
  const width = y.shape.at(-1) ?? 1
  const classes =
    y.dtype === 'int32' ? y.values : y.values.flatMap((value, at) => (value === 1 ? [at % width] : []))
  return {
    x: x.values,
    y: classes,
    weights: Object.fromEntries(Object.entries(weights).map(([key, { values }]) => [key, values])),
  }
}

export function hashOf(job: Job): string {
  return createHash('sha256').update(JSON.stringify(job)).digest('hex')
}
