/**
 * What a class of Keras becomes here, and a reader for its settings: each setting must be one that our node has, or be at
 * the value that our node always uses. The first that is not is the reason why the layer stays locked.
 */
import type { Activation } from '../../../nodes/kit/activations'
import type { Initialiser } from '../../../nodes/kit/initialiser'
import { refuse, type Refusal, type Spec } from '../../../nodes/kit/spec'
import type { Json } from '../../../nodes/kit/torch'
import { activationHere } from './activations'
import {
  tensorsOf,
  type Argument,
  type Config,
  type Dialect,
  type ForeignCall,
  type ForeignTensor,
} from './foreign'
import { initialiserHere } from './initialisers'

/** A variable of Keras in its own order, and the weights of ours that it becomes. */
export interface KnownVariable {
  /** Place in the store of a `.keras` file. */
  readonly path: string
  /** Several are cut from it along axis 0. */
  readonly weights: readonly string[]
  /** Axes reordered on the way: axis `permute[i]` of theirs becomes axis i. */
  readonly permute?: readonly number[]
}

/** A node of ours. */
export interface Known {
  readonly type: string
  /** Settings that differ from a fresh node's. */
  readonly params: Readonly<Record<string, unknown>>
  /** The settings stand as a layer of ours kept them, with what was worked out of them. */
  readonly ours?: boolean
  /** By port; left out where the one input goes to the one port. */
  readonly inputs?: Readonly<Record<string, Argument>>
  /** Our output port of each of theirs; left out, all in order. */
  readonly outputs?: readonly string[]
  readonly variables?: readonly KnownVariable[]
  /** Weights that the layer does not have and our node does: this number everywhere. */
  readonly filled?: Readonly<Record<string, number>>
  /** What is not quite as it was, for the node's note. */
  readonly note?: string
  /** Nodes that follow the first output, each with one input: an activation that the layer itself does not have here. */
  readonly after?: readonly FollowingNode[]
}

export interface FollowingNode {
  readonly type: string
  readonly params: Readonly<Record<string, unknown>>
}

/** A layer of Keras and one call of it. */
export interface Asked {
  readonly className: string
  readonly config: Config
  readonly dialect: Dialect
  readonly call: ForeignCall
  /** Of `tensorsOf(call)`; null behind a layer that is not known. */
  readonly specs: readonly (Spec | null)[]
}

export type Rule = (asked: Asked) => Known | Refusal

function shown(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function sameJson(a: Json | undefined, b: Json): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Reads the settings of one layer; what it cannot take is kept as the reason. */
export function settingsOf({ config, dialect, call, specs }: Asked) {
  let problem: string | null = null
  const after: FollowingNode[] = []
  const note = (sentence: string): void => {
    problem ??= sentence
  }
  const odd = (name: string): void => note(`Its ${name} is ${shown(config[name])}, which no node here has.`)
  const settings = {
    note,
    number(name: string, fallback: number): number {
      const value = config[name] ?? fallback
      if (typeof value === 'number') return value
      odd(name)
      return fallback
    },
    flag(name: string, fallback: boolean): boolean {
      const value = config[name] ?? fallback
      if (typeof value === 'boolean') return value
      odd(name)
      return fallback
    },
    word<const W extends readonly [string, ...string[]]>(
      name: string,
      allowed: W,
      fallback: W[number],
    ): W[number] {
      const value = config[name] ?? fallback
      if (typeof value === 'string' && allowed.includes(value)) return value
      odd(name)
      return fallback
    },
    /** One size for every axis, or one for all. */
    sizes(name: string, length: number, fallback: Json = 1): readonly number[] {
      const value = config[name] ?? fallback
      const list = Array.isArray(value) ? (value as Json[]) : Array.from({ length }, () => value)
      if (list.length === length && list.every((one) => typeof one === 'number')) return list
      odd(name)
      return Array.from({ length }, () => 1)
    },
    /** Must be one of these values, or be left out. */
    only(name: string, ...values: readonly Json[]): void {
      const value = config[name]
      if (value !== undefined && !values.some((one) => sameJson(value, one))) odd(name)
    },
    /** The axis of features, whichever way it is written. */
    lastAxis(name = 'axis'): void {
      const value = config[name] ?? -1
      const axes = Array.isArray(value) ? (value as Json[]) : [value]
      const rank = specs[0]?.shape.length
      const isLast = axes.length === 1 && (axes[0] === -1 || rank === undefined || axes[0] === rank - 1)
      if (!isLast) odd(name)
    },
    /** The layer's own activation where it has one of that name here, else `linear` and a node that follows. */
    activation<A extends string = Activation>(own: readonly A[], name = 'activation'): A {
      const found = activationHere(config[name] ?? 'linear', dialect)
      if (found === null) odd(name)
      else if (own.includes(found.function as A) && Object.keys(found).length === 1)
        return found.function as A
      else after.push({ type: 'activation', params: found })
      return 'linear' as A
    },
    /** A gate or cell cannot have its activation behind it. */
    inner<A extends string>(own: readonly A[], name: string, fallback: A): A {
      const found = activationHere(config[name] ?? fallback, dialect)
      if (found !== null && own.includes(found.function as A) && Object.keys(found).length === 1)
        return found.function as A
      odd(name)
      return fallback
    },
    /** `{ [ours]: initialiser }`, nothing where it has no counterpart: the weights come with the file. */
    initialiser(name: string, ours: string): Readonly<Record<string, Initialiser>> {
      const found = initialiserHere(config[name])
      return found === null ? {} : { [ours]: found }
    },
    /** Only these keywords may be given in the call. */
    keywords(...allowed: readonly string[]): void {
      const harmless = new Set(['training', ...allowed])
      for (const [name, value] of Object.entries(call.keywords)) {
        if (!harmless.has(name) && value !== null && value !== false)
          note(`It is called with ${name}, which no node here has.`)
      }
    },
    known(known: Known): Known | Refusal {
      return problem === null ? { ...known, after } : refuse(problem)
    },
  }
  return settings
}

/** The only tensor of a call, for layers that take one. */
export function single({ call }: Asked): ForeignTensor | Refusal {
  const [first, ...others] = tensorsOf(call)
  return first === undefined || others.length > 0
    ? refuse(`It is called with ${others.length + (first === undefined ? 0 : 1)} values, but one is wanted.`)
    : first
}

/** Variables in their order, each one weight, in a room of the store. */
export function variables(weights: readonly string[], room = ''): readonly KnownVariable[] {
  return weights.map((weight, at) => ({ path: `${room}vars/${at}`, weights: [weight] }))
}
