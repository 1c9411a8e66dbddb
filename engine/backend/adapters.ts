/**
 * What the machine has to compute with, found out without starting a backend: tfjs would take any adapter, software
 * ones too, and call it a GPU.
 */

/** A WebGPU adapter or WebGL renderer. */
export interface Adapter {
  /** What it calls itself, e.g. `Apple M3`; never empty. */
  readonly name: string
  /** It runs on the processor, and slower than WebAssembly does. */
  readonly software: boolean
}

/** The two questions that need a browser; Node answers null to both. */
export interface Hardware {
  webgpu(): Promise<Adapter | null>
  webgl(): Promise<Adapter | null>
}

export const noHardware: Hardware = { webgpu: async () => null, webgl: async () => null }

const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|basic render|software|\bwarp\b/i

/** Whether an adapter's own description names a software renderer. */
export function isSoftwareName(description: string): boolean {
  return softwareNames.test(description)
}

/** The part of a GPUAdapter that is looked at; browsers differ in which of it they have. */
export interface AdapterLike {
  readonly isFallbackAdapter?: boolean
  readonly info?: {
    readonly vendor?: string
    readonly architecture?: string
    readonly device?: string
    readonly description?: string
    readonly isFallbackAdapter?: boolean
  }
}

/** Name and kind of a WebGPU adapter. */
export function describeAdapter(adapter: AdapterLike): Adapter {
  const { vendor, architecture, device, description } = adapter.info ?? {}
  const words = [description, device, vendor, architecture].filter(
    (word) => word !== undefined && word !== '',
  )
  const fallback = adapter.isFallbackAdapter === true || adapter.info?.isFallbackAdapter === true
  const name = description !== undefined && description !== '' ? description : [...new Set(words)].join(' ')
  return {
    name:
      isSoftwareName(words.join(' ')) && !isSoftwareName(name) ? words.join(' ') : name || 'unnamed adapter',
    software: fallback || isSoftwareName(words.join(' ')),
  }
}

/** Looks at the browser this runs in; safe to call in a worker. */
export function browserHardware(scope: {
  readonly navigator?: { readonly gpu?: { requestAdapter(options?: object): Promise<AdapterLike | null> } }
  readonly OffscreenCanvas?: new (width: number, height: number) => OffscreenCanvas
}): Hardware {
  return {
    async webgpu() {
      try {
        const adapter = await scope.navigator?.gpu?.requestAdapter({ powerPreference: 'high-performance' })
        return adapter ? describeAdapter(adapter) : null
      } catch {
        return null
      }
    },
    async webgl() {
      try {
        if (scope.OffscreenCanvas === undefined) return null
        const gl = new scope.OffscreenCanvas(1, 1).getContext('webgl2')
        if (gl === null) return null
        const unmasked = gl.getExtension('WEBGL_debug_renderer_info')
        const name = String(
          gl.getParameter(unmasked === null ? gl.RENDERER : unmasked.UNMASKED_RENDERER_WEBGL),
        )
        gl.getExtension('WEBGL_lose_context')?.loseContext()
        return { name, software: isSoftwareName(name) }
      } catch {
        return null
      }
    },
  }
}
