import type { MaybePromise } from '@mcp/protocol'

import type { App } from '../http/app.ts'
import { withCookie } from '../http/responses.ts'
import type { Caller } from '../sessions/callers.ts'
import { pickHeaders, reach, relayEvents } from '../sessions/relay-events.ts'

export interface ActivityRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

/** Adds the routes that relay the activity of the caller's session. */
export function addActivityRoutes(app: App, options: ActivityRoutesOptions): void {
  const { callerOf, url, fetch, closing } = options

  function relay(request: Request, segment: string): Promise<Response> {
    return callerOf(request).sessions.use(request, async (resolved) => {
      const { search } = new URL(request.url)
      const path = `${url}/sessions/${encodeURIComponent(resolved.session.id)}/${segment}${search}`
      const headers = pickHeaders(request.headers, ['authorization'])
      const { body } = await reach(path, { fetch, headers, signal: request.signal })
      const response = new Response(body, { headers: { 'content-type': 'application/json' } })
      return withCookie(response, resolved)
    })
  }

  app.get('/activity', ({ req: { raw: request } }) => {
    if (request.headers.get('accept')?.includes('text/event-stream') !== true) {
      return relay(request, 'activity')
    }
    return callerOf(request).sessions.use(request, async (resolved) => {
      const sessionId = resolved.session.id
      const stream = { url, fetch, sessionId, segment: 'activity', closing }
      return withCookie(await relayEvents(request, stream), resolved)
    })
  })

  app.get('/activity/:seq', ({ req }) =>
    relay(req.raw, `activity/${encodeURIComponent(req.param('seq'))}`),
  )
}
