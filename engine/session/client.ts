/**
 * Talks to the engine over any channel: numbers each request, matches its one reply, hands out events. Knows neither
 * workers nor React.
 */
import type { ReplyOf, Request, RequestMessage, RunEvent, WorkerMessage } from './protocol'

/** Two ends that speak the protocol: a worker, a port, or the host in this very thread. */
export interface Channel {
  post(message: RequestMessage): void
  listen(listener: (message: WorkerMessage) => void): void
}

export interface Client {
  /** Sends a request; resolves with its reply, rejects with the sentence of a refusal. */
  request<R extends Request>(request: R): Promise<ReplyOf<R['kind']>>
  /** Calls back with every event of every run, in order; answers how to stop listening. */
  onEvent(listener: (event: RunEvent) => void): () => void
  /** The other end is gone: rejects what waits, and all that comes. */
  fail(why: string): void
}

interface Waiting {
  resolve(reply: never): void
  reject(error: Error): void
}

export function createClient(channel: Channel): Client {
  const waiting = new Map<number, Waiting>()
  const listeners = new Set<(event: RunEvent) => void>()
  let last = 0
  let gone: string | null = null

  channel.listen((message) => {
    if ('events' in message) {
      let thrown: Error | null = null
      for (const event of message.events)
        for (const listener of listeners)
          try {
            listener(event)
          } catch (error) {
            thrown ??= error instanceof Error ? error : new Error(String(error))
          }
      if (thrown !== null) throw thrown
      return
    }
    const request = waiting.get(message.id)
    waiting.delete(message.id)
    if (message.ok) request?.resolve(message.reply as never)
    else request?.reject(new Error(message.message))
  })

  return {
    request<R extends Request>(request: R) {
      if (gone !== null) return Promise.reject(new Error(gone))
      const id = ++last
      return new Promise<ReplyOf<R['kind']>>((resolve, reject) => {
        waiting.set(id, { resolve, reject })
        channel.post({ id, request })
      })
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    fail(why) {
      gone = why
      for (const { reject } of waiting.values()) reject(new Error(why))
      waiting.clear()
    },
  }
}
