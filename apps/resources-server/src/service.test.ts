import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import { afterAll, beforeAll, expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

const log = createLogger({ name: 'resources-server', level: 'error' })

let dataFolder: string
beforeAll(async () => {
  dataFolder = await mkdtemp(join(tmpdir(), 'resources-server-'))
})
afterAll(() => rm(dataFolder, { recursive: true }))

async function startWith(env: Readonly<Record<string, string>>) {
  const settings = readEnvironment(config, {
    env: { RESOURCES_SERVER_PORT: '0', MCP_DATA_DIR: dataFolder, ...env },
  })
  return start(settings, { log })
}

it('serves files in the data folder by default', async () => {
  const { banner, close } = await startWith({})
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const payload = {
      resource: 'file:///hello.md',
      operation: 'create',
      params: { content: '# Hello\n' },
    }
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'req-1', type: 'resource-access', payload }),
    })
    expect(await response.json()).toMatchObject({
      id: 'req-1',
      status: 'success',
      data: { result: { uri: 'file:///hello.md', mimeType: 'text/markdown', size: 8 } },
      metadata: { source: 'mcp-server-1' },
    })
  } finally {
    await close({})
  }
  expect(await readFile(join(dataFolder, 'resources', 'hello.md'), 'utf8')).toBe('# Hello\n')
})

it('refuses to start with a folder that does not exist', async () => {
  const missing = join(dataFolder, 'missing')
  await expect(startWith({ RESOURCES_FOLDERS: `docs=${missing}` })).rejects.toThrow(
    'does not exist or is not a folder',
  )
})
