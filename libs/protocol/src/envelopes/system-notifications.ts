/**
 * Types of everything that the system itself emits, as notifications and as events of a stream.
 * Adding one means adding it here, emitting it, and documenting it in docs/protocol.md.
 */
export const systemNotifications = {
  /** Last event of a session's streams: the session was closed. `{ sessionId, reason }` */
  sessionClosed: 'session-closed',
  /** Last event of a session's streams: the session was idle for too long. `{ sessionId, reason }` */
  sessionExpired: 'session-expired',
  /** The stream is live from here on; everything missed has been replayed. */
  streamOpen: 'stream-open',
  /** Events between two cursors are no longer in the log. `{ after, before }` */
  streamGap: 'stream-gap',
  /** The process is shutting down. The session continues; reconnect. */
  streamClosing: 'stream-closing',
  /** A server lost its notifications; what it emitted in between is unknown. */
  serverRestarted: 'server-restarted',
  /** The operations on offer changed. `{ server }` or `{ servers }` */
  catalogueChanged: 'catalogue-changed',
  /** A request waits for the user. `{ interactionId, kind, message, schema?, requestId, … }` */
  interactionRequired: 'interaction-required',
  /** An interaction no longer waits. `{ interactionId, … }` */
  interactionResolved: 'interaction-resolved',
  /** Progress of a request. `{ requestId, progress, total?, message? }` */
  progress: 'progress',
  /** A part of a request's result. `{ requestId, chunk }` */
  chunk: 'chunk',
  /** Last event of a request's own stream; its data is the response envelope. */
  response: 'response',
} as const

/** The type of a notification that only the system emits. */
export type SystemNotificationType = (typeof systemNotifications)[keyof typeof systemNotifications]

const reserved =
  /^(?:(?:session|stream|server|interaction)-|(?:catalogue-changed|progress|chunk|response)$)/
const allowedForServers = /^(?:server-|catalogue-changed$)/

/**
 * Returns whether `publisher` must not publish notifications of this type. Clients may not use the
 * types of the system; servers may report changes of themselves. A server that forged the others could
 * end streams, or respond in place of the user. Whole prefixes are reserved, for types of the future.
 */
export function isReservedType(type: string, publisher: 'client' | 'server'): boolean {
  return reserved.test(type) && !(publisher === 'server' && allowedForServers.test(type))
}
