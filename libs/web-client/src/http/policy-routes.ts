import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'
import type { App } from './app.ts'

export interface PolicyRoutesOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
}

/**
 * Adds `GET /policy/explain`, which the session manager serves to operators. To the session manager, each
 * request of the web client comes from this machine, so the web client checks the address of an anonymous
 * caller.
 */
export function addPolicyRoutes(app: App, { url, fetch }: PolicyRoutesOptions): void {
  app.get('/policy/explain', async ({ req: { raw: request }, env, var: { identity } }) => {
    if (identity === undefined && env.isLoopback !== true) {
      throw new McpError('forbidden', 'Explanations can be read only on this machine.', {
        details: { reason: 'policy' },
      })
    }
    const headers = pickHeaders(request.headers, ['authorization'])
    const { search } = new URL(request.url)
    const { signal } = request
    const response = await requestSessionManager(`${url}/policy/explain${search}`, {
      fetch,
      headers,
      signal,
    })
    return Response.json(await response.json())
  })
}
