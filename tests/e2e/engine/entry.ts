/** What the browser tests of the engine call by name. */
import { cnn, gpt, lstm, mlp } from './documents'
import { compare } from './page'

const nets = { mlp, cnn, lstm, gpt }

export const engineTests = {
  compareNet: (name: keyof typeof nets) => compare(nets[name]()),
}

export type EngineTests = typeof engineTests

Object.assign(globalThis, { engineTests })
