import type { SessionInfo } from '@mcp/client'
import type { MaybePromise } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'
import type { SessionList } from '@mcp/protocol/rest'
import { currentSessionBody } from '@mcp/protocol/rest'

import type { Caller } from '../sessions/callers.ts'
import type { CallerIdentity } from '../sessions/owner.ts'
import type { OwnerSessions } from '../sessions/owner-sessions.ts'
import { handleOf } from '../sessions/owner-sessions.ts'
import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'
import { describeSession } from '../sessions/show-session.ts'
import type { App } from './app.ts'
import { readJsonBody } from './read-json-body.ts'
import { withCookie } from './responses.ts'

export interface SessionListRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  readonly ownerSessions: OwnerSessions
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly maxBodyBytes: number | undefined
}

interface Requester {
  readonly request: Request
  readonly owner: string
  readonly identity: CallerIdentity | undefined
}

const maxListed = 100

/** Adds the routes that list the sessions of the caller, choose the current one, and close others. */
export function addSessionListRoutes(app: App, options: SessionListRoutesOptions): void {
  const { callerOf, ownerSessions, url, fetch, maxBodyBytes } = options

  /**
   * Returns the ids of the sessions of an authenticated caller, including those opened before this process
   * started.
   */
  async function listPrincipalSessions({ request, identity }: Requester): Promise<string[]> {
    if (identity === undefined) return []
    const headers = pickHeaders(request.headers, ['authorization'])
    const path = `${url}/sessions?limit=${maxListed}`
    const page: unknown = await (
      await requestSessionManager(path, { fetch, headers, signal: request.signal })
    ).json()
    const sessions: unknown = isRecord(page) ? page['sessions'] : undefined
    if (!Array.isArray(sessions)) return []
    return sessions.flatMap((each: unknown) =>
      isRecord(each) && typeof each['sessionId'] === 'string' ? [each['sessionId']] : [],
    )
  }

  async function listIds(requester: Requester): Promise<string[]> {
    const { request, owner } = requester
    const current = callerOf(request).sessions.currentId(request) ?? []
    const principal = await listPrincipalSessions(requester)
    return [...new Set([current, ownerSessions.list(owner), principal].flat())]
  }

  async function findId(requester: Requester, handle: string): Promise<string> {
    const found = (await listIds(requester)).find((sessionId) => handleOf(sessionId) === handle)
    if (found !== undefined) return found
    throw new McpError('not-found', `You have no session "${handle.slice(0, 50)}".`)
  }

  async function describe(
    { request, owner }: Requester,
    sessionId: string,
  ): Promise<SessionInfo | undefined> {
    try {
      return (await callerOf(request).client.connect({ sessionId, signal: request.signal })).info
    } catch (thrown) {
      if (!McpError.is(thrown) || thrown.code !== 'session-not-found') throw thrown
      ownerSessions.remove(owner, sessionId)
      return undefined
    }
  }

  app.get('/sessions', async ({ req: { raw: request }, var: { ownerId, identity } }) => {
    const requester = { request, owner: ownerId(), identity }
    const current = callerOf(request).sessions.currentId(request)
    const ids = (await listIds(requester)).slice(0, maxListed)
    const infos = await Promise.all(ids.map((sessionId) => describe(requester, sessionId)))
    const sessions = infos.flatMap((info) => {
      if (info === undefined) return []
      const { sessionId, ...shown } = info
      return [{ ...shown, handle: handleOf(sessionId), isCurrent: sessionId === current }]
    })
    return Response.json({ sessions } satisfies SessionList)
  })

  app.put('/sessions/current', async ({ req: { raw: request }, var: { ownerId, identity } }) => {
    const { handle } = await readJsonBody(request, currentSessionBody, maxBodyBytes)
    const owner = ownerId()
    const sessionId = await findId({ request, owner, identity }, handle)
    const resolved = await callerOf(request).sessions.switchTo(sessionId, request)
    ownerSessions.add(owner, sessionId)
    return withCookie(Response.json(describeSession(resolved.session, request)), resolved)
  })

  app.delete('/sessions/:handle', async ({ req, var: { ownerId, identity } }) => {
    const owner = ownerId()
    const { raw: request } = req
    const { sessions } = callerOf(request)
    const sessionId = await findId({ request, owner, identity }, req.param('handle'))
    const isCurrent = sessions.currentId(request) === sessionId
    const cookie = await sessions.close(request, sessionId)
    ownerSessions.remove(owner, sessionId)
    return new Response(null, { status: 204, headers: isCurrent ? { 'set-cookie': cookie } : {} })
  })
}
