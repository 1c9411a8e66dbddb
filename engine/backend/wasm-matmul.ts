/** Matrix products of the WebAssembly backend: a transposed argument is transposed first, which is ten times as fast. */
import { product } from './sizes'
import { view, type Info, type Kernel, type Toolbox } from './wasm-toolbox'

/** a @ b for matrices [n, k], [k, m], transposing first what is to be transposed: only the plain case is fast. */
export function matMul(
  box: Toolbox,
  stock: Kernel,
  a: Info,
  b: Info,
  transposeA: boolean,
  transposeB: boolean,
): Info {
  const left = transposeA ? box.run('Transpose', { x: a }, { perm: [1, 0] }) : a
  const right = transposeB ? box.run('Transpose', { x: b }, { perm: [1, 0] }) : b
  const result = stock({
    inputs: { a: view(left, [1, ...left.shape]), b: view(right, [1, ...right.shape]) },
    backend: box.backend,
    attrs: { transposeA: false, transposeB: false },
  })
  if (transposeA) box.free(left)
  if (transposeB) box.free(right)
  return view(result, [left.shape[0] ?? 0, right.shape[1] ?? 0])
}

export function batchMatMul(box: Toolbox, stock: Kernel): Kernel {
  return ({ inputs, backend, attrs }) => {
    const { a, b } = inputs as { a: Info; b: Info }
    const transposeA = attrs['transposeA'] as boolean
    const transposeB = attrs['transposeB'] as boolean
    const plain =
      product(a.shape.slice(0, -2)) === 1 && product(b.shape.slice(0, -2)) === 1 && a.dtype === 'float32'
    if (!plain || !(transposeA || transposeB)) return stock({ inputs, backend, attrs })
    const result = matMul(
      box,
      stock,
      view(a, a.shape.slice(-2)),
      view(b, b.shape.slice(-2)),
      transposeA,
      transposeB,
    )
    return view(result, [...a.shape.slice(0, -2), ...result.shape])
  }
}
