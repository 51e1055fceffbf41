/**
 * Types of the notifications and stream events that the system itself emits. If you add a type,
 * document it in docs/protocol.md, and check that the pattern `reserved` below matches it.
 */
export const systemNotifications = {
  /** Last event of a session's event streams. The session was closed. `{ sessionId, reason }` */
  sessionClosed: 'session-closed',
  /** Last event of a session's event streams. The session was idle for too long. `{ sessionId, reason }` */
  sessionExpired: 'session-expired',
  /** All missed events have been replayed. The stream now sends events as they occur. */
  streamOpen: 'stream-open',
  /** Events between two cursors are no longer in the log. `{ after, before }` */
  streamGap: 'stream-gap',
  /** The process is shutting down. The session continues, so the client should reconnect. */
  streamClosing: 'stream-closing',
  /** A server restarted or lost its recorded notifications. Earlier notifications may be missing. */
  serverRestarted: 'server-restarted',
  /** The available operations changed. A server sends `{ server }`, the dispatcher `{ servers }`. */
  catalogueChanged: 'catalogue-changed',
  /**
   * A request waits for a response from the user. `{ interactionId, kind, message, schema?, url?,
   * sampling?, requestId, … }`
   */
  interactionRequired: 'interaction-required',
  /** An interaction no longer waits for the user. `{ interactionId, … }` */
  interactionResolved: 'interaction-resolved',
  /** Progress of a request. `{ requestId, progress, total?, message? }` */
  progress: 'progress',
  /** A part of a request's result. `{ requestId, chunk }` */
  chunk: 'chunk',
  /** A log message of a request. `{ requestId, level, data, logger? }` */
  log: 'log',
  /** Last event of the event stream of one request. The data is the response envelope. */
  response: 'response',
} as const

const reserved =
  /^(?:(?:session|stream|server|interaction)-|(?:catalogue-changed|progress|chunk|log|response|error)$)/
const allowedForServers = /^(?:server-|catalogue-changed$)/

/**
 * Returns whether `publisher` must not publish notifications of this type. Reserved are the types of
 * the system and, for future types, all types with the prefixes `session-`, `stream-`, `server-` and
 * `interaction-`. `error` is reserved because browsers deliver it as if the connection had failed. Of
 * these types, a client may publish none, and a server may publish only `catalogue-changed` and types
 * with the prefix `server-`. With the others, a server could end the streams of clients or forge
 * interactions with the user.
 */
export function isReservedType(type: string, publisher: 'client' | 'server'): boolean {
  return reserved.test(type) && !(publisher === 'server' && allowedForServers.test(type))
}
