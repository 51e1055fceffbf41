import { createLazy } from '@mcp/concurrency'
import type { ConversationStore } from '@mcp/conversations'
import type { Service } from '@mcp/http'
import { openApi, toWebErrorResponse } from '@mcp/http'
import type { ModelProvider, Providers } from '@mcp/llm'
import { createProviders } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import { Hono } from 'hono'

import type { AuthenticateCaller } from './http/admission.ts'
import { createAdmission } from './http/admission.ts'
import type { App } from './http/app.ts'
import { addPageRoutes } from './http/page-routes.ts'
import { addCookie, errorResponder } from './http/responses.ts'
import { traceFetch } from './http/trace-fetch.ts'
import type { SavedCallStore } from './saved-calls/saved-call-store.ts'
import { createOwners } from './sessions/owner.ts'
import { requestSessionManager } from './sessions/request-session-manager.ts'

export interface WebClientOptions {
  /** Address of the session manager. Default: `http://localhost:5000`. */
  sessionManagerUrl?: string | undefined
  /** Function that sends requests to the session manager, for example in this process. Default: `fetch`. */
  fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  /** The language model. Default: none. */
  llm?: ModelProvider | undefined
  /** Several providers, which operators can configure. If set, `llm` is ignored. Default: `llm`. */
  providers?: Providers | undefined
  /** Ids of the authenticated callers that may configure `providers`. Default: none. */
  operators?: readonly string[] | undefined
  /** Further addresses of this system. No provider may have one of them. Default: none. */
  ownUrls?: readonly string[] | undefined
  /** Keeps conversations. Default: in memory. Close it after the web client. */
  conversationStore?: ConversationStore | undefined
  /**
   * Returns the reason if the store of conversations cannot be used. Then `/ready` fails. Default: no check.
   */
  storeFailure?: (() => string | undefined) | undefined
  /** Keeps named calls. Default: in memory. */
  savedCalls?: SavedCallStore | undefined
  /** Authenticates callers. A caller without an identity is refused. Default: no authentication. */
  authenticate?: AuthenticateCaller | undefined
  /** Path under which callers reach the web client, such as `/mcp`. Cookies need it. Default: none. */
  basePath?: string | undefined
  /** Maximum size of a request body, in bytes. Default: 4 MiB. */
  maxBodyBytes?: number | undefined
  /** Receives unexpected errors. Default: do nothing. */
  onError?: ((error: unknown) => void) | undefined
}

// Additional time for responses of the session manager. The session manager often closes at the same time,
// and its errors state whether a request ran.
const lastResponsesMs = 300

/**
 * Creates the web client, which is a REST API and a browser interface for a session manager and a
 * language model.
 *
 * @example
 * const service = createWebClient({ llm: createOfflinePlanner() })
 * await listen({ service, port: 8080, variable: 'CLIENT_PORT' })
 */
export function createWebClient(options: WebClientOptions): Service {
  const { sessionManagerUrl = 'http://localhost:5000', authenticate, onError = () => {} } = options
  const { providers = createProviders({}, { fallback: options.llm }) } = options
  const { basePath = '', maxBodyBytes, operators = [], ownUrls = [] } = options
  const fetch = traceFetch(options.fetch)
  const url = sessionManagerUrl.replace(/\/+$/, '')
  const ownerOf = createOwners({ basePath })
  const closing = new AbortController()
  const interrupt = new AbortController()
  const app: App = new Hono()

  app.get('/health', () => {
    const llm = providers.default
    const shown = llm && { provider: llm.id, label: llm.label, offline: llm.offline ?? false }
    return Response.json({ status: 'ok', llm: shown })
  })
  app.get('/ready', async ({ req: { raw: request } }) => {
    const failure = options.storeFailure?.()
    if (failure !== undefined) throw new McpError('unavailable', failure)
    const [health] = await Promise.all([
      providers.default?.health?.() ?? { state: 'healthy' },
      requestSessionManager(`${url}/health`, { fetch, signal: request.signal }),
    ])
    return Response.json({ status: 'ready', llm: health })
  })
  const admit = createAdmission(authenticate)
  // Before the REST API, whose route matches all paths.
  app.get('/openapi.json', async (context) => {
    await admit(context)
    const { createOpenApi } = await import('./http/openapi.ts')
    const url = openApi.serverUrl(basePath, context.env.pathPrefix)
    return Response.json(createOpenApi({ url, isAuthenticated: authenticate !== undefined }))
  })
  // The response with the page sets the cookie of a new owner. The page sends its first requests in parallel;
  // without the cookie, each would receive another new owner.
  const prepare = (request: Request, response: Response): void => {
    if (authenticate === undefined) addCookie(response, ownerOf(request, undefined))
  }
  addPageRoutes(app, { prepare })

  // The code and the schemas of the REST API are loaded by the first request, not at the start of the hub.
  const rest = createLazy(async () => {
    const { createRestApi } = await import('./rest-api.ts')
    return createRestApi({
      url,
      fetch,
      providers,
      operators,
      ownUrls,
      conversationStore: options.conversationStore,
      savedCalls: options.savedCalls,
      basePath,
      maxBodyBytes,
      admit,
      ownerOf,
      closing: closing.signal,
      interrupt: interrupt.signal,
      onError,
    })
  })
  app.all('*', async ({ req, env }) => (await rest.get()).fetch(req.raw, env))
  app.onError(errorResponder(onError))

  return {
    maxBodyBytes,
    fetch: async (request, peer) => {
      const { pathPrefix, isLoopback, address } = peer ?? {}
      if (!closing.signal.aborted) return app.fetch(request, { pathPrefix, isLoopback, address })
      return toWebErrorResponse(new McpError('unavailable', 'The web client is closing.'))
    },
    async close({ graceMs = 0 } = {}) {
      closing.abort()
      const end = async (): Promise<void> => {
        interrupt.abort(interrupted())
        await (await rest.settled())?.close()
      }
      if (graceMs === 0) await end()
      else systemClock.after(graceMs + lastResponsesMs, () => void end().catch(onError))
    },
  }
}

/** Creates the error for a request that a shutdown interrupts. */
function interrupted(): McpError {
  return new McpError(
    'upstream-error',
    'The web client shut down before the request completed. Check its effect before you repeat it.',
    { details: { reason: 'outcome-unknown' }, retryable: false },
  )
}
