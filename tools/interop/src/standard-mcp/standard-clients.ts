import { Client as ClientV2, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

import type { Target } from './connections.ts'

/** The methods of a client that the tests use. All clients of the SDK have them. */
export interface StandardClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string }[] }>
  callTool(
    params: { name: string; arguments?: Record<string, unknown> },
    onprogress?: (progress: { progress: number }) => void,
  ): Promise<Record<string, unknown>>
  readResource(params: { uri: string }): Promise<{ contents: readonly Record<string, unknown>[] }>
  getPrompt(params: {
    name: string
    arguments?: Record<string, string>
  }): Promise<{ messages: readonly unknown[] }>
  complete(params: {
    ref: { type: 'ref/prompt'; name: string }
    argument: { name: string; value: string }
  }): Promise<{ completion: { values: readonly string[] } }>
  close(): Promise<void>
}

const info = { name: 'interop', version: '1.0.0' }

async function connectV1(target: Target): Promise<StandardClient> {
  const client = new ClientV1(info)
  await client.connect(
    'url' in target
      ? new HttpV1(new URL(target.url))
      : new StdioV1({ ...target, args: [...target.args], stderr: 'ignore' }),
  )
  return {
    listTools: () => client.listTools(),
    callTool: (params, onprogress) =>
      client.callTool(params, undefined, onprogress === undefined ? {} : { onprogress }),
    readResource: (params) => client.readResource(params),
    getPrompt: (params) => client.getPrompt(params),
    complete: (params) => client.complete(params),
    close: () => client.close(),
  }
}

async function connectV2(
  target: Target,
  mode: 'legacy' | 'auto' | { pin: string },
): Promise<StandardClient> {
  const client = new ClientV2(info, { versionNegotiation: { mode } })
  await client.connect(
    'url' in target
      ? new StreamableHTTPClientTransport(new URL(target.url))
      : new StdioClientTransport({ ...target, args: [...target.args], stderr: 'ignore' }),
  )
  return {
    listTools: () => client.listTools(),
    callTool: (params, onprogress) =>
      client.callTool(params, onprogress === undefined ? {} : { onprogress }),
    readResource: (params) => client.readResource(params),
    getPrompt: (params) => client.getPrompt(params),
    complete: (params) => client.complete(params),
    close: () => client.close(),
  }
}

/** The official clients, by the versions of the SDK and of the protocol that they use. */
export const standardClients: Readonly<
  Record<string, (target: Target) => Promise<StandardClient>>
> = {
  'SDK v1': connectV1,
  'SDK v2, 2025-11-25': (target) => connectV2(target, 'legacy'),
  'SDK v2, 2026-07-28': (target) => connectV2(target, { pin: '2026-07-28' }),
  'SDK v2, negotiated': (target) => connectV2(target, 'auto'),
}
