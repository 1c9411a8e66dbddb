/**
 * The file that ships beside an exported model with layers of ours. It is the text of the function that runs here, so
 * that the two cannot differ; the bundler has already made plain JavaScript of it.
 */
import type { ComputedSource } from '../../nodes/kit/own'
import { registerWiregradLayers } from './registration'

/** Name of the file beside `model.json`. */
export const registrationFile = 'wiregrad-layers.js'

/**
 * An ES module with one export, `registerWiregradLayers(tf)`.
 *
 * @param sources how the computed layers of this model compute, by node type
 */
export function registrationSource(sources: Readonly<Record<string, ComputedSource>>): string {
  const nodes = Object.entries(sources).map(([type, { compute, uses }]) => {
    const shared = Object.entries(uses).map(([name, use]) => `${name}: ${use.toString()}`)
    return `  ${JSON.stringify(type)}: { compute: ${compute.toString()}, uses: { ${shared.join(', ')} } },`
  })
  return [
    '// Layers of a model made with Wiregrad (MIT). Before opening the model:',
    "//   import { registerWiregradLayers } from './wiregrad-layers.js'",
    '//   registerWiregradLayers(tf)',
    "//   const model = await tf.loadLayersModel('model.json')",
    'const sources = {',
    ...nodes,
    '}',
    `const register = ${registerWiregradLayers.toString()}`,
    'const registerAll = (tf) => register(tf, sources)',
    'export { registerAll as registerWiregradLayers }',
    '',
  ].join('\n')
}
