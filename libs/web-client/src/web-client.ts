import type { ConversationStore } from '@mcp/conversations'
import { createConversations, createMemoryConversationStore } from '@mcp/conversations'
import type { Credentials, Service } from '@mcp/http'
import { openApi, toWebErrorResponse } from '@mcp/http'
import type { ModelProvider, Providers } from '@mcp/llm'
import { createProviders } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import { McpError, systemClock } from '@mcp/protocol'
import { Hono } from 'hono'

import { addActivityRoutes } from './activity/activity-routes.ts'
import { addRunRoutes } from './conversations/run-routes.ts'
import type { App, AppContext } from './http/app.ts'
import { createOpenApi } from './http/openapi.ts'
import { addPageRoutes } from './http/page-routes.ts'
import { addRequestRoutes } from './http/request-routes.ts'
import { addProviderRoutes } from './providers/provider-routes.ts'
import { addCookie, notFound } from './http/responses.ts'
import { traceFetch } from './http/trace-fetch.ts'
import { addSessionRoutes } from './http/session-routes.ts'
import { createCatalogueCache } from './prompts/catalogue-cache.ts'
import { createMemorySavedCalls } from './saved-calls/memory-saved-calls.ts'
import type { SavedCallStore } from './saved-calls/saved-call-store.ts'
import { createCallers } from './sessions/callers.ts'
import type { CallerIdentity, Owner } from './sessions/owner.ts'
import { createOwners } from './sessions/owner.ts'
import { createOwnerSessions } from './sessions/owner-sessions.ts'
import { reach } from './sessions/relay-events.ts'
import { addStreamRoutes } from './stream/stream-routes.ts'
import { createStreamSources } from './stream/stream-sources.ts'

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

// Additional time for responses of the session manager. It often closes at the same time, and its errors
// state whether a request ran.
const lastResponsesMs = 300

/** Returns the identity of a caller from its headers, or undefined if it is not authenticated. */
export type AuthenticateCaller = (request: Credentials) => MaybePromise<CallerIdentity | undefined>

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
  const callerOf = createCallers({ url, fetch, basePath })
  const ownerOf = createOwners({ basePath })
  const { conversationStore = createMemoryConversationStore() } = options
  const { savedCalls = createMemorySavedCalls() } = options
  const conversations = createConversations({ store: conversationStore, onError })
  const readCatalogue = createCatalogueCache({ url, fetch })
  const closing = new AbortController()
  const interrupt = new AbortController()
  const app: App = new Hono()

  app.get('/health', () => {
    const llm = providers.default
    const shown = llm && { provider: llm.id, label: llm.label, offline: llm.offline ?? false }
    return Response.json({ status: 'ok', llm: shown })
  })
  app.get('/ready', async ({ req: { raw: request } }) => {
    const [health] = await Promise.all([
      providers.default?.health?.() ?? { state: 'healthy' },
      reach(`${url}/health`, { fetch, signal: request.signal }),
    ])
    return Response.json({ status: 'ready', llm: health })
  })
  const admit = createAdmission(authenticate)
  // Before the files: their route also matches this path.
  app.get('/openapi.json', async (context) => {
    await admit(context)
    const url = openApi.serverUrl(basePath, context.env.pathPrefix)
    return Response.json(createOpenApi({ url, isAuthenticated: authenticate !== undefined }))
  })
  // The requests of a page run in parallel. Each would otherwise receive another new owner.
  const prepare = (request: Request, response: Response): void => {
    if (authenticate === undefined) addCookie(response, ownerOf(request, undefined))
  }
  addPageRoutes(app, { prepare })

  app.use(async (context, next) => {
    const identity = await admit(context)
    let owner: Owner | undefined
    context.set('identity', identity)
    context.set('ownerId', () => (owner ??= ownerOf(context.req.raw, identity)).id)
    context.set('knownOwnerId', () => {
      const known = owner ?? ownerOf(context.req.raw, identity)
      return known.cookie === undefined ? known.id : undefined
    })
    await next()
    addCookie(context.res, owner)
  })
  const shared = { callerOf, url, fetch, maxBodyBytes }
  const running = { ...shared, providers, conversations, readCatalogue }
  addRequestRoutes(app, { ...running, savedCalls, interrupt: interrupt.signal })
  addProviderRoutes(app, {
    providers,
    operators,
    ownUrls: [url, ...ownUrls],
    maxBodyBytes,
    clock: systemClock,
  })
  const ownerSessions = createOwnerSessions()
  addSessionRoutes(app, { ...shared, ownerSessions, closing: closing.signal })
  addActivityRoutes(app, { ...shared, conversations, closing: closing.signal })
  addStreamRoutes(app, { sources: createStreamSources(running), closing: closing.signal })
  addRunRoutes(app, { ...running, closing: closing.signal })

  app.notFound(({ req }) => notFound(`${req.method} ${req.path}`))
  app.onError((thrown) => {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(error)
    return toWebErrorResponse(error)
  })

  return {
    maxBodyBytes,
    fetch: async (request, peer) => {
      const { pathPrefix, isLoopback, address } = peer ?? {}
      if (!closing.signal.aborted) return app.fetch(request, { pathPrefix, isLoopback, address })
      return toWebErrorResponse(new McpError('unavailable', 'The web client is closing.'))
    },
    async close({ graceMs = 0 } = {}) {
      closing.abort()
      const end = (): Promise<void> => {
        interrupt.abort(interrupted())
        return conversations.close()
      }
      if (graceMs === 0) await end()
      else systemClock.after(graceMs + lastResponsesMs, () => void end().catch(onError))
    },
  }
}

/** Returns the function that authenticates the caller of a request. */
function createAdmission(authenticate: AuthenticateCaller | undefined) {
  return async ({ req, env }: AppContext): Promise<CallerIdentity | undefined> => {
    if (authenticate === undefined) return undefined
    const { isLoopback, address } = env
    const header = (name: string) => req.header(name)
    const identity = await authenticate({ header, peer: { isLoopback, address } })
    if (identity !== undefined) return identity
    throw authenticationRequired()
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

function authenticationRequired(): McpError {
  return new McpError(
    'unauthenticated',
    'Authentication required: send "Authorization: Bearer <token>" with a token of MCP_TOKENS or MCP_AUTH_ISSUER.',
  )
}
