import { createRequest, isRecord } from '@mcp/protocol'
import type { OperationDescription, ServerDescription } from '@mcp/protocol'
import { afterEach, expect, it } from 'vitest'

import type { Hub } from './create-hub.ts'
import { createHub } from './create-hub.ts'

const open: Hub[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()))
})

async function start() {
  const hub = createHub()
  open.push(hub)
  // The descriptions are there once the dispatcher has listed its servers.
  const servers = await hub.dispatcher.servers()
  return { sessionManager: hub.services.sessionManager, servers }
}

type Started = Awaited<ReturnType<typeof start>>

interface Row {
  readonly server: string
  readonly operation: OperationDescription
  readonly example: OperationDescription['examples'][number]
}

function rowsOf(servers: readonly ServerDescription[], audiences: readonly string[]): Row[] {
  return servers.flatMap(({ name: server, operations }) =>
    operations
      .filter(({ audience }) => audiences.includes(audience))
      .filter(({ operation }) => operation !== 'readResult')
      .flatMap((operation) => {
        const [example] = operation.examples
        return example === undefined ? [] : [{ server, operation, example }]
      }),
  )
}

/** Calls an operation in a session of its own, because an open transaction blocks the database. */
async function callDirectly({ sessionManager }: Started, { operation, example }: Row) {
  const { type, targetKey } = operation
  const { target, params } = example
  const payload = { [targetKey]: target, operation: operation.operation, params }
  const { sessionId } = await sessionManager.openSession()
  const response = await sessionManager.handle(sessionId, createRequest(type, payload))
  await sessionManager.closeSession(sessionId)
  return response.status === 'success' ? response.data['result'] : response.error.code
}

interface SendOptions {
  readonly path?: string | undefined
  readonly session?: string | undefined
  readonly method?: string
  readonly body?: object | null
}

function send({ sessionManager }: Started, options: SendOptions): Promise<Response> {
  const { path = '/mcp/all', session, method = 'POST', body = null } = options
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    ...(session === undefined ? {} : { 'mcp-session-id': session }),
  }
  const text = body === null ? null : JSON.stringify({ jsonrpc: '2.0', id: 1, ...body })
  return sessionManager.fetch(new Request(`http://hub${path}`, { method, headers, body: text }))
}

async function openSession(started: Started, path?: string): Promise<string> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const opened = await send(started, { path, body: { method: 'initialize', params } })
  return opened.headers.get('mcp-session-id') ?? ''
}

async function callTool(started: Started, options: SendOptions, name: string, args: object) {
  const params = { name, arguments: args }
  const response = await send(started, { ...options, body: { method: 'tools/call', params } })
  const text = await response.text()
  // A call with progress or log messages is a stream, whose last event is the response.
  const body: unknown = JSON.parse(
    text.startsWith('{') ? text : (/^data: (\{.*)$/m.exec(lastEventOf(text))?.[1] ?? ''),
  )
  return isRecord(body) ? body : {}
}

function lastEventOf(text: string): string {
  return text.trimEnd().split('\n\n').at(-1) ?? ''
}

async function callAsTool(started: Started, { server, operation, example }: Row) {
  const { target, params } = example
  const { targetKey, resultSchema } = operation
  const name = snakeCase(`${operation.target ?? server}_${operation.operation}`).replaceAll(
    '-',
    '_',
  )
  const isChosen = operation.target === undefined && target !== undefined
  const args = isChosen ? { [targetKey]: target, ...params } : params
  const session = await openSession(started)
  const { result } = await callTool(started, { session }, name, args)
  await send(started, { session, method: 'DELETE' })
  if (!isRecord(result)) return `no result of ${name}`
  const { isError, structuredContent, _meta: meta } = result
  if (isError === true) {
    const { error } = isRecord(meta) ? meta : {}
    return isRecord(error) ? error['code'] : `no error of ${name}`
  }
  // A result that is not an object is wrapped.
  const isWrapped = resultSchema['type'] !== 'object'
  return isWrapped && isRecord(structuredContent) ? structuredContent['result'] : structuredContent
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Replaces what differs between two calls: ids, times and durations. */
function withoutVariation(value: unknown): unknown {
  const text = JSON.stringify(value) ?? 'null'
  return JSON.parse(
    text
      .replaceAll(/[0-9a-f-]*[0-9a-f]{8}[0-9a-f-]*/g, '0')
      .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, 'time')
      .replaceAll(/"(?:etag|ms|durationMs|elapsedMs|ageMs|bytes)":(?:"[^"]*"|[\d.]+)/g, '"x":0'),
  )
}

it('returns the same for each operation as the protocol of this system', async () => {
  const own = await start()
  const standard = await start()
  const rows = rowsOf(own.servers, ['model'])
  expect(rows).toHaveLength(122)
  for (const row of rows) {
    const label = `${row.server}.${row.operation.operation}`
    const direct = withoutVariation(await callDirectly(own, row))
    const asTool = withoutVariation(await callAsTool(standard, row))
    expect.soft(asTool, label).toEqual(direct)
  }
}, 300_000)

it('reaches no operation of users or operators, by any name, in any view', async () => {
  const started = await start()
  const hidden = rowsOf(started.servers, ['user', 'operator'])
  expect(hidden.length).toBeGreaterThan(15)
  const views = ['', '/all', '/search', ...started.servers.map(({ name }) => `/${name}`)]
  for (const view of views) {
    const path = `/mcp${view}`
    const session = await openSession(started, path)
    for (const { server, operation } of hidden) {
      const { operation: own, target = server } = operation
      const snake = snakeCase(own)
      for (const name of [
        `${server}_${snake}`,
        `${server}_${own}`,
        own,
        snake,
        `${target}_${snake}`,
      ]) {
        expect(
          await callTool(started, { path, session }, name, {}),
          `${view} ${name}`,
        ).toMatchObject({ error: { code: -32_602 } })
      }
    }
  }
  const session = await openSession(started, '/mcp')
  for (const { server, operation } of hidden) {
    const named = { name: `${server}_${snakeCase(operation.operation)}`, arguments: {} }
    const called = await callTool(started, { path: '/mcp', session }, 'call_tool', named)
    expect(called).toMatchObject({
      result: { isError: true, content: [{ text: expect.stringContaining('Unknown tool') }] },
    })
  }
}, 300_000)
