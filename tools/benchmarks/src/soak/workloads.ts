import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { ModelProvider, ModelResponse } from '@mcp/llm'
import type { MaybePromise } from '@mcp/protocol'
import type { LocalServer } from '@mcp/server'
import { databaseServer } from '@mcp/server-database'
import { internetServer } from '@mcp/server-internet'
import { promptsServer } from '@mcp/server-prompts'
import { resourcesServer } from '@mcp/server-resources'
import { rootsServer } from '@mcp/server-roots'

import { samplingServer } from '@mcp/server-sampling'
import { toolsServer } from '@mcp/server-tools'

/** A server and the requests for its repeated calls. */
export interface Workload {
  readonly server: LocalServer
  /** Returns the request for the n-th call. */
  request(call: number): Request
  /** Releases the resources of the workload after the server has closed. */
  cleanUp?(): MaybePromise<void>
}

interface Request {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** Functions that create the workload of each of the seven servers. */
export const workloads: Readonly<Record<string, () => MaybePromise<Workload>>> = {
  resources: () => ({
    server: resourcesServer(),
    // A note is deleted 99 calls after its creation. Only 16 calls run at the same time, so the note
    // exists by then.
    request: (call) =>
      call % 2 === 0 || call < 100
        ? resource(`memory:///note-${call}.md`, 'create', { content: `note ${call}` })
        : resource(`memory:///note-${call - 99}.md`, 'delete'),
  }),
  sampling: () => ({
    server: samplingServer({ tokenBudget: Number.MAX_SAFE_INTEGER, providers: [echo] }),
    request: (call) => ({
      type: 'sampling-operation',
      payload: { operation: 'complete', params: { prompt: `Say ${call}.` } },
    }),
  }),
  tools: () => ({
    server: toolsServer(),
    request: (call) => ({
      type: 'tool-execution',
      payload: { tool: 'calculator', operation: 'add', params: { a: call, b: 0.1 } },
    }),
  }),
  database: () => ({
    server: databaseServer(),
    request: (call) => ({
      type: 'database-operation',
      payload: { operation: 'query', params: { sql: 'select $1::int + 1 as n', params: [call] } },
    }),
  }),
  async internet() {
    const site = createServer((_request, response) => {
      response.setHeader('content-type', 'text/plain').end('A page.')
    }).listen(0, '127.0.0.1')
    await new Promise((listening) => site.once('listening', listening))
    const address = site.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return {
      server: internetServer({ allowedHosts: [`127.0.0.1:${port}`] }),
      request: (call) => ({
        type: 'internet-access',
        payload: {
          // 200 pages fill the cache of the server early.
          url: `http://127.0.0.1:${port}/${call % 200}`,
          operation: 'fetch',
          params: { format: 'text', respectRobots: false },
        },
      }),
      cleanUp: () => void site.close(),
    }
  },
  roots() {
    const folder = mkdtempSync(join(tmpdir(), 'mcp-soak-'))
    writeFileSync(join(folder, 'read.txt'), 'read again and again')
    return {
      server: rootsServer({
        roots: [{ name: 'workspace', path: folder, permissions: ['read', 'write', 'delete'] }],
      }),
      request: (call) =>
        call % 10 === 0
          ? root('writeFile', { path: `written-${call % 50}.txt`, content: `call ${call}` })
          : root('readFile', { path: 'read.txt' }),
      cleanUp: () => rmSync(folder, { recursive: true }),
    }
  },
  prompts: () => ({
    server: promptsServer(),
    request: (call) =>
      prompt('render', {
        arguments: { error: `Error ${call}`, code: 'x', language: 'TypeScript' },
      }),
  }),
}

/** A model that responds immediately, so that the measurement covers the server only. */
const echo: ModelProvider = {
  id: 'echo',
  label: 'echo',
  listModels: () => [{ id: 'echo-1' }],
  generate: async () => echoResponse,
  async *stream() {
    yield { type: 'response-finished', response: echoResponse }
  },
}

const echoResponse: ModelResponse = {
  text: 'Said.',
  toolCalls: [],
  stopReason: 'stop',
  model: 'echo-1',
  usage: { inputTokens: 2, outputTokens: 1 },
}

const resource = (uri: string, operation: string, params = {}): Request => ({
  type: 'resource-access',
  payload: { resource: uri, operation, params },
})

const root = (operation: string, params: object): Request => ({
  type: 'root-operation',
  payload: { root: 'workspace', operation, params },
})

const prompt = (operation: string, params: object): Request => ({
  type: 'prompt-template',
  payload: { prompt: 'explain-error', operation, params },
})
