import { startHub } from '../app-side.ts'
import type { Contestant } from '../compare.ts'
import type { RpcBody } from '../load.ts'
import { startPeer } from './peer-side.ts'
import type { Setup } from '../request-path.ts'
import { setup } from '../request-path.ts'
import type { Side } from '../side.ts'
import { startSide } from '../side.ts'

/**
 * The eras of the standard. `legacy`: with sessions, up to version 2025-11-25. `modern`: without sessions,
 * since version 2026-07-28.
 */
export type Era = 'legacy' | 'modern'

/** A server that `/mcp` of the hub is compared with, and how many times as fast the hub should be. */
export interface Peer {
  readonly title: string
  /** The program in `tools/interop/src/peers`. */
  readonly program: string
  readonly era: Era
  readonly goal?: number
}

export const peers: readonly Peer[] = [
  { title: 'mcp-lite', program: 'mcp-lite', era: 'legacy', goal: 1.3 },
  { title: 'SDK v1 with sessions', program: 'sdk-v1', era: 'legacy', goal: 4 },
  { title: 'SDK v2 with sessions', program: 'sdk-v2-sessions', era: 'legacy', goal: 5 },
  { title: 'fastmcp', program: 'fastmcp', era: 'legacy' },
  { title: 'SDK v2 without sessions', program: 'sdk-v2-modern', era: 'modern', goal: 7 },
]

const path = '/mcp'
const legacyVersion = '2025-11-25'
const modernVersion = '2026-07-28'
const accept = 'application/json, text/event-stream'
const clientInfo = { name: 'benchmark', version: '1.0.0' }
const addition = { name: 'calculator_add', arguments: { a: 2, b: 3 } }

/** `tools/call` on `/mcp` of the hub as `npm start` runs it. */
export async function setUpMcp(era: Era): Promise<Setup> {
  return callOf(era, await startHub())
}

/** `tools/call` on the server of a peer. */
export async function setUpPeer({ era, program }: Peer): Promise<Setup> {
  return callOf(era, await startPeer(program))
}

/** The floor of `tools/call`: a server written by hand. It receives what the hub receives. */
export async function setUpMcpFloor(era: Era): Promise<Setup> {
  const side = await startSide('raw-tools-call')
  const contestant = era === 'legacy' ? legacyCall(side, 'none') : modernCall(side)
  return setup(contestant, [side])
}

async function callOf(era: Era, side: Side): Promise<Setup> {
  const contestant =
    era === 'legacy' ? legacyCall(side, await initialize(side.port)) : modernCall(side)
  return setup(contestant, [side])
}

const expected = '"text":"5"'

/** `tools/call` of a client with a session. */
export function legacyCall(
  side: Side,
  sessionId: string | undefined,
  params: RpcBody['params'] = addition,
): Contestant {
  return {
    side,
    path,
    headers: { accept, ...sessionHeaders(sessionId) },
    body: { jsonrpc: '2.0', method: 'tools/call', params },
    expected,
  }
}

function modernCall(side: Side): Contestant {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientInfo': clientInfo,
    'io.modelcontextprotocol/clientCapabilities': {},
  }
  return {
    side,
    path,
    headers: {
      accept,
      'mcp-protocol-version': modernVersion,
      'mcp-method': 'tools/call',
      'mcp-name': addition.name,
    },
    body: { jsonrpc: '2.0', method: 'tools/call', params: { ...addition, _meta: meta } },
    expected,
  }
}

/** Opens a session. Returns its id; undefined if the server has no sessions. */
export async function initialize(port: number): Promise<string | undefined> {
  const params = { protocolVersion: legacyVersion, capabilities: {}, clientInfo }
  const opened = await post(port, {}, { id: 0, method: 'initialize', params })
  const sessionId = opened.headers.get('mcp-session-id') ?? undefined
  await post(port, sessionHeaders(sessionId), { method: 'notifications/initialized' })
  return sessionId
}

function sessionHeaders(sessionId: string | undefined): Record<string, string> {
  if (sessionId === undefined) return {}
  return { 'mcp-session-id': sessionId, 'mcp-protocol-version': legacyVersion }
}

async function post(
  port: number,
  headers: Readonly<Record<string, string>>,
  message: object,
): Promise<Response> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.status}: ${text}`)
  return response
}
