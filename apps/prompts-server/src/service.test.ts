import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

it('renders a prompt of the configured folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'prompts-server-'))
  const log = createLogger({ name: 'prompts-server', level: 'error' })
  const env = { PROMPTS_SERVER_PORT: '0', PROMPTS_DIR: folder }
  const { banner, close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const params = { arguments: { text: 'Good morning', language: 'French' } }
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: 'req-1',
        type: 'prompt-template',
        payload: { prompt: 'translate', operation: 'render', params },
      }),
    })
    expect(await response.json()).toMatchObject({
      id: 'req-1',
      status: 'success',
      data: { result: { resolvedVersion: 1, usedArguments: { language: 'French' } } },
      metadata: { source: 'mcp-server-7' },
    })
    expect(await readdir(folder)).toContain('translate')
  } finally {
    await close({})
    await rm(folder, { recursive: true })
  }
})
