import { once } from 'node:events'
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** The versions of the standard with and without sessions. */
export type Era = 'legacy' | 'modern'

export interface RpcCall {
  readonly method: string
  readonly params?: Readonly<Record<string, unknown>>
  readonly session?: string | undefined
  readonly progressToken?: string
}

const versionKey = 'io.modelcontextprotocol/protocolVersion'
const modernMeta = {
  [versionKey]: '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
  'io.modelcontextprotocol/logLevel': 'debug',
}

/** Returns the headers and the body of a POST to `/mcp`. */
export function toPost(era: Era, { method, params = {}, session, progressToken }: RpcCall) {
  const meta = {
    ...(era === 'modern' ? modernMeta : {}),
    ...(progressToken === undefined ? {} : { progressToken }),
  }
  const { name } = params
  return {
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(session === undefined ? {} : { 'mcp-session-id': session }),
      ...(era === 'modern' ? { 'mcp-protocol-version': '2026-07-28', 'mcp-method': method } : {}),
      ...(era === 'modern' && typeof name === 'string' ? { 'mcp-name': name } : {}),
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } }),
  }
}

/** Sends a POST to `/mcp` and returns the response. */
export function post(url: string, era: Era, call: RpcCall, signal?: AbortSignal) {
  return fetch(`${url}/mcp`, { method: 'POST', ...toPost(era, call), signal: signal ?? null })
}

/** Opens a session of a client before 2026-07-28. */
export async function openLegacySession(url: string): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  }
  const response = await post(url, 'legacy', { method: 'initialize', params })
  await response.text()
  const session = response.headers.get('mcp-session-id')
  if (session === null) throw new Error(`no session: ${response.status}`)
  return session
}

/** A request whose response is not read until `rest` is called. */
export interface StalledRequest {
  /** Reads the response until the server closes the connection. */
  rest(): Promise<string>
  destroy(): void
}

interface RawRequest {
  readonly headers: Readonly<Record<string, string>>
  /** Default: none, which makes the request a GET. */
  readonly body?: string
}

/** Sends a request and reads nothing of its response. */
export async function stall(url: string, path: string, request: RawRequest) {
  const { hostname, port } = new URL(url)
  const socket: Socket = connect({ host: hostname, port: Number(port) })
  socket.pause()
  await once(socket, 'connect')
  const { headers, body } = request
  const lines = Object.entries({
    host: `${hostname}:${port}`,
    ...headers,
    ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
  }).map(([name, value]) => `${name}: ${value}`)
  const method = body === undefined ? 'GET' : 'POST'
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body ?? ''}`)
  socket.on('error', () => {})
  return {
    async rest() {
      const chunks: Buffer[] = []
      socket.on('data', (chunk: Buffer) => chunks.push(chunk))
      const closed = once(socket, 'close')
      socket.resume()
      await closed
      return Buffer.concat(chunks).toString('latin1')
    },
    destroy: () => void socket.destroy(),
  } satisfies StalledRequest
}
