import type { Conversations } from '@mcp/conversations'
import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { ActivityPage } from '@mcp/protocol/rest'

import type { App } from '../http/app.ts'
import { withCookie } from '../http/responses.ts'
import type { Caller } from '../sessions/callers.ts'
import { relayEvents } from '../sessions/relay-events.ts'
import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'

export interface ActivityRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  readonly conversations: Pick<Conversations, 'sessionIdOf'>
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

/**
 * Adds the routes that relay the activity of the caller's session or, with `?conversation=`, of the session
 * that the runs of a conversation use.
 */
export function addActivityRoutes(app: App, options: ActivityRoutesOptions): void {
  const { callerOf, conversations, url, fetch, closing } = options

  async function use(
    { req: { raw: request }, var: { ownerId } }: ActivityContext,
    work: (sessionId: string) => Promise<Response>,
  ): Promise<Response> {
    const conversationId = new URL(request.url).searchParams.get('conversation')
    if (conversationId !== null) {
      return work(await findRunSession(conversations, ownerId(), conversationId))
    }
    return callerOf(request).sessions.use(request, async (resolved) =>
      withCookie(await work(resolved.session.id), resolved),
    )
  }

  function relay(context: ActivityContext, segment: string): Promise<Response> {
    return use(context, async (sessionId) => {
      const { raw: request } = context.req
      const { searchParams } = new URL(request.url)
      searchParams.delete('conversation')
      const path = `${url}/sessions/${encodeURIComponent(sessionId)}/${segment}?${searchParams}`
      const headers = pickHeaders(request.headers, ['authorization'])
      const { body } = await requestSessionManager(path, { fetch, headers, signal: request.signal })
      return new Response(body, { headers: { 'content-type': 'application/json' } })
    })
  }

  app.get('/activity', async (context) => {
    const { raw: request } = context.req
    if (request.headers.get('accept')?.includes('text/event-stream') !== true) {
      const conversationId = context.req.query('conversation')
      if (conversationId !== undefined) {
        // The first run of a conversation opens its session. Until then, its activity is empty.
        const owner = context.var.ownerId()
        const sessionId = await conversations.sessionIdOf(owner, conversationId)
        if (sessionId === undefined)
          return context.json({ entries: [], last: 0 } satisfies ActivityPage)
      }
      return relay(context, 'activity')
    }
    return use(context, (sessionId) =>
      relayEvents(request, { url, fetch, sessionId, segment: 'activity', closing }),
    )
  })

  app.get('/activity/:seq', (context) =>
    relay(context, `activity/${encodeURIComponent(context.req.param('seq'))}`),
  )
}

interface ActivityContext {
  readonly req: { readonly raw: Request }
  readonly var: { readonly ownerId: () => string }
}

/**
 * Returns the id of the session that the runs of a conversation use.
 *
 * @throws McpError `not-found` if the owner has no such conversation, or if the conversation has no session
 *   yet.
 */
export async function findRunSession(
  conversations: Pick<Conversations, 'sessionIdOf'>,
  owner: string,
  conversationId: string,
): Promise<string> {
  const sessionId = await conversations.sessionIdOf(owner, conversationId)
  if (sessionId !== undefined) return sessionId
  throw new McpError('not-found', `Conversation "${conversationId}" has had no run yet.`)
}
