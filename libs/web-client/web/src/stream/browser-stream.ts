import { rest } from '../data/rest.ts'
import { serviceUrl } from '../data/service-url.ts'
import { currentToken, onTokenChange } from '../data/token.ts'
import type { SharedStream, TabChannel } from './shared-stream.ts'
import { createSharedStream } from './shared-stream.ts'

/**
 * The event stream of this tab. Tabs that start with the same token share one connection.
 */
export const stream = createBrowserStream()

function createBrowserStream(): SharedStream {
  const name = `mcp-stream ${serviceUrl.pathname} ${hashOf(currentToken())}`
  const shared = createSharedStream({
    tab: newTabId(),
    channel: createChannel(name),
    open: (options) => rest.stream(options),
    now: () => Date.now(),
    wait,
    elect(lead, signal) {
      // Without a secure context, a browser has no locks, and each tab holds a connection.
      if (navigator.locks === undefined) return lead()
      const hold = () =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve())
          lead()
        })
      navigator.locks.request(name, { signal }, hold).catch(() => {})
    },
  })
  onTokenChange(() => shared.restart())
  addEventListener('pagehide', (event) => {
    if (!event.persisted) shared.close()
  })
  return shared
}

function createChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close: () => channel.close(),
  }
}

function newTabId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join('')
}

/** Returns a number that does not reveal a text (FNV-1a). */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (const character of text) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0
  }
  return hash
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = ms === Infinity ? undefined : setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
