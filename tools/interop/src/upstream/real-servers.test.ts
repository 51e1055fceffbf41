import { rmSync } from 'node:fs'
import { resolve } from 'node:path'

import { afterAll, beforeAll, expect, it, vi } from 'vitest'

import { runProgram } from '../run-program.ts'
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

const servers = Object.entries(realServers)
const calls = servers.flatMap(([server, { tools }]) =>
  Object.entries(tools).map(([tool, [args, text]]) => [`${server}_${tool}`, args, text] as const),
)

it.each(servers)('lists exactly the tools of %s that are called below', async (name, { tools }) => {
  const expected = Object.keys(tools).map((tool) => `${name}_${tool}`)
  const listed = (await hub.client.listTools()).tools.map((tool) => tool.name)
  expect(listed.filter((tool) => tool.startsWith(`${name}_`)).toSorted()).toEqual(
    expected.toSorted(),
  )
})

it.each(calls)('calls the tool %s', async (name, args, text) => {
  const result = await hub.client.callTool({ name, arguments: { ...args } })
  expect([name, result.isError ?? false]).toEqual([name, name.includes('research')])
  expect(JSON.stringify(result)).toContain(text)
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

const inspector = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
)

// The inspector exits with 2 if the tool has no app, and probes the page at its address.
it.each(['legacy', 'auto'])('the inspector finds the MCP App in the era %s', async (era) => {
  const target = ['--cli', hub.url, '--transport', 'http', '--protocol-era', era]
  const method = ['--method', 'tools/call', '--tool-name', 'clock_get-time', '--app-info']
  const output = await runProgram(process.execPath, [inspector, ...target, ...method])
  expect(JSON.parse(output)).toMatchObject({
    hasApp: true,
    resourceUri: 'ui://clock/get-time/mcp-app.html',
    // The type is that of the page, which the inspector has read.
    resourceMimeType: expect.stringContaining('text/html'),
  })
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
