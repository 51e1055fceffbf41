import { newId } from '../data/new-id.ts'
import { rest } from '../data/rest.ts'
import { serviceUrl } from '../data/service-url.ts'
import { currentToken, onTokenChange } from '../data/token.ts'
import type { StreamSnapshot } from './received.ts'
import type { SharedStream, TabChannel } from './shared-stream.ts'
import { createSharedStream } from './shared-stream.ts'

/**
 * The event stream of this tab. Tabs that start with the same token share one connection.
 */
export const stream = createBrowserStream()

function createBrowserStream(): SharedStream {
  const name = `mcp-stream ${serviceUrl.pathname} ${hashOf(currentToken())}`
  const shared = createSharedStream({
    tab: newId(),
    channel: createChannel(name),
    before: readSnapshot(name),
    open: (options) => rest.stream(options),
    // The response sets the cookie of the session.
    async renewSession() {
      await rest.sessions.current().catch(() => {})
    },
    now: () => Date.now(),
    wait,
    elect(lead, signal) {
      const begin = () => {
        lead()
        onWake(() => shared.reconnect(), signal)
      }
      // Without a secure context, a browser has no locks, and each tab holds a connection.
      if (navigator.locks === undefined) return begin()
      const hold = () =>
        new Promise<void>((resolve) => {
          signal.addEventListener('abort', () => resolve())
          begin()
        })
      navigator.locks.request(name, { signal }, hold).catch(() => {})
    },
  })
  onTokenChange(() => shared.restart())
  addEventListener('pagehide', (event) => {
    writeSnapshot(name, shared.snapshot())
    if (!event.persisted) shared.close()
  })
  const reconnect = () => {
    const { state } = shared.connection()
    if (state === 'reconnecting' && !document.hidden) shared.reconnect()
  }
  // The browser delays the timers of hidden tabs, and the leading tab may be one of those.
  document.addEventListener('visibilitychange', reconnect)
  addEventListener('online', reconnect)
  return shared
}

const wakeCheckMs = 10_000
/** Longer than the time by which browsers delay the timers of hidden tabs. */
const sleepMs = 120_000

/** Calls a listener when the computer has slept, because its connections may be broken without an error. */
function onWake(listener: () => void, signal: AbortSignal): void {
  let last = Date.now()
  const timer = setInterval(() => {
    const now = Date.now()
    if (now - last > sleepMs) listener()
    last = now
  }, wakeCheckMs)
  signal.addEventListener('abort', () => clearInterval(timer))
}

function createChannel(name: string): TabChannel {
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    onMessage: (listener) => channel.addEventListener('message', ({ data }) => listener(data)),
    close: () => channel.close(),
  }
}

/** Reads what this tab had received before it was loaded again. */
function readSnapshot(name: string): StreamSnapshot | undefined {
  try {
    const text = sessionStorage.getItem(name)
    sessionStorage.removeItem(name)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    // A browser that blocks storage throws. Then interactions from before are missing.
    return undefined
  }
}

function writeSnapshot(name: string, snapshot: StreamSnapshot): void {
  try {
    sessionStorage.setItem(name, JSON.stringify(snapshot))
  } catch {
    // The storage is blocked or full.
  }
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
