/**
 * How a node is written in PyTorch: the module, its arguments, and where each of our weights goes in its state dict.
 * The mapping is data, not code, so that one table serves the exporter and the importer.
 */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** One of our weights on its way into a PyTorch tensor: reshaped first, then permuted. */
export interface TorchPart {
  readonly weight: string
  /** Shape to reinterpret our weight as, before the permutation. */
  readonly reshape?: readonly number[]
  readonly permute?: readonly number[]
  /** Shape to reinterpret the result as, after the permutation. */
  readonly then?: readonly number[]
}

/** One entry of the module's state dict. */
export type TorchTensor =
  | { readonly name: string; readonly parts: readonly TorchPart[] /** concatenated along axis 0 */ }
  | { readonly name: string; readonly zeros: readonly number[]; readonly dtype: 'F32' | 'I64' }

/** A plain function of PyTorch with the arguments that follow its input: `F.relu`, `F.pad`. */
export interface TorchFunction {
  readonly call: string
  readonly args: { readonly [name: string]: Json }
}

/**
 * The PyTorch side of a node. `call` is a module of `torch.nn` (`nn.Linear`), a function (`F.relu`, `torch.cat`), or a
 * helper that the exporter writes into the project (`wiregrad.NAME`) where PyTorch has nothing that gives our numbers.
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
}
