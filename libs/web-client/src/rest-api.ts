import type { ConversationStore } from '@mcp/conversations'
import { createConversations, createMemoryConversationStore } from '@mcp/conversations'
import type { Providers } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'
import { Hono } from 'hono'

import { addActivityRoutes } from './activity/activity-routes.ts'
import { addRunRoutes } from './conversations/run-routes.ts'
import type { Admit } from './http/admission.ts'
import type { App, AppEnvironment } from './http/app.ts'
import { addCookie, errorResponder, notFound } from './http/responses.ts'
import { addRequestRoutes } from './http/request-routes.ts'
import { addSessionRoutes } from './http/session-routes.ts'
import { createCatalogueCache } from './prompts/catalogue-cache.ts'
import { addProviderRoutes } from './providers/provider-routes.ts'
import { createDocumentSavedCalls } from './saved-calls/document-saved-calls.ts'
import type { SavedCallStore } from './saved-calls/saved-call-store.ts'
import { createCallers } from './sessions/callers.ts'
import type { Owner, OwnerOf } from './sessions/owner.ts'
import { createOwnerSessions } from './sessions/owner-sessions.ts'
import { addStreamRoutes } from './stream/stream-routes.ts'
import { createStreamSources } from './stream/stream-sources.ts'

export interface RestApiOptions {
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly providers: Providers
  readonly operators: readonly string[]
  readonly ownUrls: readonly string[]
  readonly conversationStore: ConversationStore | undefined
  readonly savedCalls: SavedCallStore | undefined
  readonly basePath: string
  readonly maxBodyBytes: number | undefined
  readonly admit: Admit
  readonly ownerOf: OwnerOf
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
  /** Aborted when a shutdown stops waiting for requests. Its reason is the error to return. */
  readonly interrupt: AbortSignal
  readonly onError: (error: unknown) => void
}

/** The part of the web client that is loaded by its first request. */
export interface RestApi {
  fetch(request: Request, environment: AppEnvironment['Bindings']): MaybePromise<Response>
  /** Ends the runs. */
  close(): Promise<void>
}

/** Creates the REST API: requests, sessions, conversations, runs, models and streams. */
export function createRestApi(options: RestApiOptions): RestApi {
  const { url, fetch, providers, basePath, maxBodyBytes, admit, ownerOf, closing } = options
  const { conversationStore = createMemoryConversationStore(), onError } = options
  const { savedCalls = createDocumentSavedCalls() } = options
  const callerOf = createCallers({ url, fetch, basePath })
  const conversations = createConversations({ store: conversationStore, onError })
  const readCatalogue = createCatalogueCache({ url, fetch })
  const app: App = new Hono()

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
  addRequestRoutes(app, { ...running, savedCalls, interrupt: options.interrupt })
  addProviderRoutes(app, {
    providers,
    operators: options.operators,
    ownUrls: [url, ...options.ownUrls],
    maxBodyBytes,
    clock: systemClock,
  })
  const ownerSessions = createOwnerSessions()
  addSessionRoutes(app, { ...shared, ownerSessions, closing })
  addActivityRoutes(app, { ...shared, conversations, closing })
  addStreamRoutes(app, { sources: createStreamSources(running), closing })
  addRunRoutes(app, { ...running, closing })
  app.notFound(({ req }) => notFound(`${req.method} ${req.path}`))
  app.onError(errorResponder(onError))

  return { fetch: app.fetch, close: async () => conversations.close() }
}
