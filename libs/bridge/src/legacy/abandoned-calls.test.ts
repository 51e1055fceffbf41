import { systemClock } from '@mcp/protocol'
import { afterEach, expect, it, vi } from 'vitest'

import { askingServer } from '../fixtures/asking-server.ts'
import { readEvents } from '../fixtures/read-events.ts'
import type { TestService } from '../fixtures/test-service.ts'
import { createTestService } from '../fixtures/test-service.ts'
import { reconnectMs } from './call-stream.ts'

let service: TestService
afterEach(() => service.close())

/** Starts a call that asks its client, whose connection is then lost. Returns what resumes the call. */
async function loseClient() {
  const timers = new Set<() => void>()
  const clock = {
    ...systemClock,
    after(ms: number, run: () => void) {
      if (ms !== reconnectMs) return systemClock.after(ms, run)
      timers.add(run)
      return () => void timers.delete(run)
    },
  }
  service = createTestService({ servers: [askingServer()], service: { clock } })
  const path = '/mcp/asking'
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: { elicitation: {} },
    clientInfo: { name: 'test', version: '1' },
  }
  const opened = await service.send('POST', {
    path,
    body: { jsonrpc: '2.0', id: 0, method: 'initialize', params },
  })
  const headers = { 'mcp-session-id': opened.headers.get('mcp-session-id') ?? '' }
  const called = await service.send('POST', {
    path,
    headers,
    body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'asking_form' } },
  })
  const reader = readEvents(called)
  let event = await reader.next()
  while (event?.message?.['method'] !== 'elicitation/create') event = await reader.next()
  await reader.cut()
  await vi.waitFor(() => expect(timers.size).toBe(1))
  const lastId = event.id ?? ''
  return {
    timers,
    resume: () => service.send('GET', { path, headers: { ...headers, 'last-event-id': lastId } }),
  }
}

it('cancels a call that waits for a client which has not reconnected for a minute', async () => {
  const { timers, resume } = await loseClient()
  for (const run of timers) run()
  const text = await (await resume()).text()
  expect(text).toMatch(/^data: \{"jsonrpc":"2.0","id":1,"result":\{"isError":true,.*cancelled/m)
})

it('goes on with a call whose client reconnects', async () => {
  const { timers, resume } = await loseClient()
  const reader = readEvents(await resume())
  await reader.next()
  expect(timers.size).toBe(0)
  await reader.cut()
  await vi.waitFor(() => expect(timers.size).toBe(1))
  for (const run of timers) run()
})
