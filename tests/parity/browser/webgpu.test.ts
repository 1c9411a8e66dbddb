/** Every node type, network and optimiser. */
import { compareInBrowser } from './compare'

compareInBrowser('webgpu', () => true)
