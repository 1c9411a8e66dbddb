/**
 * The file that ships beside an exported model with layers of ours. It is the text of the function that runs here, so
 * that the two cannot differ; the bundler has already made plain JavaScript of it.
 */
import { registerWiregradLayers } from './registration'

/** Name of the file beside `model.json`. */
export const registrationFile = 'wiregrad-layers.js'

/** An ES module with one export, `registerWiregradLayers(tf)`. */
export function registrationSource(): string {
  return [
    '// Layers of a model made with Wiregrad (MIT). Before opening the model:',
    "//   import { registerWiregradLayers } from './wiregrad-layers.js'",
    '//   registerWiregradLayers(tf)',
    "//   const model = await tf.loadLayersModel('model.json')",
    `const register = ${registerWiregradLayers.toString()}`,
    'export { register as registerWiregradLayers }',
    '',
  ].join('\n')
}
