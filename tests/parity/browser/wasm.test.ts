/** Every node type, network and optimiser, on wasm as the engine repairs it. */
import { compareInBrowser } from './compare'

compareInBrowser('wasm', () => true)
