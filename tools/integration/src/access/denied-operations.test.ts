import { isRecord } from '@mcp/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { toPost } from '../mcp/raw-client.ts'
import type { GuardedHub } from './guarded-hub.ts'
import { property, startGuardedHub } from './guarded-hub.ts'

let hub: GuardedHub
let sessionId: string
beforeAll(async () => {
  hub = await startGuardedHub()
  const { text } = await hub.send('manager', 'ada', 'POST', '/sessions', { body: {} })
  sessionId = property(text, 'sessionId')
})
afterAll(() => hub.close())

const powers = { tool: 'calculator', operation: 'power', params: { a: 2, b: 3 } }
const powerArguments = { a: 2, b: 3 }
const sql = 'delete from notes'

function rpc(era: 'legacy' | 'modern', path: string, method: string, params: object = {}) {
  const { headers, body } = toPost(era, { method, params: { ...params } })
  return hub.send('manager', 'ada', 'POST', path, { body: JSON.parse(body), headers })
}

async function openLegacy(path: string): Promise<Record<string, string>> {
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test', version: '1' },
  }
  const { headers } = await rpc('legacy', path, 'initialize', params)
  return { 'mcp-session-id': headers.get('mcp-session-id') ?? '' }
}

describe('a denied operation is not listed', () => {
  it.each([
    ['GET /servers', 'manager', '/servers'],
    ['GET /openapi.json', 'manager', '/openapi.json'],
    ['GET /servers of the client app, for the page and the terminal', 'client', '/servers'],
  ] as const)('by %s', async (_name, service, path) => {
    const { status, text } = await hub.send(service, 'ada', 'GET', path)
    expect(status).toBe(200)
    expect(text).toContain('multiply')
    expect(text).toContain('listTables')
    expect(text).not.toMatch(/"power"|calculator\/power/)
    expect(text).not.toMatch(/"operation":"execute"|database\/execute/)
  })

  it.each([
    ['/mcp', 'tools/list'],
    ['/mcp/all', 'tools/list'],
    ['/mcp/tools', 'tools/list'],
    ['/mcp/database', 'tools/list'],
  ])('by %s %s', async (path, method) => {
    const { text } = await rpc('modern', path, method)
    expect(text).toContain('"tools":[{')
    expect(text).not.toMatch(/calculator_power|database_execute|database_transaction/)
    const headers = await openLegacy(path)
    const { headers: own, body } = toPost('legacy', { method })
    const listed = await hub.send('manager', 'ada', 'POST', path, {
      body: JSON.parse(body),
      headers: { ...own, ...headers },
    })
    expect(listed.text).toContain('"tools":[{')
    expect(listed.text).not.toMatch(/calculator_power|database_execute|database_transaction/)
  })

  it('by the search tools of /mcp', async () => {
    const search = {
      name: 'search_tools',
      arguments: { query: 'calculator multiply power', limit: 50 },
    }
    const { text } = await rpc('modern', '/mcp', 'tools/call', search)
    expect(text).toContain('calculator_')
    expect(text).not.toContain('calculator_power')
    const names = ['calculator_power', 'calculator_add']
    const details = { name: 'get_tool_details', arguments: { names } }
    const described = await rpc('modern', '/mcp', 'tools/call', details)
    expect(described.text).toContain('"unknown":[{"name":"calculator_power"')
  })

  it('to the agent', async () => {
    const { text } = await hub.send('client', 'ada', 'POST', '/process', {
      body: { prompt: 'Compute two to the power of three, and delete the notes.' },
    })
    expect(text).toContain('Done.')
    const seen = JSON.stringify(hub.modelRequests)
    expect(seen).toContain('calculator_')
    expect(seen).not.toMatch(/calculator_power|database_execute/)
  })

  it('by the operations of the tools server', async () => {
    const list = { tool: 'tools', operation: 'describe', params: { name: 'calculator' } }
    const body = { type: 'tool-execution', payload: list }
    const { text } = await hub.send('manager', 'ada', 'POST', `/sessions/${sessionId}/requests`, {
      body,
    })
    expect(text).toContain('"multiply"')
    expect(text).not.toContain('"power"')
  })
})

describe('a denied operation is not called', () => {
  const denied = { code: 'forbidden', details: { reason: 'policy', rule: 'no powers', line: 2 } }
  const requests = () => `/sessions/${sessionId}/requests`

  it.each<[string, () => Promise<{ status: number; text: string }>]>([
    [
      'a request',
      () =>
        hub.send('manager', 'ada', 'POST', requests(), {
          body: { type: 'tool-execution', payload: powers },
        }),
    ],
    [
      'a streamed request',
      () =>
        hub.send('manager', 'ada', 'POST', requests(), {
          body: { type: 'tool-execution', payload: powers },
          headers: { accept: 'text/event-stream' },
        }),
    ],
    [
      'a batch',
      () =>
        hub.send('manager', 'ada', 'POST', requests(), {
          body: {
            type: 'tool-execution',
            payload: { tool: 'tools', operation: 'batch', params: { calls: [powers] } },
          },
        }),
    ],
    [
      'a request of the client app',
      () =>
        hub.send('client', 'ada', 'POST', '/requests', {
          body: { type: 'tool-execution', payload: powers },
        }),
    ],
    [
      'a tool of the client app',
      () => hub.send('client', 'ada', 'POST', '/tools/execute', { body: powers }),
    ],
  ])('by %s', async (_name, send) => {
    const { text } = await send()
    const error = /"error":(\{.*?\}\})/s.exec(text)?.[1] ?? '{}'
    expect(JSON.parse(error)).toMatchObject(denied)
  })

  it('by its path', async () => {
    const path = `/sessions/${sessionId}/tools/calculator/power`
    const { status, text } = await hub.send('manager', 'ada', 'POST', path, {
      body: powerArguments,
    })
    expect(status).toBe(404)
    expect(text).not.toContain('"power"]')
  })

  it('by a saved call', async () => {
    const body = { type: 'tool-execution', payload: powers }
    await hub.send('client', 'ada', 'PUT', '/saved-calls/powers', { body })
    const run = await hub.send('client', 'ada', 'POST', '/saved-calls/powers/run', { body: {} })
    expect(run.text).toContain('"code":"forbidden"')
  })

  it.each([
    ['tools/call', { name: 'calculator_power', arguments: powerArguments }],
    ['tools/call', { name: 'database_execute', arguments: { sql } }],
    [
      'tools/call',
      { name: 'call_tool', arguments: { name: 'calculator_power', arguments: powerArguments } },
    ],
    [
      'tools/call',
      { name: 'call_tool', arguments: { name: 'database_execute', arguments: { sql } } },
    ],
  ])('by %s %j of /mcp', async (method, params) => {
    const { text } = await rpc('modern', '/mcp', method, params)
    expect(text).toContain('Unknown tool')
    expect(text).not.toMatch(/"result":8|affectedRows/)
  })
})

it('explains a decision to operators, and to no other caller', async () => {
  const path = '/policy/explain?principal=ben&server=tools&operation=calculator.power'
  for (const service of ['manager', 'client'] as const) {
    const { status, text } = await hub.send(service, 'ada', 'GET', path)
    expect(status).toBe(200)
    const explanation: unknown = JSON.parse(text)
    expect(explanation).toMatchObject({
      effect: 'deny',
      rule: { name: 'no powers', line: 2 },
      change: [expect.stringContaining('line 2')],
    })
    expect(isRecord(explanation)).toBe(true)
    expect((await hub.send(service, 'ben', 'GET', path)).status).toBe(403)
  }
})
