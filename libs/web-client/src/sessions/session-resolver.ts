import type { Client, ConnectOptions, SessionCore } from '@mcp/client'
import { McpError, systemClock } from '@mcp/protocol'

import { createCookie } from './cookie.ts'

/** The session of a request. */
export interface ResolvedSession {
  readonly session: SessionCore
  /** Value of the header `Set-Cookie`. Set only if the session is new to the browser. */
  readonly cookie?: string | undefined
}

export interface SessionResolver {
  /** Opens a session. Browsers later send its id in the cookie, and other callers in `X-Session-Id`. */
  open(options: ConnectOptions, request: Request): Promise<ResolvedSession>
  /**
   * Runs `work` in the session of a request. If that session has expired, runs `work` in a new session,
   * unless `X-Session-Id` names the session.
   */
  use<Result>(
    request: Request,
    work: (resolved: ResolvedSession) => Promise<Result>,
    options?: UseOptions,
  ): Promise<Result>
  /** Returns the id of the session that the request names or has in its cookie. */
  currentId(request: Request): string | undefined
  /** Makes a session the current session of the browser. */
  switchTo(sessionId: string, request: Request): Promise<ResolvedSession>
  /**
   * Closes a session. Default: the session of the request. Returns the `Set-Cookie` value that deletes the
   * session cookie.
   */
  close(request: Request, sessionId?: string): Promise<string>
}

export interface UseOptions {
  /** Whether to check that the session exists before `work`. Set it if `work` is costly. Default: false. */
  readonly isVerified?: boolean | undefined
}

type AnyClient = Pick<Client<[], Record<never, never>>, 'connect'>

const sessionIdPattern = /^ses-[0-9a-f]{40}$/
const maxSessions = 1000
/** Time for which requests may still have the cookie of a session that was replaced, in milliseconds. */
const oldCookieMs = 60_000

/** Creates a resolver, which uses the session in `X-Session-Id`, in the cookie, or the shared session. */
export function createSessionResolver(client: AnyClient, basePath: string): SessionResolver {
  const cookie = createCookie({ name: 'mcp_session', pattern: sessionIdPattern, basePath })
  const known = new Map<string, SessionCore>()
  const openReplacement = createReplacements(() => open({}))
  let shared: Promise<SessionCore> | undefined

  async function open(options: ConnectOptions): Promise<SessionCore> {
    const session = await client.connect({ clientId: 'client-app', ...options })
    remember(session)
    return session
  }

  async function openWithCookie(
    options: ConnectOptions,
    request: Request,
  ): Promise<ResolvedSession> {
    const session = await open(options)
    return { session, cookie: cookie.write(session.id, request) }
  }

  async function replace(ended: string | undefined, request: Request): Promise<ResolvedSession> {
    if (ended === undefined) return openWithCookie({}, request)
    const session = await openReplacement(ended)
    return { session, cookie: cookie.write(session.id, request) }
  }

  function remember(session: SessionCore): void {
    // The entry is inserted again, so that the first entry of the map is the least recently used one.
    known.delete(session.id)
    known.set(session.id, session)
    const [oldest] = known.keys()
    if (known.size > maxSessions && oldest !== undefined) known.delete(oldest)
  }

  async function resume(id: string, { isVerified = false }: UseOptions): Promise<SessionCore> {
    const existing = isVerified ? undefined : known.get(id)
    const session = existing ?? (await client.connect({ sessionId: id }))
    remember(session)
    return session
  }

  function currentId(request: Request): string | undefined {
    return request.headers.get('x-session-id') ?? cookie.read(request)
  }

  function openShared(): Promise<SessionCore> {
    if (shared === undefined) {
      const opening = open({})
      shared = opening
      // A failure must not be cached, because the session manager may still be starting.
      opening.catch(() => discardShared(opening))
    }
    return shared
  }

  function discardShared(session: Promise<SessionCore> | undefined): void {
    if (shared === session) shared = undefined
  }

  return {
    open: openWithCookie,
    async use(request, work, { isVerified = false } = {}) {
      const named = request.headers.get('x-session-id')
      if (named !== null) return work({ session: await resume(named, { isVerified }) })
      const cookieSessionId = cookie.read(request)
      const isOwn = cookieSessionId !== undefined || isWebClientPage(request)
      const sharedBefore = shared
      try {
        if (cookieSessionId !== undefined)
          return await work({ session: await resume(cookieSessionId, { isVerified }) })
        if (!isOwn) {
          const { id } = await openShared()
          // A shared session that was opened for this request needs no check.
          const isChecked = isVerified && sharedBefore !== undefined
          return await work({ session: await resume(id, { isVerified: isChecked }) })
        }
      } catch (thrown) {
        if (!isSessionNotFound(thrown)) throw thrown
      }
      if (isOwn) return work(await replace(cookieSessionId, request))
      discardShared(sharedBefore)
      return work({ session: await openShared() })
    },
    currentId,
    async switchTo(sessionId, request) {
      const session = await resume(sessionId, { isVerified: true })
      return { session, cookie: cookie.write(sessionId, request) }
    },
    async close(request, sessionId) {
      const id = sessionId ?? currentId(request) ?? (await shared)?.id
      if (id === undefined) throw noSession()
      if (id === (await shared)?.id) shared = undefined
      const session = await resume(id, {})
      known.delete(id)
      await session.close()
      return cookie.write('', request, 0)
    },
  }
}

function noSession(): McpError {
  return new McpError('session-not-found', 'No session to close.')
}

/** Whether the browser interface sent the request. It never uses the shared session. */
export function isWebClientPage(request: Request): boolean {
  return request.headers.has('x-mcp-page')
}

function isSessionNotFound(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.code === 'session-not-found'
}

/**
 * Returns a function that opens a session in place of an ended session. The requests of a page run in
 * parallel. Without this function, each of them would open its own session.
 */
function createReplacements(
  open: () => Promise<SessionCore>,
): (ended: string) => Promise<SessionCore> {
  const replacements = new Map<string, Promise<SessionCore>>()
  return (ended) => {
    const existing = replacements.get(ended)
    if (existing !== undefined) return existing
    const opening = open()
    replacements.set(ended, opening)
    const forget = (): boolean => replacements.delete(ended)
    opening.then(() => systemClock.after(oldCookieMs, forget), forget)
    return opening
  }
}
