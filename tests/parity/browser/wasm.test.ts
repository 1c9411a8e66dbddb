/** Every node type, network and optimiser, on wasm by our functions and repairs. */
import { compareInBrowser } from './compare'

compareInBrowser('wasm', () => true)
