import { readFileSync, writeFileSync } from 'node:fs'

import { createDispatcher } from '@mcp/dispatcher'
import { remoteServer } from '@mcp/dispatcher/node'
import { createOpenAiCompatibleProvider } from '@mcp/llm'
import {
  chunk,
  closeCompletionsServers,
  json,
  startCompletionsServer,
  streamOf,
} from '@mcp/llm/testing'
import type { CompletionsServer } from '@mcp/llm/testing'
import type { Listening } from '@mcp/node'
import { listen } from '@mcp/node'
import { isRecord } from '@mcp/protocol'
import { mountMcp } from '@mcp/bridge'
import { samplingServer } from '@mcp/server-sampling'
import { toolsServer } from '@mcp/server-tools'
import { createSessionManager } from '@mcp/session-manager'
import { createWebClient } from '@mcp/web-client'
import { context, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'

import { drawTrace } from './draw-trace.ts'
import { traceTree } from './trace-tree.ts'

const exporter = new InMemorySpanExporter()
let model: CompletionsServer
let manager: Listening
let client: Listening
const closers: (() => Promise<unknown>)[] = []

// Each service is on a port of its own, so that every hop is a real HTTP request.
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(
    new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
  )
  const tools = await listen({ service: toolsServer(), port: 0 })
  model = await startCompletionsServer((response, request) => {
    if (request.method === 'GET') return json(200, { data: [{ id: 'small' }] })(response, request)
    const isFirst = model.received.filter(({ path }) => path.endsWith('completions')).length === 1
    streamOf(...(isFirst ? callAdd() : [chunk({ content: 'It is 5.' }), chunk({}, 'stop')]))(
      response,
      request,
    )
  })
  const llm = createOpenAiCompatibleProvider({ url: model.url, key: 'sk-test', model: 'small' })
  const dispatcher = createDispatcher({
    servers: [
      remoteServer({ name: 'tools', url: tools.url }),
      samplingServer({ providers: [llm] }),
    ],
  })
  await dispatcher.servers()
  const mounts = [mountMcp({ dispatcher })]
  manager = await listen({ service: createSessionManager({ dispatcher, mounts }), port: 0 })
  const web = createWebClient({ sessionManagerUrl: manager.url, llm })
  client = await listen({ service: web, port: 0 })
  closers.push(client.close, manager.close, () => dispatcher.close(), tools.close)
})
afterAll(async () => {
  for (const close of closers) await close()
  await closeCompletionsServers()
  trace.disable()
  context.disable()
})
beforeEach(() => exporter.reset())

/** Returns the pieces of a response that calls the tool for additions. */
function callAdd(): unknown[] {
  const { body } = model.received.at(-1) ?? {}
  const tools: unknown = isRecord(body) ? body['tools'] : undefined
  const names = (Array.isArray(tools) ? tools : []).map((tool: unknown) =>
    String(Object(Object(tool).function).name),
  )
  const name = names.find((each) => /calculator.*add$/.test(each))
  const call = { name, arguments: '{"a":2,"b":3}' }
  const piece = { index: 0, id: 'call-1', type: 'function', function: call }
  return [chunk({ tool_calls: [piece] }), chunk({}, 'tool_calls')]
}

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`

/** Waits for the last span, which ends after the response, and returns the spans of the trace. */
async function spansOf(rootName: string) {
  await vi.waitFor(() =>
    expect(exporter.getFinishedSpans().map(({ name }) => name)).toContain(rootName),
  )
  return exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId)
}

it('shows one prompt through client, model, session manager and server as one tree', async () => {
  const response = await fetch(`${client.url}/process`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ prompt: 'Add 2 and 3, then explain the result in a poem.' }),
  })
  expect(await response.json()).toMatchObject({ data: { result: { response: 'It is 5.' } } })
  const spans = await spansOf('POST /process')
  const tree = traceTree(spans)
  const documented = /```text trace\n([^`]*)\n```/.exec(
    readFileSync(new URL('../../../../docs/observability.md', import.meta.url), 'utf8'),
  )?.[1]
  console.log(tree)
  expect(documented).toBe(tree)
  const picture = drawTrace(spans)
  expect(picture.match(/<rect x=/g)).toHaveLength(spans.length)
  // `npm run docs:trace` draws the picture of the page.
  const { TRACE_PICTURE: file } = process.env
  if (file !== undefined) writeFileSync(file, picture)

  const chat = spans.find(({ name }) => name.startsWith('chat'))
  expect(chat?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.response.model': 'small-2026',
    'gen_ai.response.finish_reasons': ['tool-calls'],
  })
  const texts = JSON.stringify(spans.map(({ attributes, name }) => [name, attributes]))
  expect(texts).not.toMatch(/poem|sk-test|ses-[\da-f]{9}/)
})

it('continues the trace of a standard MCP client that sends it in _meta', async () => {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    traceparent,
  }
  const name = 'calculator_add'
  const response = await fetch(`${manager.url}/mcp`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name, arguments: { a: 2, b: 3 }, _meta: meta },
    }),
  })
  expect(await response.text()).toContain('"structuredContent":5')
  const spans = await spansOf(`tools/call ${name}`)
  const call = spans.find((span) => span.name === `tools/call ${name}`)
  expect(call?.parentSpanContext?.spanId).toBe('00f067aa0ba902b7')
  expect(call?.attributes).toMatchObject({
    'mcp.method.name': 'tools/call',
    'gen_ai.tool.name': name,
  })
  // The HTTP request has a trace of its own, to which the call is linked.
  expect(call?.links).toHaveLength(1)
  expect(traceTree(spans)).toContain('handle calculator.add')
})
