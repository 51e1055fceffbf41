import { bearerAuthentication } from '@mcp/http'
import type { Hub, HubOptions } from '@mcp/hub'
import { createHub } from '@mcp/hub'
import type { ModelProvider, ModelRequest } from '@mcp/llm'
import type { MetricsRegistry } from '@mcp/node'
import { createMetrics } from '@mcp/node'
import { createAccess, parsePolicy, staticPolicy } from '@mcp/policy'
import type { CapabilityServer } from '@mcp/protocol'
import { isRecord } from '@mcp/protocol'

export const tokens = { ada: 'the-token-of-ada-1815', ben: 'the-token-of-ben-1816' }
export type Caller = keyof typeof tokens

/** Ada and Ben may use the same operations. No caller may use powers, or change a database. */
const samePolicy = `rules:
  - name: no powers
    operation: calculator.power
    effect: deny
  - name: no writes
    server: database
    hints: { readOnly: false }
    effect: deny
  - name: everyone
    who: [ada, ben]
    effect: allow`

/** A response with its text. */
export interface Read {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** A hub in this process with two callers, a policy, and a model that records its requests. */
export interface GuardedHub extends Hub {
  readonly modelRequests: readonly ModelRequest[]
  readonly metrics: MetricsRegistry
  /**
   * Sends a request to the session manager or to the client app, and reads its response. Of an event stream,
   * reads only the first events.
   */
  send(
    service: 'manager' | 'client',
    caller: Caller,
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Readonly<Record<string, string>> },
  ): Promise<Read>
  /** Sends a request and returns its response, for event streams. */
  open(
    service: 'manager' | 'client',
    caller: Caller,
    path: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Response>
}

export interface GuardedHubOptions {
  /** Rules in YAML. Default: both callers may use the same operations. */
  readonly policy?: string
  /** Servers in addition to the built-in ones. */
  readonly servers?: readonly CapabilityServer[]
  readonly database?: HubOptions['database']
}

export async function startGuardedHub(options: GuardedHubOptions = {}): Promise<GuardedHub> {
  const { policy = samePolicy, servers, database } = options
  const modelRequests: ModelRequest[] = []
  const metrics = await createMetrics()
  const source = staticPolicy(parsePolicy(policy, { file: 'policy.yaml' }))
  const hub = createHub({
    servers,
    database,
    metrics,
    authenticate: bearerAuthentication({
      tokens: { [tokens.ada]: { id: 'ada' }, [tokens.ben]: { id: 'ben' } },
    }),
    access: { access: createAccess({ policy: source }), policy: source },
    serverOperators: ['ada'],
    llm: recordingModel(modelRequests),
  })
  const { sessionManager: manager, client } = hub.services

  return {
    ...hub,
    modelRequests,
    metrics,
    open: async (service, caller, path, headers = {}) =>
      (service === 'manager' ? manager : client).fetch(
        new Request(`http://127.0.0.1:5000${path}`, {
          headers: { authorization: `Bearer ${tokens[caller]}`, ...headers },
        }),
        { isLoopback: true },
      ),
    async send(service, caller, method, path, { body, headers = {} } = {}) {
      const content =
        body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const request = new Request(`http://127.0.0.1:5000${path}`, {
        method,
        ...content,
        headers: { authorization: `Bearer ${tokens[caller]}`, ...content.headers, ...headers },
      })
      const peer = { isLoopback: true }
      const response = await (service === 'manager' ? manager : client).fetch(request, peer)
      return { status: response.status, headers: response.headers, text: await readStart(response) }
    },
  }
}

/** Reads a response. Of an event stream, reads the first events only, because it does not end. */
async function readStart(response: Response): Promise<string> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true
  if (!isStream || response.body === null) return response.text()
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const { value = '' } = await reader.read()
  await reader.cancel()
  return value
}

/** Reads an event stream until a text has arrived, and returns what has arrived until then. */
export async function readUntil(response: Response, text: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let all = ''
  while (!all.includes(text)) {
    const next = await reader?.read()
    if (next?.value === undefined) throw new Error(`the stream ended without "${text}": ${all}`)
    all += next.value
  }
  await reader?.cancel()
  return all
}

/** Returns a property of a JSON object. */
export function property(text: string, name: string): string {
  const value: unknown = JSON.parse(text)
  const found = isRecord(value) ? value[name] : undefined
  if (typeof found !== 'string') throw new Error(`no ${name} in ${text.slice(0, 300)}`)
  return found
}

/**
 * A model that records its requests and answers with a text. If a prompt contains `call <tool>: <text>`, it
 * calls the tool with the text.
 */
function recordingModel(requests: ModelRequest[]): ModelProvider {
  const respond = (request: ModelRequest) => {
    requests.push(request)
    const last = request.messages.at(-1)
    const [, name, text] =
      last?.role === 'user' ? (/call (\w+): (.*)$/s.exec(last.content) ?? []) : []
    const toolCalls = name === undefined ? [] : [{ id: 'call-1', name, arguments: { text } }]
    return {
      model: 'recorder',
      text: 'Done.',
      toolCalls,
      stopReason: toolCalls.length > 0 ? ('tool-calls' as const) : ('stop' as const),
      usage: { inputTokens: 1, outputTokens: 1 },
    }
  }
  return {
    id: 'recorder',
    label: 'recorder',
    listModels: () => [{ id: 'recorder' }],
    generate: async (request) => respond(request),
    async *stream(request) {
      yield { type: 'response-finished', response: respond(request) }
    },
  }
}
