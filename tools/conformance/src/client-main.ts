import { createDispatcher } from '@mcp/dispatcher'
import type { InteractionRequest, InteractionResponse, ServerDescription } from '@mcp/protocol'
import { createRequest, isRecord, parseJson } from '@mcp/protocol'

import { completeLogin, createLogin } from './log-in.ts'
import { hub, remoteEntry, remoteUpstream } from './start-upstream.ts'

/**
 * The client under test: a dispatcher with the server of the suite as an upstream server. Calls each offered
 * tool, with the arguments of the suite if there are any. Responds to the questions of the server, and logs
 * in if the server requires a login. The URL is the last argument.
 */
type Json = Readonly<Record<string, unknown>>

const context = parseJson(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}')
const calls = isRecord(context) && Array.isArray(context['toolCalls']) ? context['toolCalls'] : []
const client = {
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
}

/** Maximum number of logins per attempt, because a server may refuse each login. */
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

/** Returns the description of the server. Its version is `unknown` until the server was listed. */
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

/** Repeats a failed attempt as long as a login is pending and can be completed, up to `maxLogins` times. */
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

/** Returns a value for each property of a schema: its default, or any value of its type. */
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
