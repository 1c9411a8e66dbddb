/** Every class of Keras and tfjs that has a counterpart here. What is not listed becomes a locked node. */
import type { Rule } from '../known'
import { coreClasses } from './core'
import { imageClasses } from './image'
import { normClasses } from './norm'
import { ownClasses } from './own'
import { sequenceClasses } from './sequence'
import { shapeClasses } from './shape'

export const knownClasses: ReadonlyMap<string, Rule> = new Map(
  Object.entries({
    ...coreClasses,
    ...normClasses,
    ...shapeClasses,
    ...imageClasses,
    ...sequenceClasses,
    ...ownClasses,
  }),
)
