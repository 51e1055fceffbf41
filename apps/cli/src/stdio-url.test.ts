import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'

import type { ConnectedClient, ConnectOptions, Era } from './fixtures/connect-client.ts'
import { connectClient } from './fixtures/connect-client.ts'
import type { RunningServer } from './fixtures/mcp-server.ts'
import { startMcpServer } from './fixtures/mcp-server.ts'
import type { RunningCommand } from './fixtures/start-command.ts'
import { commandLine, expectProtocolOnly, startCommand } from './fixtures/start-command.ts'

/** The eras of the shared clients. */
const eras = ['legacy', 'modern'] as const

let server: RunningServer
const shared = new Map<Era, ConnectedClient>()
const changed = vi.fn<() => void>()
beforeAll(async () => {
  server = await startMcpServer()
  for (const era of eras) {
    const client = await connect(server.url, era, {
      capabilities: { elicitation: {} },
      listChanged: { tools: { onChanged: changed, autoRefresh: false, debounceMs: 0 } },
      prepare: (each) =>
        each.setRequestHandler('elicitation/create', async () => ({
          action: 'accept',
          content: { name: 'Ada' },
        })),
    })
    shared.set(era, client)
  }
}, 60_000)
afterAll(async () => {
  for (const client of shared.values()) await client.close()
  await server.close()
})

const opened: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close()
})

function clientOf(era: Era): ConnectedClient['client'] {
  const connected = shared.get(era)
  if (connected === undefined) throw new Error(`no client of the era ${era}`)
  return connected.client
}

function connect(url: string, era: Era, options?: ConnectOptions): Promise<ConnectedClient> {
  return connectClient(commandLine('stdio', '--url', url), era, options)
}

async function open(url: string, era: Era, options?: ConnectOptions) {
  const connected = await connect(url, era, options)
  opened.push(connected)
  return connected.client
}

async function openServer(options?: Parameters<typeof startMcpServer>[0]): Promise<RunningServer> {
  const other = await startMcpServer(options)
  opened.push(other)
  return other
}

function start(url = server.url): RunningCommand {
  const command = startCommand(['stdio', '--url', url])
  opened.push({ close: async () => void command.process.kill('SIGKILL') })
  return command
}

const text = (value: string) => [{ type: 'text', text: value }]
const initialize = {
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1.0.0' },
  },
}
const initialized = { jsonrpc: '2.0', method: 'notifications/initialized' }
const call = (id: number, name: string, parameters: object = {}): object => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name, arguments: parameters },
})

it.each(eras)('passes on requests and responses: %s', async (era) => {
  const client = clientOf(era)
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toContain('echo')
  const values = Array.from({ length: 20 }, (_, index) => `text ${index} äöü \u2028`)
  const results = await Promise.all(
    values.map((value) => client.callTool({ name: 'echo', arguments: { text: value } })),
  )
  expect(results.map(({ content }) => content)).toEqual(values.map(text))
})

it('negotiates the era', async () => {
  const client = await open(server.url, 'auto')
  expect(client.getNegotiatedProtocolVersion()).toBe('2026-07-28')
})

it.each(eras)('passes on progress and requests of the server: %s', async (era) => {
  const client = clientOf(era)
  const steps: number[] = []
  const onprogress = ({ progress }: { progress: number }): void => void steps.push(progress)
  await client.callTool({ name: 'count', arguments: { to: 3 } }, { onprogress })
  expect(steps).toEqual([1, 2, 3])
  const { content } = await client.callTool({ name: 'ask', arguments: {} })
  expect(content).toEqual(text('Hello Ada'))
})

it('passes on changes of lists', async () => {
  await vi.waitFor(async () => {
    await server.announce()
    expect(changed.mock.calls.length).toBeGreaterThanOrEqual(eras.length)
  })
})

it('sends the headers of a modern request', async () => {
  const client = clientOf('modern')
  await client.listTools()
  await client.callTool({ name: 'region', arguments: { region: 'Zürich' } })
  const headers = server.arrivals.at(-1)?.headers
  expect(headers?.get('mcp-protocol-version')).toBe('2026-07-28')
  expect(headers?.get('mcp-method')).toBe('tools/call')
  expect(headers?.get('mcp-name')).toBe('region')
  expect(headers?.get('mcp-param-region')).toBe('=?base64?WsO8cmljaA==?=')
})

it.each(eras)('cancels a call: %s', async (era) => {
  const [waiting, aborted] = [server.waiting(), server.aborted()]
  const abort = new AbortController()
  const options = { signal: abort.signal }
  const waited = clientOf(era).callTool({ name: 'wait', arguments: {} }, options)
  await vi.waitFor(() => expect(server.waiting()).toBe(waiting + 1))
  abort.abort()
  await expect(waited).rejects.toThrow(Error)
  await vi.waitFor(() => expect(server.aborted()).toBe(aborted + 1))
})

it('continues the stream of a call that the server has closed', async () => {
  const { content } = await clientOf('legacy').callTool({ name: 'break', arguments: {} })
  expect(content).toEqual(text('continued'))
})

it('opens a new session if the server does not know the session any more', async () => {
  server.forgetSessions()
  const parameters = { name: 'echo', arguments: { text: 'again' } }
  const { content } = await clientOf('legacy').callTool(parameters)
  expect(content).toEqual(text('again'))
})

it('fails the calls in flight when the server goes away, and connects to the next one', async () => {
  const other = await openServer()
  const client = await open(other.url, 'legacy')
  const waited = client.callTool({ name: 'wait', arguments: {} })
  await vi.waitFor(() => expect(other.waiting()).toBe(1))
  await Promise.all([expect(waited).rejects.toThrow('before you repeat it'), other.close()])
  const echo = (value: string) => client.callTool({ name: 'echo', arguments: { text: value } })
  await expect(echo('x')).rejects.toThrow('Is it running?')
  await openServer({ port: other.port })
  expect((await echo('back')).content).toEqual(text('back'))
})

it('sends the token of MCP_TOKEN, and names the variable if it is missing', async () => {
  const token = 'a-secret-of-ann-1'
  const { url } = await openServer({ token })
  await expect(open(url, 'legacy')).rejects.toThrow('Set MCP_TOKEN')
  const client = await open(url, 'legacy', { env: { MCP_TOKEN: token } })
  expect((await client.listTools()).tools).toHaveLength(6)
})

it('survives hostile input', async () => {
  const command = start()
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`
  const hostile = JSON.stringify(call(7, 'echo', { text: 'TEXT' }))
  command.send('not JSON', '5', '{"jsonrpc":"2.0","id":3}', nested(50_000), '', '[]')
  command.send(hostile.replace('"TEXT"', nested(50_000)))
  command.send(hostile.replace('TEXT', 'x'.repeat(11 * 1024 * 1024)))
  command.send(initialize, initialized, call(2, 'echo', { text: 'ok' }))
  expect(await command.response(2)).toMatchObject({ result: { content: text('ok') } })
  expect(await command.response(3)).toMatchObject({ error: { code: -32_600 } })
  expect(await command.response(7)).toMatchObject({ error: { code: expect.any(Number) } })
  const codes = command.lines
    .map((line) => Object(JSON.parse(line)))
    .filter(({ error, id }) => error !== undefined && id === undefined)
    .map(({ error }) => error.code)
  expect(codes).toEqual([-32_700, -32_600, -32_600, -32_600, -32_600])
  expectProtocolOnly(command.lines)
})

it('completes the requests before the end of its input, ends the session and exits', async () => {
  const deleted = server.deleted()
  const command = start()
  command.send(initialize, initialized, call(2, 'echo', { text: 'ok' }))
  command.process.stdin?.end()
  expect(await command.exited).toBe(0)
  expect(await command.response(2)).toMatchObject({ result: { content: text('ok') } })
  expect(server.deleted()).toBe(deleted + 1)
})

it('exits within 2 s of the end of its input, whatever is under way', async () => {
  const command = start()
  command.send(initialize, initialized, call(2, 'wait'), call(3, 'echo', { text: 'ok' }))
  await command.response(3)
  const ended = performance.now()
  command.process.stdin?.end()
  expect(await command.exited).toBe(0)
  expect(performance.now() - ended).toBeLessThan(2000)
})
