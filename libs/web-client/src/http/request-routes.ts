import type { Conversations } from '@mcp/conversations'
import type { CatalogueOperation, Providers } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import type { AgentEvent } from '@mcp/protocol/agent'
import { executeBody, processBody, requestBody } from '@mcp/protocol/rest'

import { createModelCallReporter } from '../activity/model-call-reporter.ts'
import { processPrompt } from '../conversations/process-prompt.ts'
import { addSavedCallRoutes } from '../saved-calls/saved-call-routes.ts'
import type { SavedCallStore } from '../saved-calls/saved-call-store.ts'
import type { Caller } from '../sessions/callers.ts'
import { addServerRoutes } from '../servers/server-routes.ts'
import { relayServers } from '../sessions/relay-events.ts'
import { pickHeaders, requestSessionManager } from '../sessions/request-session-manager.ts'
import type { ResolvedSession } from '../sessions/session-resolver.ts'
import type { App } from './app.ts'
import { addPolicyRoutes } from './policy-routes.ts'
import { readJsonBody } from './read-json-body.ts'
import { streamResponse } from './response-stream.ts'
import { envelopeToResponse, eventStream, withCookie } from './responses.ts'
import { acceptsEvents, createSendForRequest } from './send-for-request.ts'

export interface RequestRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  readonly providers: Providers
  readonly conversations: Conversations
  readonly savedCalls: SavedCallStore
  readonly readCatalogue: (
    request: Request,
    signal: AbortSignal,
  ) => Promise<readonly CatalogueOperation[]>
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly maxBodyBytes: number | undefined
  /** Aborted when a shutdown stops waiting for requests. Its reason is the error to return. */
  readonly interrupt: AbortSignal
}

/** Adds the routes for requests (prompts, tools, others, cancellation), policy, saved calls and servers. */
export function addRequestRoutes(app: App, options: RequestRoutesOptions): void {
  const {
    callerOf,
    providers,
    url,
    fetch,
    maxBodyBytes,
    interrupt,
    conversations,
    readCatalogue,
    savedCalls,
  } = options
  const signalOf = (request: Request) => AbortSignal.any([request.signal, interrupt])
  const send = createSendForRequest({ callerOf, signalOf })

  app.post('/process', async ({ req: { raw: request }, var: { ownerId } }) => {
    const body = await readJsonBody(request, processBody, maxBodyBytes)
    await providers.refresh()
    const chosen = providers.choose(body.model)
    const { sessions } = callerOf(request)
    const signal = signalOf(request)
    const respond = async (resolved: ResolvedSession): Promise<Response> => {
      const readOwnCatalogue = (abort: AbortSignal) => readCatalogue(request, abort)
      const catalogue = await readOwnCatalogue(signal)
      const { session } = resolved
      const owner = ownerId()
      const report = createModelCallReporter(request, { url, fetch })
      const base = {
        conversations,
        owner,
        catalogue,
        readCatalogue: readOwnCatalogue,
        session,
        signal,
      }
      const input = { ...body, ...chosen, ...base, report }
      if (acceptsEvents(request)) {
        const body = streamResponse((emit) => {
          const onEvent = (chunk: AgentEvent, requestId: string): void =>
            emit('chunk', { requestId, chunk })
          return processPrompt({ ...input, onEvent })
        })
        return withCookie(eventStream(body), resolved)
      }
      return withCookie(envelopeToResponse(await processPrompt(input)), resolved)
    }
    // The session is verified before the prompt runs. Otherwise, an expired session would be noticed only
    // after the model has responded, and the response would be lost.
    return sessions.use(request, respond, { isVerified: true })
  })

  app.post('/tools/execute', async ({ req: { raw: request } }) => {
    const payload = await readJsonBody(request, executeBody, maxBodyBytes)
    return send(request, { type: 'tool-execution', payload })
  })

  app.post('/requests', async ({ req: { raw: request } }) => {
    return send(request, await readJsonBody(request, requestBody, maxBodyBytes))
  })

  app.delete('/requests/:id', async ({ req }) => {
    const { raw: request } = req
    const { id } = req.param()
    await callerOf(request).sessions.use(request, ({ session }) => {
      const path = `${url}/sessions/${encodeURIComponent(session.id)}/requests/${encodeURIComponent(id)}`
      const headers = pickHeaders(request.headers, ['authorization'])
      return requestSessionManager(path, {
        fetch,
        headers,
        signal: request.signal,
        method: 'DELETE',
      })
    })
    return new Response(null, { status: 204 })
  })

  addPolicyRoutes(app, { url, fetch })
  addSavedCallRoutes(app, { store: savedCalls, send, maxBodyBytes })

  app.get('/servers', ({ req: { raw: request } }) => relayServers(request, { url, fetch }))
  addServerRoutes(app, { url, fetch, maxBodyBytes })
}
