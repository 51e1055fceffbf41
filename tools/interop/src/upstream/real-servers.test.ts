import { rmSync } from 'node:fs'

import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { folder, realServers, startRealServers } from './real-servers.ts'

let hub: Awaited<ReturnType<typeof startRealServers>>
beforeAll(async () => {
  hub = await startRealServers()
  // A server that starts slowly has no tools at first.
  await vi.waitFor(
    () => {
      for (const { name, operations } of hub.dispatcher.descriptions()) {
        expect([name, operations.length]).not.toEqual([name, 0])
      }
    },
    { timeout: 60_000 },
  )
})
afterAll(async () => {
  await hub.close()
  rmSync(folder, { recursive: true, force: true })
})

const calls = Object.entries(realServers).flatMap(([server, { calls: all }]) =>
  Object.entries(all).map(([tool, args]) => [`${server}_${tool}`, args] as const),
)

it.each(calls)('calls the tool %s', async (name, args) => {
  const result = await hub.client.callTool({ name, arguments: { ...args } })
  expect(result.isError ?? false).toBe(false)
  expect(result.content.length).toBeGreaterThan(0)
})

it('calls our own tools beside them', async () => {
  const result = await hub.client.callTool({ name: 'calculator_add', arguments: { a: 1, b: 2 } })
  expect(result.structuredContent).toEqual({ result: 3 })
})

it('reads the page of an MCP App under its rewritten address', async () => {
  const { tools } = await hub.client.listTools()
  const tool = tools.find(({ name }) => name === 'clock_get-time')
  const uri = 'ui://clock/get-time/mcp-app.html'
  expect(tool?.['_meta']).toMatchObject({ ui: { resourceUri: uri } })
  const { contents } = await hub.client.readResource({ uri })
  expect(contents).toMatchObject([{ uri, mimeType: expect.stringContaining('text/html') }])
  expect(JSON.stringify(contents).length).toBeGreaterThan(100_000)
})

it('lists resources and prompts of all servers', async () => {
  const { resources } = await hub.client.listResources()
  expect(resources.map(({ uri }) => uri)).toContainEqual(
    expect.stringMatching(/^everything\+demo:/),
  )
  const { prompts } = await hub.client.listPrompts()
  const [prompt] = prompts.filter(({ arguments: args = [] }) => args.length === 0)
  expect(prompt?.name).toMatch(/^everything_/)
  const { messages } = await hub.client.getPrompt({ name: prompt?.name ?? '' })
  expect(messages.length).toBeGreaterThan(0)
})
