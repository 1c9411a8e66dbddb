/** The bends of a Transformer's feed-forward part: those of the activation node that need no settings. */
import type { ActivationSettings } from './activation-functions'
import { choice } from './fields'

/** `gelu` is the exact one (erf), `gelu-tanh` the approximation of GPT-2; `swish` is SiLU. */
export const feedActivations = ['relu', 'gelu', 'gelu-tanh', 'swish', 'tanh', 'sigmoid', 'linear'] as const

export type FeedActivation = (typeof feedActivations)[number]

export function feedActivationField(o: { readonly initial: FeedActivation; readonly doc: string }) {
  return choice(feedActivations, o)
}

/** What every function of the list is told; none of them reads anything but its name. */
export function feedSettings(name: FeedActivation): ActivationSettings {
  return { function: name, slope: 0, alpha: 1, threshold: 0, value: 0, axis: -1 }
}

/** Python source of `bend(x, name)`, for helpers that get the name of an activation. */
export const torchBend = `def bend(x, name):
    """The activation between the two maps of a feed-forward part."""
    if name == "relu":
        return F.relu(x)
    if name == "gelu":
        return F.gelu(x)
    if name == "gelu-tanh":
        return F.gelu(x, approximate="tanh")
    if name == "swish":
        return F.silu(x)
    if name == "tanh":
        return torch.tanh(x)
    if name == "sigmoid":
        return torch.sigmoid(x)
    return x
`
