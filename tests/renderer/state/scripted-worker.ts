/** A training worker that does what a test tells it to. */
import type { Request, RequestMessage, RunEvent, WorkerMessage } from '../../../engine/session/protocol'

/** Answers at once, and says what the test tells it to. */
export class ScriptedWorker extends EventTarget {
  readonly requests: Request[] = []
  refuse: string | null = null

  postMessage({ id, request }: RequestMessage): void {
    this.requests.push(request)
    const reply = this.answer(request)
    queueMicrotask(() => this.say({ id, ok: true, reply } as WorkerMessage))
    if (request.kind === 'stop') queueMicrotask(() => this.event({ ...ended, run: request.run }))
  }

  private answer(request: Request): unknown {
    if (request.kind === 'train') {
      return this.refuse === null
        ? { accepted: true }
        : { accepted: false, problems: [], message: this.refuse }
    }
    if (request.kind === 'weights') return { 'a:kernel': { shape: [1], values: new Float32Array([7]) } }
    return { step: 1 }
  }

  say(message: WorkerMessage): void {
    this.dispatchEvent(new MessageEvent('message', { data: message }))
  }

  event(event: RunEvent): void {
    this.say({ events: [event] })
  }

  terminate(): void {}
}

export const cpu = { name: 'cpu', adapter: '', software: false, reason: 'You chose it.' } as const
const ended = {
  kind: 'ended',
  why: 'stopped',
  message: 'Stopped at step 1.',
  step: 1,
  seconds: 1,
  train: null,
  validation: null,
  test: null,
} as const

export const startedEvent = (run: string): RunEvent => ({
  kind: 'started',
  run,
  backend: cpu,
  parameters: 33,
  seed: 1,
  totalSteps: 200,
  stepsPerEpoch: 1,
  samples: { train: 4, validation: 0, test: 0 },
  names: [],
  layout: { layers: [], depth: [], wires: [], outputs: [] },
  carried: [],
})
