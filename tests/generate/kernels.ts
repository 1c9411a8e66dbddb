/** engine/backend/wasm/binary.ts, compiled from the AssemblyScript beside it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The compiler's interface, as far as it is used: its own types declare the language's globals, for all our files. */
interface Compiler {
  main(
    args: readonly string[],
    files: {
      readonly readFile: (name: string) => string | null
      readonly writeFile: (name: string, contents: Uint8Array | string) => void
      readonly listFiles: () => readonly string[]
    },
  ): Promise<{ readonly error: Error | null }>
}
const compiler: string = 'assemblyscript/asc'
const { default: asc } = (await import(compiler)) as { default: Compiler }

export const kernelsFile = 'engine/backend/wasm/binary.ts'

const folder = fileURLToPath(new URL('../../engine/backend/wasm/assembly/', import.meta.url))

/** No run-time and no memory of its own: all that there is stands in the heap of tfjs's backend. */
const options = [
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--noAssert', '-O3', '--use', 'abort='],
  // "Exchange of v128 is not supported": none is exchanged, they go from file to file.
  ...['--disableWarning', '112'],
]

async function compiled(features: readonly string[]): Promise<string> {
  const enabled = features.flatMap((feature) => ['--enable', feature])
  let binary: Uint8Array | null = null
  const { error } = await asc.main(['kernels.ts', ...options, ...enabled, '--outFile', 'kernels.wasm'], {
    readFile: (name) => {
      try {
        return readFileSync(`${folder}${name}`, 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (_, contents) => {
      if (typeof contents !== 'string') binary = contents
    },
    listFiles: () => [],
  })
  if (error !== null || binary === null)
    throw new Error(`The kernels do not compile: ${error?.message ?? 'nothing was written'}`)
  return Buffer.from(binary).toString('base64')
}

export async function kernelsText(): Promise<string> {
  const simd = await compiled(['simd'])
  const relaxed = await compiled(['simd', 'relaxed-simd'])
  return `/** Made by \`npm run generate\` from assembly/kernels.ts: its WebAssembly, without and with relaxed SIMD. */
export const binaries = {
  simd: '${simd}',
  relaxed: '${relaxed}',
} as const
`
}
