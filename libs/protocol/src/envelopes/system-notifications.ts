/**
 * Types of the notifications and stream events that the system itself emits. Document every new type
 * in docs/protocol.md, and check that `reserved` below covers it.
 */
export const systemNotifications = {
  /** Last event of a session's streams: the session was closed. `{ sessionId, reason }` */
  sessionClosed: 'session-closed',
  /** Last event of a session's streams: the session was idle for too long. `{ sessionId, reason }` */
  sessionExpired: 'session-expired',
  /** All missed events have been replayed; the stream now sends events as they occur. */
  streamOpen: 'stream-open',
  /** Events between two cursors are no longer in the log. `{ after, before }` */
  streamGap: 'stream-gap',
  /** The process is shutting down. The session continues; reconnect. */
  streamClosing: 'stream-closing',
  /** A server restarted or lost its recorded notifications; earlier notifications may be missing. */
  serverRestarted: 'server-restarted',
  /** The available operations changed. `{ server }` or `{ servers }` */
  catalogueChanged: 'catalogue-changed',
  /**
   * A request waits for a response from the user. `{ interactionId, kind, message, schema?,
   * requestId, … }`
   */
  interactionRequired: 'interaction-required',
  /** An interaction no longer waits for the user. `{ interactionId, … }` */
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
 * Returns whether `publisher` is forbidden to publish notifications of this type. Clients may not
 * use any type of the system. Servers may only report their own restart or a catalogue change: with
 * any other type, a server could end streams or forge interactions with the user. Whole prefixes are
 * reserved for future types.
 */
export function isReservedType(type: string, publisher: 'client' | 'server'): boolean {
  return reserved.test(type) && !(publisher === 'server' && allowedForServers.test(type))
}
