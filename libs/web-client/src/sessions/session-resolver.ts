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
  leave(request: Request): Promise<string>
}

export interface UseOptions {
  /** Whether to ask the session manager first, where finding out late costs much. Default: false. */
  readonly isSure?: boolean | undefined
}

type AnyClient = Pick<Client<[], Record<never, never>>, 'connect'>

const cookieName = 'mcp_session'
const mostSessions = 1000

/** Finds the session of a caller: the one it names, the one in its cookie, or the common one. */
export function createSessionResolver(client: AnyClient): SessionResolver {
  const known = new Map<string, SessionCore>()
  let common: Promise<SessionCore> | undefined

  async function open(options: ConnectOptions): Promise<SessionCore> {
    const session = await client.connect({ clientId: 'client-app', ...options })
    remember(session)
    return session
  }

  async function openOwn(options: ConnectOptions, request: Request): Promise<ResolvedSession> {
    const session = await open(options)
    return { session, cookie: sessionCookie(session.id, request) }
  }

  function remember(session: SessionCore): void {
    // Set anew, so that the first of the map is the one that was away longest.
    known.delete(session.id)
    known.set(session.id, session)
    const [oldest] = known.keys()
    if (known.size > mostSessions && oldest !== undefined) known.delete(oldest)
  }

  async function adopt(sessionId: string, isSure: boolean): Promise<SessionCore> {
    const session =
      (isSure ? undefined : known.get(sessionId)) ?? (await client.connect({ sessionId }))
    remember(session)
    return session
  }

  function openCommon(): Promise<SessionCore> {
    if (common === undefined) {
      const opening = open({})
      common = opening
      // A failure, such as a session manager that is not up yet, must not be remembered.
      opening.catch(() => forgetCommon(opening))
    }
    return common
  }

  function forgetCommon(session: Promise<SessionCore> | undefined): void {
    if (common === session) common = undefined
  }

  return {
    open: openOwn,
    async use(request, work, { isSure = false } = {}) {
      const named = request.headers.get('x-session-id')
      if (named !== null) return work({ session: await adopt(named, isSure) })
      const kept = cookieOf(request)
      const isOwn = kept !== undefined || isPage(request)
      const seen = common
      try {
        if (kept !== undefined) return await work({ session: await adopt(kept, isSure) })
        if (!isOwn) {
          const { id } = await openCommon()
          return await work({ session: await adopt(id, isSure && seen !== undefined) })
        }
      } catch (thrown) {
        if (!isGone(thrown)) throw thrown
      }
      if (isOwn) return work(await openOwn({}, request))
      forgetCommon(seen)
      return work({ session: await openCommon() })
    },
    async leave(request) {
      const id = request.headers.get('x-session-id') ?? cookieOf(request) ?? (await common)?.id
      if (id === undefined) throw gone()
      if (id === (await common)?.id) common = undefined
      const session = await adopt(id, false)
      known.delete(id)
      await session.close()
      return `${sessionCookie('', request)}; Max-Age=0`
    },
  }
}

function gone(): McpError {
  return new McpError('session-not-found', 'There is no session to close.')
}

/** Whether the page asks, which has a session of its own in each browser. */
export function isPage(request: Request): boolean {
  return request.headers.has('x-mcp-page')
}

function isGone(thrown: unknown): boolean {
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
