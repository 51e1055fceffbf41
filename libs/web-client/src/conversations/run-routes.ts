import type { Conversations, PrepareRun, RunInput, StartedRun } from '@mcp/conversations'
import { chooseDirectProvider } from '@mcp/direct-forms'
import type { CatalogueOperation, Providers } from '@mcp/llm'
import { systemClock } from '@mcp/protocol'
import type { RunEvent } from '@mcp/protocol/agent'
import type { Attachment } from '@mcp/protocol/rest'
import { continueBody, decisionBody, interactionBody, runBody } from '@mcp/protocol/rest'
import type * as z from 'zod'

import { createModelCallReporter } from '../activity/model-call-reporter.ts'
import type { ModelCallReporterOptions } from '../activity/model-call-reporter.ts'
import type { App } from '../http/app.ts'
import { readJsonBody } from '../http/read-json-body.ts'
import { eventStream } from '../http/responses.ts'
import type { Caller } from '../sessions/callers.ts'
import { readAttachments } from './attachments.ts'
import { addConversationRoutes } from './conversation-routes.ts'
import { createInstructions } from './instructions.ts'
import { openRunSession } from './run-session.ts'
import { readPosition, streamRun } from './run-stream.ts'

export interface RunRoutesOptions extends ModelCallReporterOptions {
  readonly conversations: Conversations
  readonly callerOf: (request: Request) => Caller
  readonly providers: Providers
  readonly readCatalogue: (
    request: Request,
    signal: AbortSignal,
  ) => Promise<readonly CatalogueOperation[]>
  readonly maxBodyBytes: number | undefined
  /** Aborted when the service closes. */
  readonly closing: AbortSignal
}

/** Adds the routes of conversations, of runs (start, watch, stop and continue), and of decisions. */
export function addRunRoutes(app: App, options: RunRoutesOptions): void {
  const { conversations, callerOf, providers, readCatalogue, maxBodyBytes, closing } = options
  addConversationRoutes(app, { conversations, callerOf, maxBodyBytes })

  function prepareFor(request: Request, attachments: readonly Attachment[] = []): PrepareRun {
    return async ({ prompt, model: name, sessionId, onSession }) => {
      await providers.refresh()
      const { provider, model } = providers.choose(name)
      const { signal } = request
      const report = createModelCallReporter(request, options)
      const [session, operations] = await Promise.all([
        openRunSession(callerOf(request).client, sessionId, { onSession, report }),
        readCatalogue(request, signal),
      ])
      const [read, system] = await Promise.all([
        readAttachments(session, attachments, signal),
        createInstructions(session, operations, { now: systemClock.now(), signal }),
      ])
      const base = { provider, catalogue: operations }
      const readOwnCatalogue = (abort: AbortSignal) => readCatalogue(request, abort)
      const direct = prompt === undefined ? base : chooseDirectProvider(prompt, base)
      return { ...direct, readCatalogue: readOwnCatalogue, model, session, system, ...read }
    }
  }

  app.post('/conversations/:id/runs', async ({ req, var: { ownerId } }) => {
    const body = await readJsonBody(req.raw, runBody, maxBodyBytes)
    const { model, limits } = body
    const prepare = prepareFor(req.raw, body.attachments)
    const input = inputOf(body)
    return accepted(
      await conversations.start(ownerId(), req.param('id'), input, prepare, { model, limits }),
    )
  })

  app.get('/runs/:id', async ({ req, var: { ownerId } }) =>
    Response.json(await conversations.run(ownerId(), req.param('id'))),
  )

  app.get('/runs/:id/events', async ({ req, var: { ownerId } }) => {
    const after = readPosition(req.raw)
    const disconnected = new AbortController()
    const signal = AbortSignal.any([req.raw.signal, disconnected.signal, closing])
    const { id } = req.param()
    const { state } = await conversations.run(ownerId(), id)
    const events = await conversations.events(ownerId(), id, { after, signal })
    if (state === 'running') return eventStream(streamRun(events, () => disconnected.abort()))
    const rest = events[Symbol.asyncIterator]()
    const first = await rest.next()
    // HTTP 204 ends the reconnects of a client that has received all events.
    if (first.done === true) return new Response(null, { status: 204 })
    return eventStream(streamRun(prepend(first.value, rest), () => disconnected.abort()))
  })

  app.get('/runs/:id/results/:ref', async ({ req, var: { ownerId } }) => {
    const { id, ref } = req.param()
    const headers = { 'content-type': 'text/plain; charset=utf-8' }
    return new Response(await conversations.result(ownerId(), id, ref), { headers })
  })

  app.post('/runs/:id/stop', async ({ req, var: { ownerId } }) =>
    Response.json(await conversations.stop(ownerId(), req.param('id'))),
  )

  app.post('/runs/:id/continue', async ({ req, var: { ownerId } }) => {
    const body = await readJsonBody(req.raw, continueBody, maxBodyBytes)
    const prepare = prepareFor(req.raw)
    return accepted(await conversations.continue(ownerId(), req.param('id'), prepare, body))
  })

  app.post('/runs/:id/calls/:callId/decision', async ({ req, var: { ownerId } }) => {
    const decision = await readJsonBody(req.raw, decisionBody, maxBodyBytes)
    const { id, callId } = req.param()
    await conversations.decide(ownerId(), id, callId, decision)
    return new Response(null, { status: 204 })
  })

  app.post('/runs/:id/interactions/:interactionId', async ({ req, var: { ownerId } }) => {
    const response = await readJsonBody(req.raw, interactionBody, maxBodyBytes)
    const { id, interactionId } = req.param()
    await conversations.respond(ownerId(), id, interactionId, response)
    return new Response(null, { status: 204 })
  })

  app.get('/grants', async ({ var: { ownerId } }) =>
    Response.json({ grants: await conversations.grants(ownerId()) }),
  )

  app.delete('/grants/:id', async ({ req, var: { ownerId } }) => {
    await conversations.removeGrant(ownerId(), req.param('id'))
    return new Response(null, { status: 204 })
  })

  app.get('/pending', ({ var: { ownerId } }) =>
    Response.json({ pending: conversations.pending(ownerId()) }),
  )
}

async function* prepend(
  first: RunEvent,
  rest: AsyncIterator<RunEvent>,
): AsyncGenerator<RunEvent, void> {
  yield first
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
}

function accepted({ info, evicted }: StartedRun): Response {
  return Response.json({ runId: info.runId, evicted }, { status: 202 })
}

function inputOf({ prompt = '', retry, edit }: z.output<typeof runBody>): RunInput {
  if (retry !== undefined) return { retry }
  return edit === undefined ? { prompt } : { edit, prompt }
}
