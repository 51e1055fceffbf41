import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { everythingTools } from './everything-tools.ts'
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

const everything = ['everything', 'everything-sse']

it.each(everything)('lists exactly the tools of %s that are called below', async (server) => {
  const expected = Object.keys(everythingTools).map((tool) => `${server}_${tool}`)
  const listed = (await hub.client.listTools()).tools.map(({ name }) => name)
  expect(listed.filter((name) => name.startsWith(`${server}_`)).toSorted()).toEqual(
    expected.toSorted(),
  )
})

const calls = everything.flatMap((server) =>
  Object.entries(everythingTools).map(
    ([tool, [args, text]]) => [`${server}_${tool}`, args, text] as const,
  ),
)

it.each(calls)('calls the tool %s', async (name, args, text) => {
  const result = await hub.client.callTool({ name, arguments: { ...args } })
  expect([name, result.isError ?? false]).toEqual([name, name.includes('research')])
  expect(JSON.stringify(result)).toContain(text)
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
