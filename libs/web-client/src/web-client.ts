import type { Service } from '@mcp/http'
import type { MaybePromise, ResponseEnvelope } from '@mcp/protocol'
import { envelopeResponse, toWebErrorResponse, toWebResponse } from '@mcp/http'
import { McpError } from '@mcp/protocol'
import type { ModelProvider } from '@mcp/llm'
import { Hono } from 'hono'

import { runPrompt } from './prompts/run-prompt.ts'
import {
  executeBody,
  interactionBody,
  processBody,
  requestBody,
  sessionBody,
} from './http/bodies.ts'
import { createCallers } from './sessions/callers.ts'
import { createPageFiles } from './http/page-files.ts'
import { streamPrompt } from './prompts/prompt-stream.ts'
import { readJsonBody } from './http/read-json-body.ts'
import { reach, relayEvents } from './sessions/relay-events.ts'
import { sendRequest } from './sessions/send-request.ts'
import type { ResolvedSession } from './sessions/session-resolver.ts'
import { describeSession } from './sessions/show-session.ts'

export interface WebClientOptions {
  /** Address of the session manager. Default: `http://localhost:5000`. */
  sessionManagerUrl?: string | undefined
  /** Sends requests to it, for example to a service in this process. Default: the global `fetch`. */
  fetch?: ((request: Request) => MaybePromise<Response>) | undefined
  /** The language model. */
  llm: ModelProvider
  /** Authenticates callers; `undefined` is refused as `unauthenticated`. Default: no authentication. */
  authenticate?: AuthenticateCaller | undefined
  /** Receives unexpected errors. Default: do nothing. */
  onError?: ((error: unknown) => void) | undefined
}

/** Returns the identity of a caller from its headers, or `undefined`. */
export type AuthenticateCaller = (request: {
  header(name: string): string | undefined
}) => MaybePromise<object | undefined>

/**
 * Creates the web client: the REST API and the page in front of a session manager and a language model.
 *
 * @example
 * const service = createClientService({ llm: createOfflinePlanner() })
 * await listen({ service, port: 8080, variable: 'CLIENT_PORT' })
 */
export function createWebClient(options: WebClientOptions): Service {
  const { sessionManagerUrl = 'http://localhost:5000', llm, authenticate } = options
  const { fetch = (request) => globalThis.fetch(request), onError = () => {} } = options
  const url = sessionManagerUrl.replace(/\/+$/, '')
  const callerOf = createCallers({ url, fetch })
  const page = createPageFiles()
  const closing = new AbortController()
  const app = new Hono()

  const send = (request: Request, type: string, payload: Readonly<Record<string, unknown>>) =>
    callerOf(request).sessions.use(request, async (resolved) => {
      const response = await sendRequest(resolved.session, type, payload, request.signal)
      if (response.status === 'error' && response.error.code === 'session-not-found') {
        throw McpError.fromBody(response.error)
      }
      return withCookie(envelopeToResponse(response), resolved)
    })

  app.get('/health', () =>
    Response.json({
      status: 'ok',
      llm: { provider: llm.id, label: llm.label, offline: llm.offline ?? false },
    }),
  )
  app.get('/ready', async ({ req: { raw: request } }) => {
    await reach(`${url}/health`, { fetch, signal: request.signal })
    return Response.json({ status: 'ready' })
  })
  app.get('/', async ({ req }) => (await page('index.html', req.raw)) ?? notFound('/'))
  app.get('/:file{[a-z-]+\\.[a-z]+}', async ({ req }) => {
    const { file } = req.param()
    return (await page(file, req.raw)) ?? notFound(req.path)
  })

  app.use(async (context, next) => {
    if (authenticate === undefined) return next()
    const header = (name: string) => context.req.header(name)
    if ((await authenticate({ header })) !== undefined) return next()
    throw new McpError(
      'unauthenticated',
      'Authentication required: send "Authorization: Bearer <token>" with a token of MCP_TOKENS.',
    )
  })

  app.post('/process', async ({ req: { raw: request } }) => {
    const { prompt, model } = await readJsonBody(request, processBody)
    const { client, sessions } = callerOf(request)
    const { signal } = request
    const respond = async (resolved: ResolvedSession): Promise<Response> => {
      const servers = await client.servers({ signal })
      const catalogue = servers.flatMap(({ name, operations }) =>
        operations.map((operation) => ({ ...operation, server: name })),
      )
      const input = { prompt, model, provider: llm, catalogue, session: resolved.session, signal }
      if (acceptsEvents(request)) {
        const body = streamPrompt((onEvent) => runPrompt({ ...input, onEvent }))
        return withCookie(eventStream(body), resolved)
      }
      return withCookie(envelopeToResponse(await runPrompt(input)), resolved)
    }
    // Verified first: detecting an expired session later would waste the model's work.
    return sessions.use(request, respond, { isVerified: true })
  })

  app.post('/tools/execute', async ({ req: { raw: request } }) => {
    const payload = await readJsonBody(request, executeBody)
    return send(request, 'tool-execution', payload)
  })
  app.post('/requests', async ({ req: { raw: request } }) => {
    const { type, payload } = await readJsonBody(request, requestBody)
    return send(request, type, payload)
  })

  app.post('/sessions', async ({ req: { raw: request } }) => {
    const body = await readJsonBody(request, sessionBody)
    const resolved = await callerOf(request).sessions.open(body, request)
    return withCookie(
      Response.json(describeSession(resolved.session, request), { status: 201 }),
      resolved,
    )
  })
  app.get('/sessions/current', ({ req: { raw: request } }) =>
    callerOf(request).sessions.use(
      request,
      async (resolved) =>
        withCookie(Response.json(describeSession(resolved.session, request)), resolved),
      { isVerified: true },
    ),
  )
  app.delete('/sessions/current', async ({ req: { raw: request } }) => {
    const cookie = await callerOf(request).sessions.close(request)
    return new Response(null, { status: 204, headers: { 'set-cookie': cookie } })
  })

  app.post('/interactions/:interaction', async ({ req }) => {
    const { action, content } = await readJsonBody(req.raw, interactionBody)
    const { interaction } = req.param()
    await callerOf(req.raw).sessions.use(req.raw, ({ session }) =>
      session.respond(interaction, { action, content }, { signal: req.raw.signal }),
    )
    return new Response(null, { status: 204 })
  })

  app.get('/events', ({ req: { raw: request } }) =>
    callerOf(request).sessions.use(request, async (resolved) => {
      const sessionId = resolved.session.id
      const relayed = { url, fetch, sessionId, closing: closing.signal }
      return withCookie(await relayEvents(request, relayed), resolved)
    }),
  )

  app.get('/servers', async ({ req: { raw: request } }) => {
    const servers = await callerOf(request).client.servers({ signal: request.signal })
    return Response.json({ servers })
  })

  app.notFound(({ req }) => notFound(`${req.method} ${req.path}`))
  app.onError((thrown) => {
    const error = McpError.from(thrown)
    if (error.code === 'internal') onError(error)
    return toWebErrorResponse(error)
  })

  return {
    fetch: async (request) => {
      if (!closing.signal.aborted) return app.fetch(request)
      return toWebErrorResponse(new McpError('unavailable', 'The web client is closing.'))
    },
    async close() {
      closing.abort()
    },
  }
}

function notFound(route: string): Response {
  return toWebErrorResponse(new McpError('not-found', `Not found: ${route.slice(0, 200)}.`))
}

function envelopeToResponse(response: ResponseEnvelope): Response {
  return toWebResponse(envelopeResponse(response))
}

function eventStream(body: ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-cache, no-transform' },
  })
}

function acceptsEvents(request: Request): boolean {
  return request.headers.get('accept')?.includes('text/event-stream') ?? false
}

function withCookie(response: Response, { cookie }: ResolvedSession): Response {
  if (cookie !== undefined) response.headers.append('set-cookie', cookie)
  return response
}
