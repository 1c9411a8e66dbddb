/**
 * The window's way to its host. The desktop shell puts a bridge on `window.wiregrad`; without one, the page was served
 * by the local server and asks it over POST, with the token that the printed address was exchanged for.
 */
import type { HostEvent, NativeBridge } from '../../app/shared/channels'
import {
  argHeader,
  bridgePath,
  channelHeader,
  contract,
  tokenHeader,
  type Arg,
  type ByteChannel,
  type Channel,
  type Result,
} from '../../app/shared/contract'

export interface Bridge {
  /** Asks the host. Rejects with a sentence for people when it cannot or will not. */
  readonly invoke: <C extends Exclude<Channel, ByteChannel>>(channel: C, arg: Arg<C>) => Promise<Result<C>>
  /** The same for channels that take bytes. */
  readonly send: <C extends ByteChannel>(
    channel: C,
    arg: Arg<C>,
    bytes: Uint8Array<ArrayBuffer>,
  ) => Promise<Result<C>>
  /** Hears what the desktop shell says of its own accord; null where the window is a browser's. */
  readonly listen: ((listener: (event: HostEvent) => void) => void) | null
}

declare global {
  interface Window {
    readonly wiregrad?: NativeBridge
  }
}

const TOKEN = 'wiregrad-token'

/** Takes the token out of the address (where it would be copied along) into this tab's own storage. */
function takeToken(): string {
  const given = /^#token=([0-9a-f]{64})$/.exec(window.location.hash)?.[1]
  if (given !== undefined) {
    window.sessionStorage.setItem(TOKEN, given)
    window.history.replaceState(null, '', window.location.pathname + window.location.search)
  }
  return window.sessionStorage.getItem(TOKEN) ?? ''
}

async function post(
  token: string,
  channel: Channel,
  headers: Record<string, string>,
  body: BodyInit,
): Promise<Response> {
  try {
    const response = await fetch(bridgePath, {
      method: 'POST',
      headers: { [channelHeader]: channel, [tokenHeader]: token, ...headers },
      body,
    })
    if (response.ok) return response
    throw new Error((await response.text()).trim())
  } catch (error) {
    if (error instanceof TypeError)
      throw new Error('Wiregrad’s server does not answer: start it again.', { cause: error })
    throw error
  }
}

async function resultOf<C extends Channel>(channel: C, response: Response): Promise<Result<C>> {
  const isBytes = response.headers.get('Content-Type') === 'application/octet-stream'
  if (isBytes) return new Uint8Array(await response.arrayBuffer()) as Result<C>
  return valueOf(channel, (await response.json()) as { ok?: unknown; error?: string })
}

function valueOf<C extends Channel>(channel: C, answer: { ok?: unknown; error?: string }): Result<C> {
  if (answer.error !== undefined) throw new Error(answer.error)
  return contract[channel].result.parse(answer.ok) as Result<C>
}

/** The shell's bridge, with the answers taken out of their envelopes. */
function nativeBridge(native: NativeBridge): Bridge {
  async function ask<C extends Channel>(channel: C, arg: unknown, bytes?: Uint8Array<ArrayBuffer>) {
    const answer = await native.ask(channel, arg, bytes)
    return answer instanceof Uint8Array ? (answer as Result<C>) : valueOf(channel, answer)
  }
  return { invoke: (channel, arg) => ask(channel, arg), send: ask, listen: native.listen }
}

/** The bridge to whichever host this window has. Call it once, early: it clears the token from the address. */
export function createBridge(): Bridge {
  if (window.wiregrad !== undefined) return nativeBridge(window.wiregrad)
  const token = takeToken()
  return {
    listen: null,
    invoke: async (channel, arg) =>
      resultOf(
        channel,
        await post(token, channel, { 'Content-Type': 'application/json' }, JSON.stringify(arg)),
      ),
    send: async (channel, arg, bytes) =>
      resultOf(
        channel,
        await post(
          token,
          channel,
          {
            'Content-Type': 'application/octet-stream',
            [argHeader]: encodeURIComponent(JSON.stringify(arg)),
          },
          bytes,
        ),
      ),
  }
}
