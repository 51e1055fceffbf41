import { createDispatcher } from '@mcp/dispatcher'
import type { InteractionRequest, InteractionResponse, ServerDescription } from '@mcp/protocol'
import { createRequest, isRecord, parseJson } from '@mcp/protocol'

import { completeLogin, createLogin } from './log-in.ts'
import { hub, remoteEntry, remoteUpstream } from './start-upstream.ts'

/**
 * The client under test: a dispatcher with the server of the suite as an upstream server. Calls each tool
 * that is offered, with the arguments of the suite if it has some, responds to what the server asks, and
 * logs in where the server requires it. The URL is the last argument.
 */
type Json = Readonly<Record<string, unknown>>

const context = parseJson(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}')
const calls = isRecord(context) && Array.isArray(context['toolCalls']) ? context['toolCalls'] : []
const client = {
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
}

/** A server may refuse each login. */
const maxLogins = 3

const { client_id: clientId, client_secret: clientSecret } = isRecord(context) ? context : {}
const oauth =
  typeof clientId === 'string' && typeof clientSecret === 'string'
    ? { oauth: { clientId, clientSecret, grant: 'authorization_code' as const } }
    : {}
const entry = remoteEntry(process.argv.at(-1) ?? '', { ...hub, ...oauth })
const login = createLogin(entry)
const server = remoteUpstream(entry, login)
const dispatcher = createDispatcher({ servers: [] })
await dispatcher.add(server)
for (const { type, targetKey, target, operation, paramsSchema } of (await describe()).operations) {
  if (type !== 'tool-execution') continue
  for (const params of argumentsOf(operation, paramsSchema)) {
    const payload = { [targetKey]: target, operation, params }
    await untilLoggedIn(async () => {
      const response = await dispatcher.dispatch(createRequest(type, payload), { client, ask })
      console.log(operation, JSON.stringify(response))
      return response.status === 'success'
    })
  }
}
await dispatcher.close()

/** Returns the description of the server. It has no version until the server was listed. */
async function describe(): Promise<ServerDescription> {
  await untilLoggedIn(async () => {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const { version } = await server.describe()
      if (version !== 'unknown') return true
      if (login.pending() !== undefined) return false
    }
    return false
  })
  return server.describe()
}

/** Repeats what failed as long as a login waits for a person and can be completed. */
async function untilLoggedIn(attempt: () => Promise<boolean>): Promise<void> {
  for (let logins = 0; !(await attempt()) && logins < maxLogins; logins++) {
    if (!(await completeLogin(login))) return
  }
}

function argumentsOf(tool: string, schema: Json): readonly Json[] {
  const scenarioCalls = calls.filter(isRecord).filter(({ name }) => name === tool)
  const args = scenarioCalls.flatMap(({ arguments: each }) => (isRecord(each) ? [each] : []))
  return args.length > 0 ? args : [valuesOf(schema)]
}

async function ask({ kind, schema = {} }: InteractionRequest): Promise<InteractionResponse> {
  if (kind === 'roots') return { action: 'accept', content: { roots: [] } }
  if (kind !== 'sampling') return { action: 'accept', content: valuesOf(schema) }
  const content = { type: 'text', text: 'A response.' }
  return { action: 'accept', content: { role: 'assistant', content, model: 'test' } }
}

/** Returns the defaults of a schema, and values of the required types for what has no default. */
function valuesOf({ properties }: Json): Json {
  const entries = Object.entries(isRecord(properties) ? properties : {})
  return Object.fromEntries(entries.map(([name, schema]) => [name, valueOf(schema)]))
}

function valueOf(schema: unknown): unknown {
  if (!isRecord(schema)) return 'text'
  if (schema['default'] !== undefined) return schema['default']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  const values: Json = { boolean: true, number: 3, integer: 3, array: [], object: {} }
  return values[String(schema['type'])] ?? 'text'
}
