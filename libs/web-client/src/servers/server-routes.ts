import type { MaybePromise } from '@mcp/protocol'
import { newServerBody, startedLogin, toolApprovalBody } from '@mcp/protocol/rest'
import type { Context } from 'hono'

import type { App, AppEnvironment } from '../http/app.ts'
import { readJsonBody } from '../http/read-json-body.ts'
import { admitOperator } from '../providers/admit-operator.ts'
import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'

export interface ServerRoutesOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly maxBodyBytes: number | undefined
}

/** Adds the routes with which operators change the servers of the session manager. */
export function addServerRoutes(app: App, { url, fetch, maxBodyBytes }: ServerRoutesOptions): void {
  /**
   * Sends the change to the session manager, which knows the operators. To the session manager, each request
   * comes from this machine, so this service checks from which machine a caller without a token sent its
   * request.
   */
  function relay(
    { req: { raw: request }, env, get }: Context<AppEnvironment>,
    path: string,
    method: 'POST' | 'DELETE',
    body?: unknown,
  ): Promise<Response> {
    const identity = get('identity')
    if (identity === undefined) {
      const { isLoopback } = env
      admitOperator({ request, identity, isLoopback }, new Set(), 'servers')
    }
    const headers = pickHeaders(request.headers, ['authorization'])
    const { signal } = request
    return requestSessionManager(`${url}/servers${path}`, { fetch, headers, signal, method, body })
  }
  const nameIn = ({ req }: Context<AppEnvironment>): string =>
    encodeURIComponent(req.param('name') ?? '')

  app.post('/servers', async (context) => {
    const body = await readJsonBody(context.req.raw, newServerBody, maxBodyBytes)
    await relay(context, '', 'POST', body)
    return Response.json({ name: body.name }, { status: 201 })
  })
  app.delete('/servers/:name', async (context) => {
    await relay(context, `/${nameIn(context)}`, 'DELETE')
    return new Response(null, { status: 204 })
  })
  app.post('/servers/:name/restart', async (context) => {
    await relay(context, `/${nameIn(context)}/restart`, 'POST')
    return new Response(null, { status: 204 })
  })
  app.post('/servers/:name/authorize', async (context) => {
    const response = await relay(context, `/${nameIn(context)}/authorize`, 'POST')
    return Response.json(startedLogin.parse(await response.json()))
  })
  app.post('/servers/:name/approve', async (context) => {
    const body = await readJsonBody(context.req.raw, toolApprovalBody, maxBodyBytes)
    await relay(context, `/${nameIn(context)}/approve`, 'POST', body)
    return new Response(null, { status: 204 })
  })
}
