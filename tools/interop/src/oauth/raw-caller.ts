/** A JSON object of a response, read without a schema, because the tests check its parts. */
type Json = any

/** A caller that sends requests without a client of the SDK, including requests that no client sends. */
export interface RawCaller {
  /** Sends a request to a path of the session manager. */
  readonly send: (method: string, path: string, options?: SendOptions) => Promise<Response>
  /** Sends a request of the modern era to `/mcp`, and returns its message. */
  readonly modern: (method: string, params: Readonly<Record<string, unknown>>) => Promise<Json>
  /** Calls a tool in the modern era, and returns its result. */
  readonly callTool: (name: string, parameters: Readonly<Record<string, unknown>>) => Promise<Json>
  /** Opens a stream of the modern era. */
  readonly listen: (params: Readonly<Record<string, unknown>>) => Promise<EventReader>
  /** Opens a session of the legacy era. */
  readonly openLegacy: () => Promise<LegacySession>
}

export interface SendOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface LegacySession {
  readonly id: string
  readonly post: (message: Readonly<Record<string, unknown>>) => Promise<Response>
  /** Sends a request, and returns its message. */
  readonly request: (method: string, params: Readonly<Record<string, unknown>>) => Promise<Json>
  /** Opens the GET stream. */
  readonly stream: () => Promise<EventReader>
}

/** Reads the messages of an event stream one by one. */
export interface EventReader {
  /** Resolves with the next message, or `undefined` at the end of the stream. */
  readonly next: () => Promise<Json>
  readonly close: () => Promise<void>
}

const capabilities = { elicitation: { form: {} } }
const modernMeta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1.0.0' },
  'io.modelcontextprotocol/clientCapabilities': capabilities,
}

export function createRawCaller(origin: string, token: string): RawCaller {
  let lastId = 0

  async function send(method: string, path: string, options: SendOptions = {}): Promise<Response> {
    const { body, headers = {} } = options
    return fetch(`${origin}${path}`, {
      method,
      headers: {
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async function sendModern(
    method: string,
    params: Readonly<Record<string, unknown>>,
  ): Promise<Response> {
    const name = params['name'] ?? params['uri']
    return send('POST', '/mcp', {
      body: { jsonrpc: '2.0', id: ++lastId, method, params: { ...params, _meta: modernMeta } },
      headers: {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      },
    })
  }

  async function modern(method: string, params: Readonly<Record<string, unknown>>): Promise<Json> {
    return messageOf(await sendModern(method, params))
  }

  return {
    send,
    modern,
    async callTool(name, parameters) {
      const { result } = await modern('tools/call', { name, arguments: parameters })
      return result
    },
    listen: async (params) => readEvents(await sendModern('subscriptions/listen', params)),
    async openLegacy() {
      const headers: Record<string, string> = { 'mcp-protocol-version': '2025-11-25' }
      const post = async (message: Readonly<Record<string, unknown>>) =>
        send('POST', '/mcp', { headers, body: { jsonrpc: '2.0', ...message } })
      const clientInfo = { name: 'raw', version: '1.0.0' }
      const params = { protocolVersion: '2025-11-25', capabilities, clientInfo }
      const initialized = await post({ id: 0, method: 'initialize', params })
      const id = initialized.headers.get('mcp-session-id') ?? ''
      headers['mcp-session-id'] = id
      await messageOf(initialized)
      await post({ method: 'notifications/initialized' })
      return {
        id,
        post,
        request: async (method, sent) =>
          messageOf(await post({ id: ++lastId, method, params: sent })),
        stream: async () => readEvents(await send('GET', '/mcp', { headers })),
      }
    },
  }
}

/** Returns the response message of a JSON body or of an event stream. */
export async function messageOf(response: Response): Promise<Json> {
  if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) {
    return response.json()
  }
  const events = readEvents(response)
  const message = await findEvent(events, (each) => 'result' in each || 'error' in each)
  await events.close()
  return message
}

/** Returns the first message that fulfils a condition. Fails if the stream ends before it. */
export async function findEvent(
  events: EventReader,
  matches: (message: Json) => boolean,
): Promise<Json> {
  for (;;) {
    const message = await events.next()
    if (message === undefined) throw new Error('the stream ended before the expected message')
    if (matches(message)) return message
  }
}

export function readEvents(response: Response): EventReader {
  if (!response.ok || response.body === null) throw new Error(`no stream: ${response.status}`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const event = text.slice(0, end)
          text = text.slice(end + 2)
          const data = /^data: ?(\S.*)$/m.exec(event)?.[1]
          if (data !== undefined) return JSON.parse(data)
          continue
        }
        const { done, value } = await reader.read()
        if (done) return undefined
        text += value
      }
    },
    close: async () => reader.cancel(),
  }
}
