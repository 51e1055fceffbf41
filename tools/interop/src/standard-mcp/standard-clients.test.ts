import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { connections, mcp, recorded } from './connections.ts'
import type { Target } from './connections.ts'
import type { Endpoint } from './endpoint.ts'
import { startEndpoint } from './endpoint.ts'
import type { StandardClient } from './standard-clients.ts'
import { standardClients } from './standard-clients.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcp-clients-'))
let endpoint: Endpoint

beforeAll(async () => {
  endpoint = await startEndpoint()
})

afterAll(async () => {
  await endpoint[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const record = join(folder, 'stdout')
const targets: Readonly<Record<string, () => Target>> = {
  ...Object.fromEntries(
    Object.entries(connections).map(([name, connect]) => [name, () => connect(endpoint.url)]),
  ),
  'mcp stdio': () => recorded(mcp('stdio', '--data', join(folder, 'data')), record),
}

describe.each(Object.keys(standardClients))('%s', (clientName) => {
  describe.each(Object.keys(targets))('over %s', (targetName) => {
    let client: StandardClient

    beforeAll(async () => {
      const target = targets[targetName]?.() ?? { url: '' }
      client = await (standardClients[clientName]?.(target) ?? Promise.reject(new Error()))
    })

    afterAll(async () => {
      await client.close()
      if (targetName === 'mcp stdio') expectOnlyMessages(readFileSync(record, 'utf8'))
    })

    it('lists the tools in one page', async () => {
      const names = (await client.listTools()).tools.map(({ name }) => name)
      expect(names).toEqual(expect.arrayContaining(['calculator_evaluate', 'search_tools']))
      expect(new Set(names).size).toBe(names.length)
    })

    it('calls a tool, and receives its structured content', async () => {
      const result = await client.callTool({
        name: 'calculator_evaluate',
        arguments: { expression: '6 * 7' },
      })
      expect(result).toMatchObject({ structuredContent: { value: 42 } })
    })

    it('receives the failure of a tool as its result', async () => {
      const result = await client.callTool({
        name: 'calculator_evaluate',
        arguments: { expression: 7 },
      })
      expect(result).toMatchObject({
        isError: true,
        content: [{ text: expect.stringContaining('expression') }],
      })
    })

    it('reads a resource that a tool created', async () => {
      const uri = `memory:///${clientName} ${targetName}`.replaceAll(/[ ,-]+/g, '_')
      await client.callTool({
        name: 'resources_create',
        arguments: { resource: uri, content: 'Hello' },
      })
      expect((await client.readResource({ uri })).contents).toMatchObject([{ uri, text: 'Hello' }])
    })

    it('gets a prompt', async () => {
      const { messages } = await client.getPrompt({
        name: 'translate',
        arguments: { text: 'Good morning', language: 'French' },
      })
      expect(JSON.stringify(messages)).toContain('Good morning')
    })

    it('completes an argument', async () => {
      const { completion } = await client.complete({
        ref: { type: 'ref/prompt', name: 'translate' },
        argument: { name: 'language', value: 'Ger' },
      })
      expect(completion.values).toEqual(['German'])
    })

    it('receives an error for an unknown tool', async () => {
      await expect(client.callTool({ name: 'calculator_divine' })).rejects.toMatchObject({
        code: -32_602,
      })
    })
  })
})

/** Expects that every line of a standard output is a message of JSON-RPC. */
function expectOnlyMessages(output: string): void {
  const lines = output.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
}
