/** What the compiled module offers. Every function works on the heap alone; offsets are bytes, sizes are floats. */
export { headProducts, reach, scaleBy, wallOff } from './attend'
export { convolve, gatherRows, maxPoolBack, segmentSum, windows } from './convolve'
export { bend, bendBack } from './functions'
export { copyNumbers, measureChange, measureMoments, measureNorm, measureOutput } from './measure'
export { clipScale, optimise, squares } from './optimise'
export { product, products, productScratch } from './product'
export { uniforms } from './random'
export {
  columnSums,
  entropy,
  entropyBack,
  mean,
  meanBack,
  normalise,
  normaliseBack,
  normaliseWeights,
  rowSums,
  shift,
  softmax,
  softmaxBack,
} from './rows'
export { walk, walkBack, walkRoom } from './walk'
