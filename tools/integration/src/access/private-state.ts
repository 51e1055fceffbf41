import { createUpstreamServer, upstreamOptionsSchema } from '@mcp/upstream'
import type { CreateTransport } from '@mcp/upstream'
import { InMemoryTransport } from '@modelcontextprotocol/client'
import { McpServer } from '@modelcontextprotocol/server'
import { vi } from 'vitest'
import * as z from 'zod'

import { toPost } from '../mcp/raw-client.ts'
import type { Caller, GuardedHub, Read } from './guarded-hub.ts'
import { property, readUntil, startGuardedHub } from './guarded-hub.ts'

/** Text that is in everything that belongs to Ada. */
export const secret = 'ada-private-1815'

/** Ada may use the roots server, and Ben may not. The square root of the calculator requires an approval. */
const policy = `rules:
  - name: roots are for ada
    server: roots
    who: ben
    effect: deny
  - name: approval
    operation: calculator.sqrt
    effect: ask
  - name: everyone
    who: [ada, ben]
    effect: allow`

/** The state of Ada in a running hub. */
export interface PrivateState {
  readonly hub: GuardedHub
  /** A session of each caller, at the session manager. */
  readonly sessions: Readonly<Record<Caller, string>>
  /** The session of Ada at the client app, by its handle. */
  readonly handle: string
  /** Ids of a request with a recorded response, and of a request that waits for an interaction. */
  readonly requests: { readonly recorded: string; readonly waiting: string }
  readonly interactionId: string
  /** The response to the request that waits. */
  readonly response: Promise<Read>
  readonly resultRef: string
  readonly transactionId: string
  /** A session of an MCP client before 2026-07-28, and the state of a modern call that waits. */
  readonly mcpSession: string
  readonly requestState: string
  /** The result with the questions of that call. */
  readonly question: string
  readonly conversationId: string
  /** A finished run with a complete result, and a run that waits for an approval. */
  readonly finishedRun: string
  readonly resultPath: string
  readonly waitingConversationId: string
  readonly waitingRun: string
  readonly grantId: string
}

/** An upstream server that remembers a text for each connection. */
function createMemoServer(): McpServer {
  let memo = 'nothing'
  const server = new McpServer({ name: 'memo', version: '1.0.0' })
  const inputSchema = z.object({ text: z.string().optional() })
  server.registerTool('memo', { description: 'Keeps a text.', inputSchema }, ({ text }) => {
    if (text !== undefined) memo = text
    return { content: [{ type: 'text', text: memo }] }
  })
  return server
}

const createTransport: CreateTransport = async () => {
  const [client, server] = InMemoryTransport.createLinkedPair()
  await createMemoServer().connect(server)
  return client
}

const upstream = () =>
  createUpstreamServer(
    {
      name: 'memo',
      transport: 'stdio',
      command: 'test',
      args: [],
      env: {},
      hub: upstreamOptionsSchema.parse({ isolation: 'principal' }),
    },
    { createTransport },
  )

export const waitingCall = {
  method: 'tools/call',
  params: { name: 'calculator_sqrt', arguments: { a: 4 } },
}

/** Starts a hub in which Ada has at least one of everything that belongs to a caller. */
export async function startPrivateState(): Promise<PrivateState> {
  const hub = await startGuardedHub({
    policy,
    servers: [upstream()],
    // SQLite in memory starts sooner than the default database.
    database: { databases: [{ name: 'main', engine: 'sqlite', file: ':memory:', mode: 'data' }] },
  })
  const open = async (caller: Caller): Promise<string> => {
    const body = caller === 'ada' ? { metadata: { note: secret } } : {}
    const { text } = await hub.send('manager', caller, 'POST', '/sessions', { body })
    return property(text, 'sessionId')
  }
  const sessions = { ada: await open('ada'), ben: await open('ben') }
  const asSession = { headers: { 'x-session-id': sessions.ada } }
  const path = `/sessions/${sessions.ada}`
  const call = async (target: string, body: unknown): Promise<string> => {
    const { text, status } = await hub.send('manager', 'ada', 'POST', `${path}/${target}`, { body })
    if (status !== 200) throw new Error(`${target}: ${status} ${text}`)
    return text
  }

  // The call is repeated, because the hub starts before the upstream server has described itself.
  await vi.waitFor(() => call('memo/memo/memo', { text: secret }))
  await hub.send('manager', 'ada', 'POST', `${path}/notifications`, {
    body: { type: 'note', data: { text: secret } },
  })
  const recorded = 'request-recorded'
  const params = { text: secret }
  const payload = { tool: 'textProcessor', operation: 'toLowerCase', params }
  await call('requests', { id: recorded, type: 'tool-execution', payload })
  const large = await call('tools/textProcessor/toLowerCase', {
    text: `${secret} ${'x'.repeat(100_000)}`,
  })
  const resultRef = /"resultRef":"([^"]+)"/.exec(large)?.[1] ?? ''
  const begun = await call('database/begin', { access: 'read-only' })
  const transactionId = /"transactionId":"([^"]+)"/.exec(begun)?.[1] ?? ''

  const waiting = 'request-waiting'
  const response = hub.send('manager', 'ada', 'POST', `${path}/requests`, {
    body: {
      id: waiting,
      type: 'tool-execution',
      payload: { tool: 'calculator', operation: 'sqrt', params: { a: 4 } },
    },
  })
  const interactionId = await vi.waitFor(async () => {
    const { text } = await hub.send('manager', 'ada', 'GET', `${path}/activity?limit=100`)
    const found = /"kind":"interaction","id":"([^"]+)"/.exec(text)?.[1]
    if (found === undefined) throw new Error(`no interaction in ${text.slice(-1000)}`)
    return found
  })

  const shown = await hub.send('client', 'ada', 'GET', '/sessions', asSession)
  const handle = /"handle":"([^"]+)"[^}]*"isCurrent":true/.exec(shown.text)?.[1] ?? ''
  const body = { type: 'tool-execution', payload, description: secret }
  await hub.send('client', 'ada', 'PUT', '/saved-calls/private', { body })

  const prompt = `call text_processor_to_lower_case: ${secret} ${'x'.repeat(20_000)}`
  const free = await converse(hub, { title: secret }, prompt)
  const granted = await converse(hub, { title: secret, policy: 'always' }, prompt)
  await waitsForDecision(hub, granted.runId)
  const decisionPath = `/runs/${granted.runId}/calls/${callId}/decision`
  const decision = await hub.send('client', 'ada', 'POST', decisionPath, {
    body: { decision: 'always' },
  })
  if (decision.status !== 204) throw new Error(decision.text)
  for (const { runId } of [free, granted]) await finished(hub, runId)
  const runEvents = await readUntil(
    await hub.open('client', 'ada', `/runs/${free.runId}/events`),
    'run-finished',
  )
  const ref = /"ref":"([^"]+)"/.exec(runEvents)?.[1] ?? ''
  const grants = await hub.send('client', 'ada', 'GET', '/grants')
  const grantId = /"id":"([^"]+)"/.exec(grants.text)?.[1] ?? ''
  const other = `call text_processor_to_upper_case: ${secret}`
  const waits = await converse(hub, { title: secret, policy: 'always' }, other)
  await waitsForDecision(hub, waits.runId)

  return {
    hub,
    sessions,
    handle,
    requests: { recorded, waiting },
    interactionId,
    response,
    resultRef,
    transactionId,
    mcpSession: await openMcpSession(hub, 'ada'),
    ...(await startWaitingCall(hub)),
    conversationId: free.conversationId,
    finishedRun: free.runId,
    resultPath: `/runs/${free.runId}/results/${ref}`,
    waitingConversationId: waits.conversationId,
    waitingRun: waits.runId,
    grantId,
  }
}

async function converse(hub: GuardedHub, settings: object, prompt: string) {
  const created = await hub.send('client', 'ada', 'POST', '/conversations', { body: settings })
  const conversationId = property(created.text, 'id')
  const path = `/conversations/${conversationId}/runs`
  const { text } = await hub.send('client', 'ada', 'POST', path, { body: { prompt } })
  return { conversationId, runId: property(text, 'runId') }
}

/** The id of the first call of each run. */
export const callId = 'call-1'

async function waitsForDecision(hub: GuardedHub, runId: string): Promise<void> {
  await vi.waitFor(async () => {
    const { text } = await hub.send('client', 'ada', 'GET', '/pending')
    if (!text.includes(`"runId":"${runId}"`)) throw new Error(`no call of ${runId} waits`)
  })
}

async function finished(hub: GuardedHub, runId: string): Promise<void> {
  await vi.waitFor(async () => {
    const { text } = await hub.send('client', 'ada', 'GET', `/runs/${runId}`)
    if (property(text, 'state') !== 'finished') throw new Error(text)
  })
}

/** Sends a JSON-RPC request to `/mcp`. */
export function rpc(
  hub: GuardedHub,
  caller: Caller,
  era: 'legacy' | 'modern',
  call: Parameters<typeof toPost>[1],
) {
  const { headers, body } = toPost(era, call)
  return hub.send('manager', caller, 'POST', '/mcp', { body: JSON.parse(body), headers })
}

export async function openMcpSession(hub: GuardedHub, caller: Caller): Promise<string> {
  const { headers } = await rpc(hub, caller, 'legacy', {
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'test', version: '1' },
    },
  })
  return headers.get('mcp-session-id') ?? ''
}

/** Starts a call that waits for an approval. */
async function startWaitingCall(hub: GuardedHub) {
  const { text: question } = await rpc(hub, 'ada', 'modern', waitingCall)
  const requestState = /"requestState":"([^"]+)"/.exec(question)?.[1]
  if (requestState === undefined) throw new Error(`no requestState in ${question.slice(0, 500)}`)
  return { requestState, question }
}
