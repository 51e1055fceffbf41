import { createLogger, readEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

it('responds to a request envelope', async () => {
  const log = createLogger({ name: 'tools-server', level: 'error' })
  const settings = readEnvironment(config, { env: { TOOLS_SERVER_PORT: '0' } })
  const { banner, close } = await start(settings, { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const payload = { tool: 'calculator', operation: 'add', params: { a: 0.1, b: 0.2 } }
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'req-1', type: 'tool-execution', payload }),
    })
    expect(await response.json()).toMatchObject({
      id: 'req-1',
      status: 'success',
      data: { result: 0.3 },
      metadata: { source: 'mcp-server-3' },
    })
  } finally {
    await close({})
  }
})
