import { isRecord, logLevels, McpError } from '@mcp/protocol'
import type { ClientDescription, Clock, LogLevel, MaybePromise } from '@mcp/protocol'
import type { Session, SessionMethods } from '@mcp/session-manager'

import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcId, RpcParams } from '../rpc/rpc-message.ts'

/** Versions of the standard that have sessions, newest first. */
export const legacyVersions: readonly string[] = [
  '2025-11-25',
  '2025-06-18',
  '2025-03-26',
  '2024-11-05',
  '2024-10-07',
]

const [latestVersion = ''] = legacyVersions

/**
 * A session of a client before 2026-07-28. It is a session of the session manager. Its metadata has the fields
 * with which a restarted process continues the session.
 */
export interface LegacySession {
  readonly id: string
  readonly principal: string | undefined
  /** Name of the view that the session was opened in. */
  readonly view: string
  readonly version: string
  readonly capabilities: ClientDescription['capabilities']
  readonly info: ClientDescription['info']
  /** Minimum level of log messages. It is lost when the last process that has it ends. */
  logLevel: LogLevel
  /** Aborts the calls in flight, by the id of their requests. */
  readonly calls: Map<RpcId, AbortController>
  /** Time of the last touch. */
  touchedAt: number
  /** Ends the open GET stream. */
  endStream: (() => void) | undefined
  /**
   * If false, this process may have missed the end of the session, and looks the session up at its next use.
   */
  isVerified: boolean
}

export interface LegacySessions {
  /**
   * Opens a session with the params of `initialize`.
   *
   * @throws McpError `invalid-params`, `rate-limited` if the principal has too many sessions, or `unavailable`
   * if the store is full or fails.
   */
  open(params: RpcParams, principal: string | undefined, view: string): Promise<LegacySession>
  /** @throws McpError `session-not-found`, or `unavailable` if the store fails. */
  find(id: string, principal: string | undefined, view: string): MaybePromise<LegacySession>
  /** @throws McpError `session-not-found` */
  close(session: LegacySession): Promise<void>
  /** Returns a session that this process has used, or undefined. */
  used(id: string): LegacySession | undefined
  /** Looks each session up again at its next use, because the end of some may not have been reported. */
  verifyAll(): void
  /** Ends the GET streams of all sessions. */
  endStreams(): void
}

/** Maximum length of the metadata with the client's description, in characters of JSON. */
const maxDescription = 16 * 1024
const touchIntervalMs = 1000
export const defaultLogLevel: LogLevel = 'info'

export interface LegacySessionsOptions {
  readonly sessionManager: Pick<
    SessionMethods,
    'touchSession' | 'openSession' | 'findSession' | 'closeSession' | 'onSessionEnded'
  >
  /** Receives each session that this process has not opened, when this process first uses the session. */
  readonly onRestored: (session: LegacySession) => void
  readonly clock: Clock
}

export function createLegacySessions(options: LegacySessionsOptions): LegacySessions {
  const { sessionManager, onRestored, clock } = options
  // The sessions that this process has used, with the state that their metadata does not contain.
  const used = new Map<string, LegacySession>()
  sessionManager.onSessionEnded(remove)

  function remove(id: string): void {
    const session = used.get(id)
    used.delete(id)
    for (const call of session?.calls.values() ?? []) call.abort()
  }

  function add(session: Session, principal: string | undefined): LegacySession | undefined {
    const restored = restore(session, principal)
    if (restored !== undefined) used.set(restored.id, restored)
    return restored
  }

  async function restoreSession(
    id: string,
    principal: string | undefined,
    view: string,
  ): Promise<LegacySession> {
    const found = await findSession(id, principal)
    const known = used.get(id)
    const session = known ?? add(found, principal)
    if (session === undefined || session.view !== view) throw sessionNotFound()
    session.isVerified = true
    if (known === undefined) onRestored(session)
    touch(session)
    return session
  }

  async function findSession(id: string, principal: string | undefined): Promise<Session> {
    try {
      return await sessionManager.findSession(id, { principal })
    } catch (thrown) {
      // Only the owner's request removes the session. Another caller that has the id must not end its calls.
      const isOwn = used.get(id)?.principal === principal
      if (isOwn && McpError.is(thrown) && thrown.code === 'session-not-found') remove(id)
      throw thrown
    }
  }

  /** Keeps the session from expiring, because some methods run no request in it. */
  function touch(session: LegacySession): void {
    const now = clock.now()
    if (now - session.touchedAt < touchIntervalMs) return
    session.touchedAt = now
    sessionManager.touchSession(session.id)
  }

  return {
    async open({ protocolVersion, capabilities, clientInfo }, principal, view) {
      if (typeof protocolVersion !== 'string') {
        throw invalidParams('Invalid params: protocolVersion must be a string.')
      }
      if (!isRecord(capabilities) || !isRecord(clientInfo)) {
        throw invalidParams('Invalid params: capabilities and clientInfo must be objects.')
      }
      const { name, version } = clientInfo
      if (typeof name !== 'string' || typeof version !== 'string') {
        throw invalidParams('Invalid params: clientInfo must have a name and a version.')
      }
      const served = legacyVersions.includes(protocolVersion) ? protocolVersion : latestVersion
      const mcp = { version: served, view, capabilities, info: { name, version } }
      if (JSON.stringify(mcp).length > maxDescription) {
        throw invalidParams(
          `Invalid params: capabilities and clientInfo must not exceed ${maxDescription} characters.`,
        )
      }
      const opened = await sessionManager.openSession({ principal, metadata: { mcp } })
      const session = add(opened, principal)
      if (session === undefined) throw McpError.internal(new Error('The session was not opened.'))
      return session
    },
    find(id, principal, view) {
      // A session that was used before is removed when it ends, so the store need not be read again.
      const known = used.get(id)
      if (known?.isVerified !== true) return restoreSession(id, principal, view)
      if (known.principal !== principal || known.view !== view) throw sessionNotFound()
      touch(known)
      return known
    },
    close: ({ id, principal }) => sessionManager.closeSession(id, { principal }),
    used: (id) => used.get(id),
    verifyAll() {
      for (const session of used.values()) session.isVerified = false
    },
    endStreams() {
      for (const { endStream } of used.values()) endStream?.()
    },
  }
}

function restore(
  { sessionId, metadata }: Session,
  principal: string | undefined,
): LegacySession | undefined {
  const { mcp } = metadata
  if (!isRecord(mcp)) return undefined
  const { version, view, capabilities, info } = mcp
  if (typeof version !== 'string' || typeof view !== 'string') return undefined
  return {
    id: sessionId,
    principal,
    view,
    version,
    capabilities: isRecord(capabilities) ? capabilities : {},
    info: isRecord(info)
      ? { name: String(info['name']), version: String(info['version']) }
      : undefined,
    logLevel: defaultLogLevel,
    calls: new Map(),
    touchedAt: 0,
    endStream: undefined,
    isVerified: true,
  }
}

/** Creates the error for a session that this caller cannot use in this view. */
export function sessionNotFound(): McpError {
  return new McpError('session-not-found', 'Session not found')
}

/** Whether the client supports events without data, which make a stream resumable from its start. */
export function supportsPriming({ version }: LegacySession): boolean {
  return version >= '2025-11-25'
}

/**
 * Returns the level in the params of `logging/setLevel`.
 *
 * @throws McpError `invalid-params` if it is not a level.
 */
export function readLogLevel({ level }: RpcParams): LogLevel {
  const found = logLevels.find((each) => each === level)
  if (found !== undefined) return found
  throw invalidParams(`Invalid params: level must be one of ${logLevels.join(', ')}.`)
}
