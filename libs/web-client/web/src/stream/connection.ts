/** State of the event stream of this browser. Times are milliseconds since the epoch. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'live' }
  | { readonly state: 'reconnecting'; readonly since: number; readonly retryAt: number }
  | { readonly state: 'stopped'; readonly message: string }

/** A connection that was interrupted for this long is described as not reachable. */
const shortInterruptionMs = 15_000

/** Returns the state in words. */
export function describeConnection(connection: Connection, now: number): string {
  switch (connection.state) {
    case 'connecting':
      return 'connecting'
    case 'live':
      return 'live'
    case 'stopped':
      return connection.message
    case 'reconnecting': {
      const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1000))
      if (now - connection.since < shortInterruptionMs) return `reconnecting in ${seconds} s`
      const time = new Date(connection.since).toLocaleTimeString()
      return `not reachable since ${time}, next attempt in ${seconds} s`
    }
  }
}
