import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createOpenAiCompatibleProvider } from '@mcp/llm'
import type { CompletionsServer } from '@mcp/llm/testing'
import {
  chunk,
  closeCompletionsServers,
  countTokens,
  json,
  startCompletionsServer,
  streamOf,
} from '@mcp/llm/testing'
import { isRecord } from '@mcp/protocol'
import { afterAll, afterEach, expect, it } from 'vitest'

import type { Hub } from './create-hub.ts'
import { createHub } from './create-hub.ts'

const model = 'small-2026'
// SQLite starts faster than the default database.
const folder = await mkdtemp(join(tmpdir(), 'mcp-agent-budget-'))
const main = {
  name: 'main',
  engine: 'sqlite',
  file: join(folder, 'main.db'),
  mode: 'data',
} as const
let hub: Hub | undefined
afterAll(() => rm(folder, { recursive: true }))
afterEach(async () => {
  await hub?.close()
  await closeCompletionsServers()
})

/** Body of a request that the model received. */
interface Body {
  readonly text: string
  /** Names of the tools with definitions. */
  readonly tools: readonly string[]
  /** Names of the tools in the map. */
  readonly map: readonly string[]
}

type Call = readonly [tool: string, args: Readonly<Record<string, unknown>>]

/** Chooses the call for the request with this number, from 0. Undefined: responds with a text. */
type Choose = (turn: number, body: Body) => Call | undefined

function bodyOf({ received }: CompletionsServer): Body {
  const { body } = received.at(-1) ?? {}
  const text = JSON.stringify(body ?? '')
  const tools = isRecord(body) && Array.isArray(body['tools']) ? body['tools'] : []
  return {
    text,
    tools: tools.map((tool) =>
      isRecord(tool['function']) ? String(tool['function']['name']) : '',
    ),
    map: Array.from(text.matchAll(/\\n([a-z0-9_]+): /g), ([, name = '']) => name),
  }
}

/** Runs a prompt in a conversation of the client. Returns the stream of its events as it is on the wire. */
async function run(prompt: string, llmUrl: string): Promise<string> {
  hub = createHub({
    llm: createOpenAiCompatibleProvider({ url: llmUrl, model }),
    database: { databases: [main] },
  })
  const { client } = hub.services
  const headers = { 'content-type': 'application/json', 'x-mcp-owner': 'k'.repeat(43) }
  const fetchFrom = (path: string, body?: unknown) =>
    client.fetch(
      new Request(`http://client${path}`, {
        headers,
        ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
      }),
    )
  const idOf = async (response: Response, key: string) => {
    const body: unknown = await response.json()
    return isRecord(body) ? String(body[key]) : ''
  }
  const conversation = await idOf(await fetchFrom('/conversations', {}), 'id')
  const started = await fetchFrom(`/conversations/${conversation}/runs`, { prompt })
  const stream = await fetchFrom(`/runs/${await idOf(started, 'runId')}/events`)
  return stream.text()
}

/** Runs a prompt with a model that makes the chosen calls. */
async function runWith(prompt: string, choose: Choose) {
  const bodies: Body[] = []
  const calls: Call[] = []
  const server = await startCompletionsServer((response, request) => {
    if (request.method === 'GET') {
      json(200, { data: [{ id: model }] })(response, request)
      return
    }
    const body = bodyOf(server)
    const call = choose(bodies.length, body)
    bodies.push(body)
    if (call === undefined) {
      streamOf(chunk({ content: 'Done.' }), chunk({}, 'stop'))(response, request)
      return
    }
    calls.push(call)
    const [name, args] = call
    const tool = { index: 0, id: `call-${bodies.length}`, type: 'function' }
    const written = { ...tool, function: { name, arguments: JSON.stringify(args) } }
    streamOf(chunk({ tool_calls: [written] }), chunk({}, 'tool_calls'))(response, request)
  })
  const stream = await run(prompt, server.url)
  return { bodies, calls, stream }
}

/** A sensible model: it requests the definition of a tool, calls the tool once, and responds. */
function callOnce(tool: string, args: Call[1]): Choose {
  let isCalled = false
  return (_turn, { tools, map }) => {
    if (isCalled) return undefined
    isCalled = tools.includes(tool)
    if (isCalled) return [tool, args]
    return map.includes(tool)
      ? ['describe_tools', { names: [tool] }]
      : ['search_tools', { query: tool }]
  }
}

const bytesOf = (text: string): number => new TextEncoder().encode(text).byteLength

it.each([
  ['multiply 12 by 12', 'calculator_multiply', { a: 12, b: 12 }],
  ['How much is a dozen dozens?', 'calculator_multiply', { a: 12, b: 12 }],
  ['Which resources are there?', 'resources_list', {}],
])('offers the whole catalogue for: %s', async (prompt, tool, args) => {
  const { bodies, calls, stream } = await runWith(prompt, callOnce(tool, args))
  const turns = calls.findIndex(([name]) => name === tool) + 1
  for (const [index, { text, tools }] of bodies.entries()) {
    console.log(
      `"${prompt}", request ${index + 1}: ${countTokens(text)} tokens, ${bytesOf(text)} bytes, tools: ${tools.join(', ')}`,
    )
  }
  console.log(`"${prompt}": the call is in turn ${turns}; first request:\n${bodies[0]?.text}`)
  expect(stream).toContain('"status":"success"')
  expect(countTokens(bodies[0]?.text ?? '')).toBeLessThanOrEqual(2500)
  expect(turns).toBeGreaterThan(0)
  expect(turns).toBeLessThanOrEqual(2)
})

it('streams at most 60 kB for a result of 235 kB', async () => {
  const rows = 1000
  const text = 'x'.repeat(220)
  const numbers = `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${rows})`
  const sql = `${numbers} SELECT n, '${text}' AS text FROM numbers`
  const query = callOnce('database_query', { sql, maxRows: rows, maxBytes: 1_000_000 })
  const { bodies, stream } = await runWith('Read all rows.', (turn, body) => {
    if (turn < 2) return query(turn, body)
    const [, ref] = /read_more with ref \\"(.+?)\\"/.exec(body.text) ?? []
    return turn < 4 ? ['read_more', { ref, offset: 20_000 * (turn - 1) }] : undefined
  })
  const size = Number(/"bytes":(\d+)/.exec(stream)?.[1])
  console.log(`result of ${size} bytes: streams ${bytesOf(stream)} bytes in ${bodies.length} steps`)
  expect(size).toBeGreaterThan(235_000)
  expect(stream).toContain('Characters 40000 to 60000 of ')
  expect(bytesOf(stream)).toBeLessThanOrEqual(60_000)
})

it.each([0, 10, 40])('streams at most 12 kB for 100 pieces, every %i ms', async (everyMs) => {
  const pieces = Array.from({ length: 100 }, (_, index) => (index < 90 ? '8 signs ' : '7 sign '))
  const server = await startCompletionsServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const send = (index: number): void => {
      const content = pieces[index]
      const part = content === undefined ? chunk({}, 'stop') : chunk({ content })
      response.write(`data: ${JSON.stringify(part)}\n\n`)
      if (content === undefined) response.end('data: [DONE]\n\n')
      else if (everyMs === 0) send(index + 1)
      else setTimeout(send, everyMs, index + 1)
    }
    send(0)
  })
  const stream = await run('Write 790 characters.', server.url)
  const events = stream.match(/"type":"text-delta"/g)?.length ?? 0
  console.log(
    `${pieces.join('').length} characters in ${pieces.length} pieces, every ${everyMs} ms: ${events} events, ${bytesOf(stream)} bytes`,
  )
  expect(stream).toContain('run-finished')
  expect(bytesOf(stream)).toBeLessThanOrEqual(12_000)
})
