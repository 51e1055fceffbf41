import type { Conversations } from '@mcp/conversations'
import type { CatalogueOperation, Providers } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import { executeBody, processBody, requestBody } from '@mcp/protocol/rest'

import { createModelCallReporter } from '../activity/model-call-reporter.ts'
import { processPrompt } from '../conversations/process-prompt.ts'
import { streamPrompt } from '../prompts/prompt-stream.ts'
import type { Caller } from '../sessions/callers.ts'
import { relayServers } from '../sessions/relay-events.ts'
import { sendRequest } from '../sessions/send-request.ts'
import type { ResolvedSession } from '../sessions/session-resolver.ts'
import type { App } from './app.ts'
import { readJsonBody } from './read-json-body.ts'
import { envelopeToResponse, eventStream, withCookie } from './responses.ts'

export interface RequestRoutesOptions {
  readonly callerOf: (request: Request) => Caller
  readonly providers: Providers
  readonly conversations: Conversations
  readonly readCatalogue: (
    request: Request,
    signal: AbortSignal,
  ) => Promise<readonly CatalogueOperation[]>
  /** Address of the session manager, without a trailing slash. */
  readonly url: string
  readonly fetch: (request: Request) => MaybePromise<Response>
  readonly maxBodyBytes: number | undefined
  /** A shutdown aborts it when it no longer waits for requests. The reason is the error to return. */
  readonly interrupt: AbortSignal
}

/** Adds the routes for prompts, tools, other requests and the list of servers. */
export function addRequestRoutes(app: App, options: RequestRoutesOptions): void {
  const { callerOf, providers, url, fetch, maxBodyBytes, interrupt, conversations, readCatalogue } =
    options
  const signalOf = (request: Request) => AbortSignal.any([request.signal, interrupt])
  const send = (request: Request, type: string, payload: Readonly<Record<string, unknown>>) =>
    callerOf(request).sessions.use(request, async (resolved) => {
      const response = await sendRequest(resolved.session, type, payload, {
        signal: signalOf(request),
      })
      if (response.status === 'error' && response.error.code === 'session-not-found') {
        throw McpError.fromBody(response.error)
      }
      return withCookie(envelopeToResponse(response), resolved)
    })

  app.post('/process', async ({ req: { raw: request }, var: { ownerId } }) => {
    const body = await readJsonBody(request, processBody, maxBodyBytes)
    const chosen = providers.choose(body.model)
    const { sessions } = callerOf(request)
    const signal = signalOf(request)
    const respond = async (resolved: ResolvedSession): Promise<Response> => {
      const readAgain = (ending: AbortSignal) => readCatalogue(request, ending)
      const catalogue = await readAgain(signal)
      const { session } = resolved
      const owner = ownerId()
      const report = createModelCallReporter(request, { url, fetch })
      const base = { conversations, owner, catalogue, readCatalogue: readAgain, session, signal }
      const input = { ...body, ...chosen, ...base, report }
      if (acceptsEvents(request)) {
        const body = streamPrompt((onEvent) => processPrompt({ ...input, onEvent }))
        return withCookie(eventStream(body), resolved)
      }
      return withCookie(envelopeToResponse(await processPrompt(input)), resolved)
    }
    // The session is verified first. If it expired during the prompt, the model's work would be lost.
    return sessions.use(request, respond, { isVerified: true })
  })

  app.post('/tools/execute', async ({ req: { raw: request } }) => {
    const payload = await readJsonBody(request, executeBody, maxBodyBytes)
    return send(request, 'tool-execution', payload)
  })

  app.post('/requests', async ({ req: { raw: request } }) => {
    const { type, payload } = await readJsonBody(request, requestBody, maxBodyBytes)
    return send(request, type, payload)
  })

  app.get('/servers', ({ req: { raw: request } }) => relayServers(request, { url, fetch }))
}

function acceptsEvents(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/event-stream') ?? false
}
