import { createLogger, readEnvironment } from '@mcp/node'
import { expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

it('serves the web client, and reports that the session manager is unavailable', async () => {
  const env = { CLIENT_PORT: '0', SESSION_MANAGER_URL: 'http://127.0.0.1:9' }
  const log = createLogger({ name: 'client', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner.join('\n'))?.[0]
    expect(banner).toContain('Session manager    http://127.0.0.1:9')
    expect((await fetch(`${url}/`)).status).toBe(200)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    const ready = await fetch(`${url}/ready`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ error: { code: 'unavailable' } })
  } finally {
    await close({})
  }
})

it('expects the session manager at its port on this machine', async () => {
  const env = { CLIENT_PORT: '0', SESSION_MANAGER_PORT: '5055' }
  const log = createLogger({ name: 'client', level: 'silent' })
  const { banner = [], close } = await start(readEnvironment(config, { env }), { log })
  await close({})
  expect(banner).toContain('Session manager    http://127.0.0.1:5055')
})
