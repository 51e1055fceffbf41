import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { createLogger, readEnvironment } from '@mcp/node'
import { afterEach, beforeEach, expect, it } from 'vitest'

import { config } from './config.ts'
import { start } from './service.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mcp-sampling-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function ask(payload: object): Promise<unknown> {
  const log = createLogger({ name: 'sampling-server', level: 'error' })
  const env = { SAMPLING_SERVER_PORT: '0', MCP_DATA_DIR: folder, SAMPLING_TOKEN_BUDGET: '5000' }
  const { banner, close } = await start(readEnvironment(config, { env }), { log })
  try {
    const url = /http:\S+/.exec(banner?.join('\n') ?? '')?.[0]
    const response = await fetch(`${url}/process`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'req-1', ...payload }),
    })
    return await response.json()
  } finally {
    await close({})
  }
}

it('records an exchange with another model', async () => {
  expect(
    await ask({
      type: 'llm-response',
      payload: { prompt: '2 + 3?', response: '5' },
      metadata: { sessionId: 'session-1' },
    }),
  ).toMatchObject({
    id: 'req-1',
    status: 'success',
    data: { result: { exchangeId: expect.stringMatching(/^exchange-/), isCut: false } },
    metadata: { source: 'mcp-server-2' },
  })
})

it('reads the token budget from its variable', async () => {
  expect(await ask({ type: 'sampling-operation', payload: { operation: 'usage' } })).toMatchObject({
    data: { result: { budget: { limit: 5000, used: 0, remaining: 5000 } } },
  })
})

it('accepts a budget of none', () => {
  const read = (SAMPLING_TOKEN_BUDGET: string) =>
    readEnvironment(config, { env: { SAMPLING_TOKEN_BUDGET } }).SAMPLING_TOKEN_BUDGET
  expect(read('none')).toBe(Infinity)
  expect(() => read('much')).toThrow('must be a number of tokens, or none')
})

it('reports which variables configure a language model if there is none', async () => {
  const payload = { operation: 'complete', params: { prompt: 'Hello' } }
  expect(await ask({ type: 'sampling-operation', payload })).toMatchObject({
    error: {
      code: 'unavailable',
      retryable: false,
      details: { variables: ['LLM_API_URL', 'LLM_API_KEY', 'LLM_MODEL'] },
    },
  })
})
