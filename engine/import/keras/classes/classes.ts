/** Every class of Keras and tfjs that has a counterpart here. What is not listed becomes a locked node. */
import type { Rule } from '../known'
import { coreClasses } from './core'
import { imageClasses } from './image'
import { ownClasses } from './own'
import { sequenceClasses } from './sequence'

export const knownClasses: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...coreClasses, ...imageClasses, ...sequenceClasses, ...ownClasses }),
)
