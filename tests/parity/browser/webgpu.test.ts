/** Every node type, network and optimiser. */
import { compareOnWebgpu } from './compare'

compareOnWebgpu(() => true)
