/** Seeded tasks for networks to learn: tables written as CSV, so that they pass through the very reader of the product. */
import type { DataFile } from '../../../engine/session/protocol'
import { stream } from '../../../engine/random/stream'
import type { Dataset } from '../../../nodes/kit/dataset'

/** Random choices of a case, by name. */
export interface Dice {
  readonly seed: number
  uniform(name: string, least: number, most: number): number
  whole(name: string, least: number, most: number): number
  pick<T>(name: string, choices: readonly T[]): T
  normals(name: string, count: number): Float32Array
  order(name: string, count: number): Uint32Array
}

export function diceOf(seed: number): Dice {
  const one = (name: string) => stream(seed, `bench:${name}`, 0).uniforms(1)[0] ?? 0
  return {
    seed,
    uniform: (name, least, most) => least + one(name) * (most - least),
    whole: (name, least, most) => least + Math.floor(one(name) * (most - least + 1)),
    pick: (name, choices) => choices[Math.floor(one(name) * choices.length)] ?? (choices[0] as never),
    normals: (name, count) => stream(seed, `bench:${name}`, 0).normals(count),
    order: (name, count) => stream(seed, `bench:${name}`, 0).permutation(count),
  }
}

/** Rows of features and a target: a class number, or a value. */
export interface Rows {
  readonly x: readonly (readonly number[])[]
  readonly y: readonly number[]
  /** Null for values. */
  readonly classes: number | null
  /** Shape of a sample; empty = as it comes. */
  readonly shape: readonly number[]
}

/** Gaussian clouds around random centres, well apart. */
export function blobs(dice: Dice, samples: number, features: number, classes: number, noise = 1): Rows {
  const centres = dice.normals('centres', classes * features)
  const noises = dice.normals('noise', samples * features)
  const y = Array.from({ length: samples }, (_, row) => row % classes)
  const x = y.map((label, row) =>
    Array.from(
      { length: features },
      (_, column) =>
        1.5 * (centres[label * features + column] ?? 0) + noise * (noises[row * features + column] ?? 0),
    ),
  )
  return mixed(dice, { x, y, classes, shape: [] })
}

/** Rings around each other: no straight line parts them. */
export function rings(dice: Dice, samples: number, classes = 2): Rows {
  const noises = dice.normals('ring', samples * 2)
  const y = Array.from({ length: samples }, (_, row) => row % classes)
  const x = y.map((label, row) => {
    const angle = (2 * Math.PI * row * 0.618) % (2 * Math.PI)
    const radius = 0.5 + label + 0.1 * (noises[2 * row] ?? 0)
    return [radius * Math.cos(angle), radius * Math.sin(angle)]
  })
  return mixed(dice, { x, y, classes, shape: [] })
}

/** A smooth function of some features, with a little noise; mean 0 and deviation about 1. */
export function waves(dice: Dice, samples: number, features: number): Rows {
  const values = dice.normals('waves', samples * features)
  const slopes = dice.normals('slopes', features)
  const noises = dice.normals('noise', samples)
  const x = Array.from({ length: samples }, (_, row) => [
    ...values.subarray(row * features, (row + 1) * features),
  ])
  const y = x.map((row, at) => {
    const sum = row.reduce((total, value, column) => total + value * (slopes[column] ?? 0), 0)
    return Math.sin(1.5 * (row[0] ?? 0)) + sum / Math.sqrt(features) + 0.1 * (noises[at] ?? 0)
  })
  return { x, y, classes: null, shape: [] }
}

/** Images of 8 × 8 × 1 with a bright bar whose place and direction name the class. */
export function bars(dice: Dice, samples: number, classes: number, noise = 0.25): Rows {
  const noises = dice.normals('pixels', samples * 64)
  const y = Array.from({ length: samples }, (_, row) => row % classes)
  const x = y.map((label, row) =>
    Array.from({ length: 64 }, (_, pixel) => {
      const line = label % 2 === 0 ? Math.floor(pixel / 8) : pixel % 8
      const on = line === 1 + 2 * Math.floor(label / 2)
      return (on ? 1 : 0) + noise * (noises[row * 64 + pixel] ?? 0)
    }),
  )
  return mixed(dice, { x, y, classes, shape: [8, 8, 1] })
}

/** Sequences of T × F; the class is the feature that is largest on average. */
export function channels(dice: Dice, samples: number, length: number, features: number): Rows {
  const noises = dice.normals('steps', samples * length * features)
  const y = Array.from({ length: samples }, (_, row) => row % features)
  const x = y.map((label, row) =>
    Array.from({ length: length * features }, (_, at) => {
      const value = noises[row * length * features + at] ?? 0
      return 0.7 * value + (at % features === label ? 1 : 0)
    }),
  )
  return mixed(dice, { x, y, classes: features, shape: [length, features] })
}

/** The same rows in random order. */
export function mixed(dice: Dice, rows: Rows): Rows {
  const order = [...dice.order('rows', rows.y.length)]
  return {
    ...rows,
    x: order.map((at) => rows.x[at] ?? []),
    y: order.map((at) => rows.y[at] ?? 0),
  }
}

const nameOf = (column: number) => `f${column + 1}`

/** The table of a data node and the file that holds its rows. */
export function tableOf(rows: Rows): { readonly dataset: Dataset; readonly file: DataFile } {
  const features = (rows.x[0] ?? []).map((_, column) => nameOf(column))
  const target = (value: number) => (rows.classes === null ? String(value) : `c${value}`)
  const text = [
    [...features, 'target'].join(','),
    ...rows.x.map((row, at) => [...row.map((value) => String(value)), target(rows.y[at] ?? 0)].join(',')),
  ].join('\n')
  const dataset: Dataset = {
    kind: 'table',
    file: 'rows.csv',
    features,
    target: 'target',
    task: rows.classes === null ? 'value' : 'classes',
    classes: rows.classes === null ? [] : Array.from({ length: rows.classes }, (_, k) => `c${k}`),
    hash: '',
  }
  return {
    dataset,
    file: { node: 'data', name: 'rows.csv', bytes: new TextEncoder().encode(text) },
  }
}
