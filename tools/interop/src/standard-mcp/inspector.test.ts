import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { runProgram } from '../run-program.ts'
import { mcp } from './connections.ts'
import type { Endpoint } from './endpoint.ts'
import { startEndpoint } from './endpoint.ts'
import { standardClients } from './standard-clients.ts'
import type { StandardClient } from './standard-clients.ts'

const inspector = resolve(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
)
const folder = mkdtempSync(join(tmpdir(), 'mcp-inspector-'))
const config = join(folder, 'mcp.json')
const data = ['--data', join(folder, 'data')]
let endpoint: Endpoint
/** Keeps the hub of the data folder running, so that each run of the inspector joins it. */
let keeper: StandardClient | undefined

beforeAll(async () => {
  endpoint = await startEndpoint()
  keeper = await standardClients['SDK v1']?.(mcp('stdio', ...data))
  const mcpServers = {
    core: mcp('stdio', ...data),
    all: mcp('stdio', '--view', 'all', ...data),
  }
  writeFileSync(config, JSON.stringify({ mcpServers }))
})

afterAll(async () => {
  await keeper?.close()
  await endpoint[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const targets = {
  http: () => [endpoint.url, '--transport', 'http'],
  'mcp stdio': () => ['--config', config, '--server', 'core'],
}

/** Runs the official inspector on the command line, and returns the result of the method. */
async function inspect(target: readonly string[], era: string, ...parameters: readonly string[]) {
  const all = ['--cli', ...target, '--protocol-era', era, '--format', 'json', ...parameters]
  const result: unknown = JSON.parse(await runProgram(process.execPath, [inspector, ...all]))
  return result
}

describe.each(Object.entries(targets))('the inspector over %s', (_name, target) => {
  describe.each(['legacy', 'auto', 'modern'])('in the era %s', (era) => {
    const run = (...parameters: readonly string[]) => inspect(target(), era, ...parameters)

    it('lists the tools', async () => {
      const named = expect.objectContaining({ name: 'read_result' })
      expect(await run('--method', 'tools/list')).toMatchObject({
        result: { tools: expect.arrayContaining([named]) },
      })
    })

    it('calls a tool', async () => {
      const call = ['--tool-name', 'calculator_evaluate', '--tool-arg', 'expression=6*7']
      expect(await run('--method', 'tools/call', ...call)).toMatchObject({
        result: { structuredContent: { value: 42 } },
      })
    })

    it('reads a resource', async () => {
      const uri = `memory:///inspector-${era}`
      const args = ['--tool-arg', `resource=${uri}`, 'content=Hello']
      await run('--method', 'tools/call', '--tool-name', 'resources_create', ...args)
      expect(await run('--method', 'resources/read', '--uri', uri)).toMatchObject({
        result: { contents: [{ uri, text: 'Hello' }] },
      })
    })

    it('gets a prompt', async () => {
      const args = ['--prompt-args', 'text=Good morning', 'language=French']
      const method = ['--method', 'prompts/get', '--prompt-name', 'translate']
      expect(JSON.stringify(await run(...method, ...args))).toContain('Good morning')
    })
  })
})

const views = [
  '',
  '/all',
  '/search',
  '/resources',
  '/sampling',
  '/tools',
  '/database',
  '/internet',
  '/roots',
  '/prompts',
]

// The inspector exits with 6 if the schema of a tool has an error.
it.each(views)('the inspector finds no error in the schemas of /mcp%s', async (view) => {
  const target = [`${endpoint.url}${view}`, '--transport', 'http']
  expect(await inspect(target, 'auto', '--method', 'tools/list', '--strict')).toHaveProperty(
    'result.tools.0.inputSchema',
  )
})

it('the inspector finds no error in the schemas of mcp stdio --view all', async () => {
  const target = ['--config', config, '--server', 'all']
  expect(await inspect(target, 'legacy', '--method', 'tools/list', '--strict')).toHaveProperty(
    'result.tools.0.inputSchema',
  )
})
