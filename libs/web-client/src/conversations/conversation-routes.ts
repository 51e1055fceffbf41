import type { Conversations } from '@mcp/conversations'
import { toMarkdown } from '@mcp/conversations'
import { parseValue } from '@mcp/protocol'
import {
  conversationChanges,
  conversationQuery,
  conversationSettings,
  exportQuery,
} from '@mcp/protocol/rest'
import * as z from 'zod'

import type { App } from '../http/app.ts'
import { readJsonBody } from '../http/read-json-body.ts'
import type { Caller } from '../sessions/callers.ts'

export interface ConversationRoutesOptions {
  readonly conversations: Conversations
  readonly callerOf: (request: Request) => Caller
  readonly maxBodyBytes: number | undefined
}

/** Adds the routes that create, list, change, remove, export and import conversations. */
export function addConversationRoutes(
  app: App,
  { conversations, callerOf, maxBodyBytes }: ConversationRoutesOptions,
): void {
  app.post('/conversations', async ({ req: { raw: request }, var: { ownerId } }) => {
    const settings = await readJsonBody(request, conversationSettings, maxBodyBytes)
    const { conversation, evicted } = await conversations.create(ownerId(), settings)
    return Response.json({ ...conversation, evicted }, { status: 201 })
  })

  app.post('/conversations/import', async ({ req: { raw: request }, var: { ownerId } }) => {
    const document = await readJsonBody(request, z.unknown(), maxBodyBytes)
    const { conversation, evicted } = await conversations.import(ownerId(), document)
    return Response.json({ ...conversation, evicted }, { status: 201 })
  })

  app.get('/conversations', async ({ req, var: { ownerId } }) => {
    const page = parseValue('query', conversationQuery, req.query())
    return Response.json(await conversations.list(ownerId(), page))
  })

  app.get('/conversations/:id', async ({ req, var: { ownerId } }) =>
    Response.json(await conversations.read(ownerId(), req.param('id'))),
  )

  app.patch('/conversations/:id', async ({ req, var: { ownerId } }) => {
    const changes = await readJsonBody(req.raw, conversationChanges, maxBodyBytes)
    return Response.json(await conversations.update(ownerId(), req.param('id'), changes))
  })

  app.delete('/conversations/:id', async ({ req, var: { ownerId } }) => {
    const id = req.param('id')
    const sessionId = await conversations.sessionIdOf(ownerId(), id)
    await conversations.remove(ownerId(), id)
    if (sessionId !== undefined) await closeSession(callerOf(req.raw).client, sessionId)
    return new Response(null, { status: 204 })
  })

  app.get('/conversations/:id/export', async ({ req, var: { ownerId } }) => {
    const { format } = parseValue('query', exportQuery, req.query())
    const document = await conversations.export(ownerId(), req.param('id'))
    if (format === 'json') return Response.json(document)
    const headers = { 'content-type': 'text/markdown; charset=utf-8' }
    return new Response(toMarkdown(document), { headers })
  })
}

/** Closes the session of a removed conversation. Otherwise, it would remain until it expires. */
async function closeSession(client: Caller['client'], sessionId: string): Promise<void> {
  try {
    const session = await client.connect({ sessionId })
    await session.close()
  } catch {
    // The session has expired, or expires later if the session manager is unavailable.
  }
}
