import { afterEach, describe, expect, it } from 'vitest'
import type { Client } from '@modelcontextprotocol/client'

import { askingServer } from './fixtures/asking-server.ts'
import type { TestService, TestServiceOptions } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(options: TestServiceOptions = {}): TestService {
  const service = createTestService({ servers: [askingServer()], ...options })
  open.push(service)
  return service
}

const capabilities = {
  elicitation: { form: {}, url: {} },
  sampling: { tools: {} },
  roots: {},
}

type ElicitResponse = { action: 'accept' | 'decline' | 'cancel'; content?: Record<string, string> }

function prepare(client: Client, responses: readonly ElicitResponse[] = []): void {
  const left = [...responses]
  client.setRequestHandler('elicitation/create', ({ params }) => {
    if (params.mode === 'url') return { action: 'accept' }
    return left.shift() ?? { action: 'accept', content: { name: 'Ada' } }
  })
  client.setRequestHandler('sampling/createMessage', () => ({
    role: 'assistant',
    content: { type: 'text', text: 'Hi' },
    model: 'test-model',
  }))
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///home', name: 'home' }] }))
}

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  const connect = (responses?: readonly ElicitResponse[], options?: TestServiceOptions) =>
    start(options).connect(era, {
      path: '/mcp/asking',
      capabilities,
      prepare: (client) => prepare(client, responses),
    })

  it.each([
    ['asking_form', { action: 'accept', content: { name: 'Ada' } }],
    ['asking_url', { action: 'accept' }],
    ['asking_sample', { model: 'test-model', content: { type: 'text', text: 'Hi' } }],
    ['asking_roots', { roots: [{ uri: 'file:///home', name: 'home' }] }],
  ])('responds to %s', async (name, result) => {
    const client = await connect()
    expect(await client.callTool({ name, arguments: {} })).toMatchObject({
      structuredContent: result,
    })
  })

  it('responds to two questions at once', async () => {
    const client = await connect()
    const { content } = await client.callTool({ name: 'asking_both', arguments: {} })
    expect(JSON.stringify(content)).toMatch(/Ada.*home/)
  })

  it('responds to two questions one after another', async () => {
    const client = await connect([
      { action: 'accept', content: { name: 'Ada' } },
      { action: 'accept', content: { name: 'Lovelace' } },
    ])
    const { content } = await client.callTool({ name: 'asking_twice', arguments: {} })
    expect(content).toEqual([{ type: 'text', text: '["Ada","Lovelace"]' }])
  })

  it.each(['decline', 'cancel'] as const)('may %s', async (action) => {
    const client = await connect([{ action }])
    expect(await client.callTool({ name: 'asking_form', arguments: {} })).toMatchObject({
      structuredContent: { action },
    })
  })

  it('receives an error for a response that does not match the schema', async () => {
    const client = await connect([{ action: 'accept', content: { nam: 'Ada' } }])
    expect(await client.callTool({ name: 'asking_form', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('name') }],
    })
  })

  it('receives progress and log messages of its level', async () => {
    const logged: unknown[] = []
    const client = await start().connect(era, {
      path: '/mcp/asking',
      prepare(prepared) {
        prepared.setNotificationHandler('notifications/message', ({ params }) => {
          logged.push(params)
        })
      },
    })
    if (era === 'legacy') await client.setLoggingLevel('warning')
    const progress: unknown[] = []
    await client.callTool(
      {
        name: 'asking_log',
        arguments: {},
        ...(era === 'modern' && {
          _meta: { 'io.modelcontextprotocol/logLevel': 'warning' },
        }),
      },
      { onprogress: (each) => void progress.push(each) },
    )
    expect(progress).toEqual([{ progress: 1, total: 2, message: 'half' }])
    expect(logged).toEqual([{ level: 'error', data: { text: 'shown' }, logger: 'asking' }])
  })

  it('cancels a call', async () => {
    const cancelled = Promise.withResolvers<void>()
    const waiting = Promise.withResolvers<void>()
    const service = start({ servers: [askingServer(cancelled.resolve, waiting.resolve)] })
    const client = await service.connect(era, { path: '/mcp/asking' })
    const controller = new AbortController()
    const calling = client.callTool(
      { name: 'asking_wait', arguments: {} },
      { signal: controller.signal },
    )
    await waiting.promise
    controller.abort('no longer needed')
    await expect(calling).rejects.toThrow('no longer needed')
    await cancelled.promise
  })
})

describe('without the capability, a client', () => {
  const form = { name: 'asking_form', arguments: {} }

  it('of the legacy era receives a result with the error', async () => {
    const client = await start().connect('legacy', { path: '/mcp/asking' })
    expect(await client.callTool(form)).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('elicitation') }],
    })
  })

  it('of the modern era receives the error of the standard', async () => {
    const client = await start().connect('modern', { path: '/mcp/asking' })
    await expect(client.callTool(form)).rejects.toMatchObject({ code: -32_021 })
  })
})
