import type { MaybePromise } from '@mcp/protocol'
import { interactionBody, sessionBody } from '@mcp/protocol/rest'

import type { Caller } from '../sessions/callers.ts'
import { relayEvents } from '../sessions/relay-events.ts'
import type { OwnerSessions } from '../sessions/owner-sessions.ts'
import { describeSession } from '../sessions/show-session.ts'
import type { App } from './app.ts'
import { addSessionListRoutes } from './session-list-routes.ts'
import { readJsonBody } from './read-json-body.ts'
import { withCookie } from './responses.ts'

export interface SessionRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  readonly ownerSessions: OwnerSessions
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly maxBodyBytes: number | undefined
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

/** Adds the routes that open, describe and close sessions, and the routes for interactions and events. */
export function addSessionRoutes(app: App, options: SessionRoutesOptions): void {
  const { callerOf, ownerSessions, url, fetch, maxBodyBytes, closing } = options
  app.post('/sessions', async ({ req: { raw: request }, var: { knownOwnerId } }) => {
    const body = await readJsonBody(request, sessionBody, maxBodyBytes)
    const resolved = await callerOf(request).sessions.open(body, request)
    const owner = knownOwnerId()
    if (owner !== undefined) ownerSessions.add(owner, resolved.session.id)
    const info = describeSession(resolved.session, request)
    return withCookie(Response.json(info, { status: 201 }), resolved)
  })

  app.get('/sessions/current', ({ req: { raw: request }, var: { knownOwnerId } }) =>
    callerOf(request).sessions.use(
      request,
      async (resolved) => {
        const { session, cookie } = resolved
        const isOwn =
          cookie !== undefined || callerOf(request).sessions.currentId(request) !== undefined
        // The shared session has no owner.
        const owner = knownOwnerId()
        if (isOwn && owner !== undefined) ownerSessions.add(owner, session.id)
        return withCookie(Response.json(describeSession(session, request)), resolved)
      },
      { isVerified: true },
    ),
  )

  app.delete('/sessions/current', async ({ req: { raw: request } }) => {
    const cookie = await callerOf(request).sessions.close(request)
    return new Response(null, { status: 204, headers: { 'set-cookie': cookie } })
  })

  app.post('/interactions/:interaction', async ({ req }) => {
    const { action, content } = await readJsonBody(req.raw, interactionBody, maxBodyBytes)
    const { interaction } = req.param()
    await callerOf(req.raw).sessions.use(req.raw, ({ session }) =>
      session.respond(interaction, { action, content }, { signal: req.raw.signal }),
    )
    return new Response(null, { status: 204 })
  })

  app.get('/events', ({ req: { raw: request } }) =>
    callerOf(request).sessions.use(request, async (resolved) => {
      const sessionId = resolved.session.id
      return withCookie(await relayEvents(request, { url, fetch, sessionId, closing }), resolved)
    }),
  )
  // These routes come last, because the path of one of them also matches `/sessions/current`.
  addSessionListRoutes(app, options)
}
