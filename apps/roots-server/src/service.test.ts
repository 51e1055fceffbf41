import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

const log = createLogger({ name: 'roots-server', level: 'error' })

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roots-server-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Starts the server, makes the calls, stops it, and returns the responses. */
async function responsesTo(
  env: Readonly<Record<string, string>>,
  ...payloads: readonly Readonly<Record<string, unknown>>[]
): Promise<unknown[]> {
  const settings = readEnvironment(config, {
    env: { ROOTS_SERVER_PORT: '0', MCP_DATA_DIR: join(folder, 'data'), ...env },
  })
  const { banner, close } = await start(settings, { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const responses: unknown[] = []
    for (const payload of payloads) {
      const response = await fetch(`${url}/process`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ id: 'req-1', type: 'root-operation', payload }),
      })
      responses.push(await response.json())
    }
    return responses
  } finally {
    await close({})
  }
}

it('starts with one empty workspace without starter content', async () => {
  const responses = await responsesTo(
    { MCP_STARTER: 'false' },
    { operation: 'listRoots' },
    { root: 'workspace', operation: 'listDirectory' },
    { root: 'workspace', operation: 'writeFile', params: { path: 'a.txt', content: 'a' } },
  )
  expect(responses).toMatchObject([
    {
      id: 'req-1',
      status: 'success',
      data: {
        result: { items: [{ name: 'workspace', permissions: ['read', 'write', 'delete'] }] },
      },
      metadata: { source: 'mcp-server-6' },
    },
    { data: { result: { items: [] } } },
    { data: { result: { path: 'a.txt', created: true } } },
  ])
  expect(JSON.stringify(responses)).not.toContain(folder)
  expect(await readdir(join(folder, 'data'))).toEqual(['workspace'])
})

it('serves the folders of ROOTS instead of a workspace', async () => {
  await mkdir(join(folder, 'docs'))
  await writeFile(join(folder, 'docs', 'a.md'), '# A')
  const responses = await responsesTo(
    { ROOTS: `docs=${folder}/docs` },
    { root: 'docs', operation: 'readFile', params: { path: 'a.md' } },
    { root: 'docs', operation: 'writeFile', params: { path: 'a.md', content: '' } },
    { root: 'workspace', operation: 'listDirectory' },
  )
  expect(responses).toMatchObject([
    { data: { result: { content: '# A' } } },
    { error: { code: 'forbidden', details: { reason: 'read-only' } } },
    { error: { code: 'not-found' } },
  ])
})
