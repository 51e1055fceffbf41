import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { remoteServers, startRemoteServers } from './remote-servers.ts'

let hub: Awaited<ReturnType<typeof startRemoteServers>>
beforeAll(async () => {
  hub = await startRemoteServers()
  // A server that responds slowly has no tools at first.
  await vi.waitFor(
    () => {
      for (const { name, operations } of hub.dispatcher.descriptions()) {
        expect([name, operations.length]).not.toEqual([name, 0])
      }
    },
    { timeout: 60_000 },
  )
})
afterAll(() => hub.close())

const adding = ['fastmcp', 'modern', 'sessions'] as const

it.each(adding)('calls the tool of the server %s', async (name) => {
  const tool = `${name}_calculator_add`
  const result = await hub.client.callTool({ name: tool, arguments: { a: 1, b: 2 } })
  expect(result).toMatchObject({ content: [{ type: 'text', text: '3' }] })
})

const calls = {
  echo: { message: 'hi' },
  'get-sum': { a: 1, b: 2 },
  'get-tiny-image': {},
  'get-resource-links': { count: 2 },
  'get-resource-reference': { resourceType: 'Text', resourceId: 1 },
  'get-structured-content': { location: 'New York' },
  'get-annotated-message': { messageType: 'success', includeImage: true },
  'trigger-long-running-operation': { duration: 0.2, steps: 2 },
}
const everything = ['everything', 'everything-sse'].flatMap((server) =>
  Object.entries(calls).map(([tool, args]) => [server, tool, args] as const),
)

it.each(everything)('calls %s: %s', async (server, tool, args) => {
  const name = `${server}_${tool}`
  const result = await hub.client.callTool({ name, arguments: { ...args } })
  expect(result.isError ?? false).toBe(false)
  expect(result.content.length).toBeGreaterThan(0)
})

it('calls our own tools beside them, and lists the tools of each server', async () => {
  const { structuredContent } = await hub.client.callTool({
    name: 'calculator_add',
    arguments: { a: 1, b: 2 },
  })
  expect(structuredContent).toEqual({ result: 3 })
  const names = (await hub.client.listTools()).tools.map(({ name }) => name)
  for (const server of Object.keys(remoteServers)) {
    expect(names).toContainEqual(expect.stringMatching(new RegExp(`^${server}_`)))
  }
})
