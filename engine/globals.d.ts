/**
 * The few globals that every JavaScript host has (browser page, worker, Node), declared by hand so that the pure side
 * of the engine type-checks with neither the DOM library nor Node's types.
 */
declare function structuredClone<T>(value: T, options?: { transfer?: readonly unknown[] }): T
declare function queueMicrotask(callback: () => void): void
declare function setTimeout(callback: () => void, milliseconds?: number): unknown
declare function clearTimeout(handle: unknown): void

declare const performance: { now(): number }

declare class TextEncoder {
  encode(input?: string): Uint8Array<ArrayBuffer>
}

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(input?: ArrayBufferView | ArrayBuffer): string
}

interface MessageEvent<T = unknown> {
  readonly data: T
}

interface MessagePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void
  addEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  removeEventListener(type: 'message', listener: (event: MessageEvent) => void): void
  start(): void
  close(): void
}
