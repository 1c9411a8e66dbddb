/**
 * How a node is written in PyTorch: the module, its arguments, and where each of our weights goes in its state dict.
 * The mapping is data, not code, so that one table serves the exporter and the importer.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/**
 * How one of our weights is turned on its way into another framework: reshaped first, then permuted, then reshaped, then
 * its blocks put in order.
 */
export interface WeightLayout {
  /** Shape to reinterpret our weight as, before the permutation. */
  readonly reshape?: readonly number[]
  readonly permute?: readonly number[]
  /** Shape to reinterpret the result as, after the permutation. */
  readonly then?: readonly number[]
  /** Axis 0 of the result is cut into this many equal blocks, which go in this order: another order of gates. */
  readonly blocks?: readonly number[]
}

/** One of our weights on its way into a PyTorch tensor. */
export interface TorchPart extends WeightLayout {
  readonly weight: string
}

/** One entry of the module's state dict. */
export type TorchTensor =
  | { readonly name: string; readonly parts: readonly TorchPart[] /** concatenated along axis 0 */ }
  | {
      readonly name: string
      readonly zeros: readonly number[]
      readonly dtype: 'F32' | 'I64'
      /** The tensor to which PyTorch only adds this one: other people's values go there. */
      readonly addsTo?: string
    }

/** A plain function of PyTorch with the arguments that follow its input: `F.relu`, `F.pad`. */
export interface TorchFunction {
  readonly call: string
  readonly args: { readonly [name: string]: Json }
}

/**
 * The PyTorch side of a node. `call` is a module of `torch.nn` (`nn.Linear`), a function (`F.relu`, `torch.cat`), or a
 * helper (`wiregrad.NAME`, whose Python source stands in `helpers`) where PyTorch has nothing that gives our numbers.
 *
 * A module is made with `args` and called with the wired inputs; a function is called with the inputs and `args`.
 * Inputs come by position, in the order of the definition's ports: a list port as one Python list, an open optional
 * port as `None` where a wired one follows it. Several outputs come back as a tuple in the order of the ports.
 */
export interface TorchEmit {
  readonly call: string
  readonly args: { readonly [name: string]: Json }
  readonly tensors: readonly TorchTensor[]
  /** Applied to the input first, e.g. the padding that `same` means here. */
  readonly before?: TorchFunction
  /** Arguments of the module's call, as against its constructor's. */
  readonly forward?: { readonly [name: string]: Json }
  /** Applied to the result, e.g. an activation. */
  readonly after?: TorchFunction
  /**
   * Values travel channels-last everywhere; this module wants the channels at axis 1: its inputs (of rank 3 and more)
   * are turned round before it (and before `before`), its result (of rank 3 and more) back after it (before `after`).
   */
  readonly channelsFirst?: boolean
  /** The number of samples comes before the inputs: what draws from nothing (noise) cannot know it otherwise. */
  readonly takesBatchSize?: boolean
  /**
   * Python source of the helpers that are called: functions, or classes of `nn.Module` (whose names begin with a
   * capital), in a module that has `math`, `torch`, `torch.nn as nn` and `torch.nn.functional as F`. Texts that several
   * nodes share are constants of the kit, so that each is written once: no two texts may define one name. What is used
   * stands before what uses it. Must run on PyTorch 1.13 and later.
   */
  readonly helpers?: readonly string[]
}
