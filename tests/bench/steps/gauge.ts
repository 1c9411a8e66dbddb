/** What a training step asks of a WebGPU device, counted at the device itself: the same for whoever asks. */

export interface Gauge {
  /** Dispatches since the last look, and how many there were of each kind. */
  dispatches(): { readonly count: number; readonly kinds: Readonly<Record<string, number>> }
  /** The most bytes in buffers at one time so far. */
  peakBytes(): number
  /** Begins to look for the peak anew. */
  restart(): void
  /** Counts no more. */
  end(): void
}

/** Counts from now on, in every device of this place. */
export function startGauge(): Gauge {
  let kinds: Record<string, number> = {}
  const pipelines = new WeakMap<GPUComputePassEncoder, string>()
  let held = 0
  let peak = 0
  // A place without a device is asked for nothing.
  if (typeof GPUComputePassEncoder === 'undefined')
    return {
      dispatches: () => ({ count: 0, kinds }),
      peakBytes: () => peak,
      restart: () => undefined,
      end: () => undefined,
    }
  const passes = GPUComputePassEncoder.prototype
  const { dispatchWorkgroups, setPipeline } = passes
  passes.setPipeline = function (pipeline) {
    pipelines.set(this, pipeline.label)
    return setPipeline.call(this, pipeline)
  }
  passes.dispatchWorkgroups = function (...given) {
    const kind = pipelines.get(this) ?? ''
    kinds[kind] = (kinds[kind] ?? 0) + 1
    return dispatchWorkgroups.apply(this, given)
  }
  const devices = GPUDevice.prototype
  const create = devices.createBuffer
  devices.createBuffer = function (descriptor) {
    const buffer = create.call(this, descriptor)
    const { size } = descriptor
    held += size
    peak = Math.max(peak, held)
    const destroy = buffer.destroy.bind(buffer)
    let alive = true
    buffer.destroy = () => {
      if (alive) held -= size
      alive = false
      return destroy()
    }
    return buffer
  }
  return {
    dispatches() {
      const seen = kinds
      kinds = {}
      return { count: Object.values(seen).reduce((sum, n) => sum + n, 0), kinds: seen }
    },
    peakBytes: () => peak,
    restart() {
      peak = held
    },
    end() {
      Object.assign(passes, { dispatchWorkgroups, setPipeline })
      devices.createBuffer = create
    },
  }
}
