import type { Client, ConnectOptions, SessionCore } from '@mcp/client'
import { McpError } from '@mcp/protocol'

/** Which session a request is for, and how that was said. */
export interface ResolvedSession {
  readonly session: SessionCore
  /** The cookie to send along, where the session is new to this browser. */
  readonly cookie?: string | undefined
}

export interface SessionResolver {
  /** Opens a session, for a browser to keep in a cookie or a caller to name in `X-Session-Id`. */
  open(options: ConnectOptions, request: Request): Promise<ResolvedSession>
  /**
   * Does something in the session a request is for. Where that session is gone and nobody named it,
   * a new one takes its place and the work is done there.
   */
  use<Result>(
    request: Request,
    work: (visit: ResolvedSession) => Promise<Result>,
    options?: UseOptions,
  ): Promise<Result>
  /** Closes the session a request is for, if there is one. */
  close(request: Request): Promise<string>
}

export interface UseOptions {
  /** Whether to ask the session manager first, where finding out late costs much. Default: false. */
  readonly isSure?: boolean | undefined
}

type AnyClient = Pick<Client<[], Record<never, never>>, 'connect'>

const cookieName = 'mcp_session'
const maxSessions = 1000

/** Finds the session of a caller: the one it names, the one in its cookie, or the common one. */
export function createSessionResolver(client: AnyClient): SessionResolver {
  const known = new Map<string, SessionCore>()
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
    return { session, cookie: sessionCookie(session.id, request) }
  }

  function remember(session: SessionCore): void {
    // Set anew, so that the first of the map is the one that was away longest.
    known.delete(session.id)
    known.set(session.id, session)
    const [oldest] = known.keys()
    if (known.size > maxSessions && oldest !== undefined) known.delete(oldest)
  }

  async function resume(sessionId: string, isSure: boolean): Promise<SessionCore> {
    const session =
      (isSure ? undefined : known.get(sessionId)) ?? (await client.connect({ sessionId }))
    remember(session)
    return session
  }

  function openShared(): Promise<SessionCore> {
    if (shared === undefined) {
      const opening = open({})
      shared = opening
      // A failure, such as a session manager that is not up yet, must not be remembered.
      opening.catch(() => discardShared(opening))
    }
    return shared
  }

  function discardShared(session: Promise<SessionCore> | undefined): void {
    if (shared === session) shared = undefined
  }

  return {
    open: openWithCookie,
    async use(request, work, { isSure = false } = {}) {
      const named = request.headers.get('x-session-id')
      if (named !== null) return work({ session: await resume(named, isSure) })
      const cookieSessionId = cookieOf(request)
      const isOwn = cookieSessionId !== undefined || isWebClientPage(request)
      const sharedBefore = shared
      try {
        if (cookieSessionId !== undefined)
          return await work({ session: await resume(cookieSessionId, isSure) })
        if (!isOwn) {
          const { id } = await openShared()
          return await work({ session: await resume(id, isSure && sharedBefore !== undefined) })
        }
      } catch (thrown) {
        if (!isSessionNotFound(thrown)) throw thrown
      }
      if (isOwn) return work(await openWithCookie({}, request))
      discardShared(sharedBefore)
      return work({ session: await openShared() })
    },
    async close(request) {
      const id = request.headers.get('x-session-id') ?? cookieOf(request) ?? (await shared)?.id
      if (id === undefined) throw noSession()
      if (id === (await shared)?.id) shared = undefined
      const session = await resume(id, false)
      known.delete(id)
      await session.close()
      return `${sessionCookie('', request)}; Max-Age=0`
    },
  }
}

function noSession(): McpError {
  return new McpError('session-not-found', 'There is no session to close.')
}

/** Whether the page asks, which has a session of its own in each browser. */
export function isWebClientPage(request: Request): boolean {
  return request.headers.has('x-mcp-page')
}

function isSessionNotFound(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.code === 'session-not-found'
}

function cookieOf(request: Request): string | undefined {
  const cookies = request.headers.get('cookie') ?? ''
  const found = cookies
    .split(';')
    .map((cookie) => cookie.trim())
    .find((cookie) => cookie.startsWith(`${cookieName}=`))
  return found?.slice(cookieName.length + 1) || undefined
}

function sessionCookie(sessionId: string, request: Request): string {
  const secure = request.url.startsWith('https:') ? '; Secure' : ''
  return `${cookieName}=${sessionId}; Path=/; HttpOnly; SameSite=Lax${secure}`
}
