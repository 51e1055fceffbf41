import type { Tool } from '@mcp/bridge'
import { createCatalogue } from '@mcp/bridge'
import { toolName } from '@mcp/llm'
import { isRecord } from '@mcp/protocol'
import { afterAll, describe, expect, it } from 'vitest'

import type { Hub } from './create-hub.ts'
import type { CallTool, Era } from './fixtures/call-tool.ts'
import { callByClient, callByRequest, connectClient } from './fixtures/call-tool.ts'
import { openExampleHub, openExampleSite } from './fixtures/example-hub.ts'

// Each era starts all servers and their workers again, so only a run with MCP_ERAS=all has both.
const eras: readonly Era[] = process.env['MCP_ERAS'] === 'all' ? ['legacy', 'modern'] : ['modern']

const closing: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

const site = await openExampleSite()
closing.push(() => site.close())

async function open(): Promise<Hub> {
  const hub = await openExampleHub(site)
  closing.push(() => hub.close())
  return hub
}

const hub = await open()
const catalogue = createCatalogue(hub.dispatcher.descriptions())
// Operations that change data come last, so that the others see the same data in each hub.
const tools = catalogue.tools.toSorted(
  (left, right) => Number(right.operation.hints.readOnly) - Number(left.operation.hints.readOnly),
)

const insert = "INSERT INTO notes (body) VALUES ('Call Ann')"

/** Returns the arguments of the first example of a tool, with handles that exist in the session. */
async function argumentsOf(tool: Tool, call: CallTool): Promise<Record<string, unknown>> {
  const [example] = tool.operation.examples
  const { targetKey } = tool
  const target = targetKey === undefined ? {} : { [targetKey]: example?.target }
  const args = atSite({ ...target, ...example?.params })

  /** Adds a handle from the result of another tool. */
  async function withHandle(key: string, from: string, source: object, resultKey = key) {
    const maker = catalogue.view('')?.find(from)
    const result = maker === undefined ? undefined : await call(maker, { ...source })
    return { ...args, ...(isRecord(result) ? { [key]: result[resultKey] } : {}) }
  }
  switch (tool.name) {
    // An open transaction would block the operations after it.
    case 'database_begin':
      return { ...args, timeoutMs: 1 }
    case 'database_commit':
    case 'database_rollback':
      return withHandle('transactionId', 'database_begin', {})
    // The examples are in the SQL of PostgreSQL, which takes seconds to start.
    case 'database_execute':
      return { sql: insert }
    case 'database_transaction':
      return { statements: [{ sql: insert }] }
    case 'database_fetch_page': {
      const query = { sql: 'SELECT body FROM notes', maxRows: 1 }
      return withHandle('cursor', 'database_query', query, 'nextCursor')
    }
    case 'roots_unwatch':
      return withHandle('watchId', 'roots_watch', { root: 'workspace' })
    case 'sampling_get':
      return withHandle('messageId', 'sampling_complete', { prompt: 'Hello' })
    default:
      return args
  }
}

/** Replaces the site in the examples of the internet server. */
function atSite(args: Record<string, unknown>): Record<string, unknown> {
  const text = JSON.stringify(args).replaceAll('https://example.com', `http://${site.host}`)
  const value: unknown = JSON.parse(text)
  return isRecord(value) ? { ...value } : {}
}

/** Returns a result as text, without what differs between two runs: times, durations, ids and ETags. */
function comparable(result: unknown): string {
  const text = JSON.stringify(result, (key, value: unknown) =>
    key.endsWith('Ms') || key === 'etag' ? key : value,
  )
  return text
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/\w{3}, \d\d \w{3} \d{4} [\d:]+ GMT/g, '<time>')
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f-]{8,}\b/g, '<id>')
}

const callOwn = await callByRequest(hub)
const expected = new Map<string, string>()
for (const tool of tools) {
  expected.set(tool.name, comparable(await callOwn(tool, await argumentsOf(tool, callOwn))))
}

it('has the data that the examples need, except for a search engine', () => {
  const failed = Array.from(expected).filter(([, result]) => result.startsWith('{"error"'))
  expect(failed).toEqual([['internet_search', '{"error":"unavailable"}']])
})

describe.each(eras)('a client of the %s era', async (era) => {
  const other = await open()
  const client = await connectClient(other, era, '/mcp/all')
  closing.push(() => client.close())
  const call = callByClient(client, era)

  it.each(tools)('receives from $name the result of a request of this system', async (tool) => {
    const result = await call(tool, await argumentsOf(tool, call))
    expect(comparable(result)).toBe(expected.get(tool.name))
  })

  it.each(catalogue.viewNames)(
    'reaches no operation for users or operators in "%s"',
    async (view) => {
      const visitor = await connectClient(other, era, view === '' ? '/mcp' : `/mcp/${view}`)
      const hidden = hub.dispatcher
        .descriptions()
        .flatMap(({ name: server, operations }) =>
          operations
            .filter(({ audience }) => audience !== 'model')
            .flatMap((operation) => [
              toolName({ ...operation, server }),
              `${server}.${operation.operation}`,
              operation.operation,
            ]),
        )
      expect(hidden).toContain('sampling_approve')
      const listed = (await visitor.listTools()).tools.map(({ name }) => name)
      expect(listed.filter((name) => hidden.includes(name))).toEqual([])
      for (const name of hidden) {
        await expect(visitor.callTool({ name, arguments: {} })).rejects.toMatchObject({
          code: -32602,
        })
        if (!listed.includes('call_tool')) continue
        const called = visitor.callTool({ name: 'call_tool', arguments: { name, arguments: {} } })
        expect(await called).toMatchObject({
          isError: true,
          _meta: { error: { code: 'invalid-params' } },
        })
      }
      await visitor.close()
    },
  )
})
