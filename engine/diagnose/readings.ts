/**
 * The probes of one run as they are shown: smoothed, relative to the layers nearest the loss, by path. The overlay, the
 * depth chart and the inspector read the same object, so they cannot disagree.
 */
import type { Plan, WirePath } from '../analyse/plan'
import type { Path } from '../graph/document'
import { decades, flow, flowReference, longestPath, wireDepths } from './flow'
import { createSmoother, type Smoother } from './smooth'

/** Order of the numbers in a sample. */
export interface SampleLayout {
  readonly layers: readonly Path[]
  /** Weighted layers before each. */
  readonly depth: readonly number[]
  readonly wires: readonly WirePath[]
  /** Nodes whose output is measured. */
  readonly outputs: readonly Path[]
}

type Numbers<K extends string> = { readonly [S in K]: ArrayLike<number> }
type LayerSignal =
  | 'gradNorm'
  | 'gradRms'
  | 'gradMean'
  | 'gradStd'
  | 'gradZeroShare'
  | 'gradNonFinite'
  | 'weightNorm'
  | 'relativeGradient'
  | 'updateRatio'
type OutputSignal =
  | 'outputRms'
  | 'outputMean'
  | 'outputStd'
  | 'outputZeroShare'
  | 'outputNonFinite'
  | 'deadShare'
  | 'saturatedShare'

/** Numbers of one probe; -1 = no value. */
export interface Sample extends Numbers<LayerSignal | OutputSignal | 'wireRms' | 'forwardRms'> {
  readonly step: number
  readonly trainingStep: number
}

/** Numbers of a node's weights as measured, and some of them smoothed. */
export interface LayerReading extends Readonly<Record<LayerSignal, number>> {
  readonly path: Path
  /** The training step that it is about. */
  readonly trainingStep: number
  /** Smoothed. */
  readonly shownRelative: number
  readonly shownUpdate: number
  /** Decades of the smoothed relative gradient from the layers nearest the loss. */
  readonly d: number
}

/** Numbers of what a node gives, as measured; `shownRms` smoothed. */
export interface OutputReading extends Readonly<Record<OutputSignal, number>> {
  readonly path: Path
  readonly trainingStep: number
  readonly shownRms: number
}

export interface WireReading {
  /** RMS of what comes back, and of what goes forward. */
  readonly rms: number
  readonly forward: number
  readonly shownForward: number
  /** Smoothed `rms`; -1 where nothing comes back. */
  readonly shown: number
  /** Decades from the wires nearest the loss. */
  readonly d: number
}

export interface Readings {
  /** Step of the newest sample; null before the first. */
  readonly step: number | null
  /** Grows with every change: who remembers what follows from the readings asks whether it still holds. */
  readonly changes: number
  /** Weighted nodes, from the input to the loss. */
  readonly order: readonly Path[]
  add(sample: Sample): void
  /** As it was before the first sample. */
  reset(): void
  /** Null where the node has no weights that this run trains, or nothing was measured yet. */
  layer(path: Path): LayerReading | null
  wire(path: WirePath): WireReading | null
  /** Null where the node's output is not measured. */
  output(path: Path): OutputReading | null
  /** Flow F of the longest path; null with fewer than four layers or nothing measured. */
  flow(): number | null
}

/** One training step's numbers: steps of a GAN train different nodes and must not be mixed. */
interface Channel {
  sample: Sample
  readonly relative: Smoother
  readonly update: Smoother
  readonly wires: Smoother
  readonly forward: Smoother
  readonly outputs: Smoother
  layerReference: number | null
  wireReference: number | null
}

const missing = -1

/**
 * @param layout order of the numbers, as the run announced it
 * @param plan of the document that the run trains; tells embedding tables (left out of references) and the depth of wires
 */
export function createReadings(layout: SampleLayout, plan: Plan): Readings {
  const channels = new Map<number, Channel>()
  const layerIndex = new Map(layout.layers.map((path, index) => [path, index]))
  const outputIndex = new Map(layout.outputs.map((path, index) => [path, index]))
  const wireIndex = new Map(layout.wires.map((path, index) => [path, index]))
  const depths = wireDepths(plan)
  const wireDepth = layout.wires.map((path) => depths.get(path) ?? 0)
  const tables = new Set(
    layout.layers.flatMap((path, index) =>
      plan.byPath.get(path)?.definition.type === 'embedding' ? [index] : [],
    ),
  )
  const path = longestPath(plan)
  let step: number | null = null
  let changes = 0

  function channelOf(sample: Sample): Channel {
    const there = channels.get(sample.trainingStep)
    if (there !== undefined) return there
    const made: Channel = {
      sample,
      relative: createSmoother(layout.layers.length),
      update: createSmoother(layout.layers.length),
      wires: createSmoother(layout.wires.length),
      forward: createSmoother(layout.wires.length),
      outputs: createSmoother(layout.outputs.length),
      layerReference: null,
      wireReference: null,
    }
    channels.set(sample.trainingStep, made)
    return made
  }

  /** The first training step in which the entry has a value: a fixed choice, so that the picture does not flicker. */
  function first(has: (channel: Channel) => boolean): Channel | null {
    for (const [, channel] of [...channels].sort(([a], [b]) => a - b)) if (has(channel)) return channel
    return null
  }

  function layer(at: Path): LayerReading | null {
    const index = layerIndex.get(at)
    if (index === undefined) return null
    const channel = first(({ sample }) => sample.gradNorm[index] !== missing)
    if (channel === null) return null
    const { sample, relative, update, layerReference } = channel
    const shownRelative = relative.values[index] ?? missing
    const of = (signal: LayerSignal) => sample[signal][index] ?? missing
    return {
      path: at,
      trainingStep: sample.trainingStep,
      gradNorm: of('gradNorm'),
      gradRms: of('gradRms'),
      gradMean: of('gradMean'),
      gradStd: of('gradStd'),
      gradZeroShare: of('gradZeroShare'),
      gradNonFinite: of('gradNonFinite'),
      weightNorm: of('weightNorm'),
      relativeGradient: of('relativeGradient'),
      updateRatio: of('updateRatio'),
      shownRelative,
      shownUpdate: update.values[index] ?? missing,
      d: decades(shownRelative, layerReference),
    }
  }

  function output(at: Path): OutputReading | null {
    const index = outputIndex.get(at)
    if (index === undefined) return null
    const channel = first(({ sample }) => sample.outputRms[index] !== missing)
    if (channel === null) return null
    const { sample, outputs } = channel
    const of = (signal: OutputSignal) => sample[signal][index] ?? missing
    return {
      path: at,
      trainingStep: sample.trainingStep,
      shownRms: outputs.values[index] ?? missing,
      outputRms: of('outputRms'),
      outputMean: of('outputMean'),
      outputStd: of('outputStd'),
      outputZeroShare: of('outputZeroShare'),
      outputNonFinite: of('outputNonFinite'),
      deadShare: of('deadShare'),
      saturatedShare: of('saturatedShare'),
    }
  }

  return {
    get step() {
      return step
    },
    get changes() {
      return changes
    },
    order: layout.layers
      .map((at, index) => ({ at, depth: layout.depth[index] ?? 0, index }))
      .sort((a, b) => a.depth - b.depth || a.index - b.index)
      .map(({ at }) => at),
    add(sample) {
      const channel = channelOf(sample)
      channel.sample = sample
      channel.relative.add(sample.relativeGradient)
      channel.update.add(sample.updateRatio)
      channel.wires.add(sample.wireRms)
      channel.forward.add(sample.forwardRms)
      channel.outputs.add(sample.outputRms)
      channel.layerReference = flowReference(channel.relative.values, layout.depth, (index) =>
        tables.has(index),
      )
      channel.wireReference = flowReference(channel.wires.values, wireDepth)
      step = sample.step
      changes += 1
    },
    reset() {
      changes += 1
      channels.clear()
      step = null
    },
    layer,
    output,
    wire(at) {
      const index = wireIndex.get(at)
      if (index === undefined) return null
      const channel =
        first(({ sample }) => sample.wireRms[index] !== missing) ??
        first(({ sample }) => sample.forwardRms[index] !== missing)
      if (channel === null) return null
      const shown = channel.wires.values[index] ?? missing
      return {
        rms: channel.sample.wireRms[index] ?? missing,
        forward: channel.sample.forwardRms[index] ?? missing,
        shownForward: channel.forward.values[index] ?? missing,
        shown,
        d: decades(shown, channel.wireReference),
      }
    },
    flow() {
      const values = path.flatMap((at) => {
        const there = layer(at)
        return there === null ? [] : [there.shownRelative]
      })
      return flow(values)
    },
  }
}
