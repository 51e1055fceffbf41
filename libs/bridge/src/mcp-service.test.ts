import { afterEach, describe, expect, it } from 'vitest'

import type { TestService, TestServiceOptions } from './fixtures/test-service.ts'
import { createTestService } from './fixtures/test-service.ts'

const open: TestService[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((service) => service.close()))
})

function start(options?: TestServiceOptions): TestService {
  const service = createTestService(options)
  open.push(service)
  return service
}

describe.each(['legacy', 'modern'] as const)('a client of the %s era', (era) => {
  it('lists and calls tools', async () => {
    const client = await start().connect(era)
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('calculator_evaluate')
    const result = await client.callTool({
      name: 'calculator_evaluate',
      arguments: { expression: '2 + 3' },
    })
    expect(result).toMatchObject({ content: [{ type: 'text' }] })
    expect(result.isError).not.toBe(true)
  })

  it('finds and calls a tool that the view does not list', async () => {
    const client = await start().connect(era)
    const found = await client.callTool({
      name: 'search_tools',
      arguments: { query: 'add numbers' },
    })
    expect(JSON.stringify(found)).toContain('calculator_add')
    const called = await client.callTool({
      name: 'call_tool',
      arguments: { name: 'calculator_add', arguments: { a: 2, b: 3 } },
    })
    expect(called.content).toEqual([{ type: 'text', text: '5' }])
  })

  it('reads resources and prompts', async () => {
    const client = await start().connect(era)
    const uri = 'memory:///notes/a.md'
    await client.callTool({
      name: 'resources_create',
      arguments: { resource: uri, content: 'A note', mimeType: 'text/markdown' },
    })
    expect((await client.listResources()).resources).toMatchObject([{ uri }])
    expect(await client.listResourceTemplates()).toMatchObject({ resourceTemplates: [] })
    expect((await client.readResource({ uri })).contents).toEqual([
      { uri, mimeType: 'text/markdown', text: 'A note' },
    ])
    const { prompts } = await client.listPrompts()
    expect(prompts.length).toBeGreaterThan(0)
    const { messages } = await client.getPrompt({
      name: 'code-review',
      arguments: { code: 'const x = 1', language: 'TypeScript' },
    })
    expect(messages.length).toBeGreaterThan(0)
    const { completion } = await client.complete({
      ref: { type: 'ref/prompt', name: 'translate' },
      argument: { name: 'language', value: 'Ger' },
    })
    expect(completion.values).toEqual(['German'])
  })

  it('returns invalid arguments as a result, and an unknown tool as an error', async () => {
    const client = await start().connect(era)
    const result = await client.callTool({ name: 'calculator_add', arguments: { a: 'x', b: 1 } })
    expect(result).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^invalid-params: .*a/) }],
    })
    await expect(client.callTool({ name: 'calculator_ad', arguments: {} })).rejects.toMatchObject({
      code: -32602,
      message: expect.stringContaining('calculator_add'),
    })
  })
})
