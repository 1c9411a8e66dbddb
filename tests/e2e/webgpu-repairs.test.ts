/**
 * Node types whose shaders tfjs writes wrongly (engine/backend/webgpu/repairs.ts), and one whose truths tfjs hands over as
 * floats without changing their bits, and those that are products of our own: right on the browser's WebGPU. All others are compared by `npm run parity`.
 */
import { compareInBrowser } from '../parity/browser/compare'

const repaired = [
  'conv1d',
  'conv2d',
  'dense',
  'expression',
  'group-norm',
  'precision',
  'split',
  'zero-padding3d',
]

compareInBrowser('webgpu', (file) => repaired.includes(file.replace(/^types\//, '')))
