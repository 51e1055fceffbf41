import { createRequest, defineContract, operation } from '@mcp/protocol'
import { defineServer } from '@mcp/server'
import { createSharedMemoryStores } from '@mcp/session-manager'
import { afterEach, expect, it, vi } from 'vitest'
import * as z from 'zod'

import type { Hub, HubOptions } from './create-hub.ts'
import { createHub } from './create-hub.ts'

const open: Hub[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((hub) => hub.close()))
})

function start(options?: HubOptions): Hub {
  const hub = createHub(options)
  open.push(hub)
  return hub
}

const greeting = defineContract({
  name: 'greeting',
  type: 'greeting-request',
  target: 'language',
  version: '1.0.0',
  operations: {
    greet: operation({
      title: 'Greet',
      description: 'Greets a person.',
      params: () => z.object({ language: z.string(), name: z.string() }),
      result: () => z.string(),
      hints: { readOnly: true },
      examples: [{ params: { language: 'en', name: 'Ada' }, result: 'Hello Ada' }],
    }),
  },
})

const sum = { tool: 'calculator', operation: 'add', params: { a: 2, b: 3 } }

it('serves requests of a session in this process', async () => {
  const { sessionManager } = start().services
  const { sessionId } = await sessionManager.openSession()
  const response = await sessionManager.handle(sessionId, createRequest('tool-execution', sum))
  expect(response).toMatchObject({ status: 'success', data: { result: 5 } })
})

it('connects the client app to the session manager', async () => {
  const { client } = start().services
  const response = await client.fetch(
    new Request('http://hub/process', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"prompt":"What is 12 * 12?"}',
    }),
  )
  expect(await response.json()).toMatchObject({
    data: { result: { response: expect.stringContaining('144') } },
  })
})

it('accepts further servers', async () => {
  const greet = ({ name }: { name: string }) => `Hello ${name}`
  const { services } = start({ servers: [defineServer(greeting, { greet })] })
  const { sessionId } = await services.sessionManager.openSession()
  const payload = { language: 'en', operation: 'greet', params: { name: 'Ada' } }
  const request = createRequest('greeting-request', payload)
  expect(await services.sessionManager.handle(sessionId, request)).toMatchObject({
    data: { result: 'Hello Ada' },
  })
})

it('refuses requests after it is closed, and may be closed twice', async () => {
  const hub = start()
  await hub.close()
  await hub.close()
  const response = await hub.services.client.fetch(new Request('http://hub/health'))
  expect(response.status).toBe(503)
})

it('releases the state of a session on its servers when another hub ends the session', async () => {
  const memory = createSharedMemoryStores()
  const released: string[] = []
  const startWith = (name: string) => {
    const greet = ({ name: person }: { name: string }) => `Hello ${person}`
    const server = defineServer(greeting, { greet })
    const sessionClosed = (id: string) => void released.push(`${name} ${id}`)
    return start({ servers: [{ ...server, sessionClosed }], stores: memory.open() }).services
  }
  const [here, there] = [startWith('here'), startWith('there')]
  const { sessionId } = await here.sessionManager.openSession()
  const payload = { language: 'en', operation: 'greet', params: { name: 'Ada' } }
  const request = createRequest('greeting-request', payload)
  await here.sessionManager.handle(sessionId, request)
  await there.sessionManager.closeSession(sessionId)
  await vi.waitFor(() => {
    expect(new Set(released)).toEqual(new Set([`here ${sessionId}`, `there ${sessionId}`]))
  })
})
