import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { systemClock } from '@mcp/protocol'
import { expect, it, vi } from 'vitest'

import { createTestService } from '../fixtures/test-service.ts'

const sessions = 1000
const maxSessionBytes = 16 * 1024
/** An ended session is remembered for ten minutes. */
const maxEndedBytes = 1024

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

function heapBytes(): number {
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

it('takes at most 16 KiB for an abandoned session, until it expires', async () => {
  let skippedMs = 0
  const clock = { ...systemClock, now: () => systemClock.now() + skippedMs }
  const service = createTestService({ manager: { clock }, service: { clock } })
  let ended = 0
  service.manager.onSessionEnded(() => ended++)
  const post = async (body: object, session?: string) => {
    const headers: Record<string, string> =
      session === undefined ? {} : { 'mcp-session-id': session }
    const response = await service.send('POST', {
      headers,
      body: { jsonrpc: '2.0', ...body },
    })
    await response.text()
    return response
  }
  async function open(): Promise<string> {
    const params = {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {}, roots: { listChanged: true }, sampling: {} },
      clientInfo: { name: 'test', version: '1' },
    }
    const opened = await post({ id: 1, method: 'initialize', params })
    const id = opened.headers.get('mcp-session-id') ?? ''
    await post({ method: 'notifications/initialized' }, id)
    const call = { name: 'calculator_add', arguments: { a: 2, b: 3 } }
    await post({ id: 2, method: 'tools/call', params: call }, id)
    return id
  }
  const warmUp = 200
  for (let index = 0; index < warmUp; index++) await open()
  const before = heapBytes()
  const ids: string[] = []
  for (let index = 0; index < sessions; index++) ids.push(await open())
  const bytes = (heapBytes() - before) / sessions
  console.log(`a session: ${Math.round(bytes)} bytes`)
  expect(bytes).toBeLessThanOrEqual(maxSessionBytes)

  skippedMs = 1_801_000
  await vi.waitFor(() => expect(ended).toBe(warmUp + sessions))
  for (const id of ids) {
    expect((await post({ id: 3, method: 'ping' }, id)).status).toBe(404)
  }
  const endedBytes = (heapBytes() - before) / sessions
  console.log(`an ended session: ${Math.round(endedBytes)} bytes`)
  expect(endedBytes).toBeLessThanOrEqual(maxEndedBytes)
  await service.close()
}, 60_000)
