import { createNotification } from '@mcp/protocol'
import { runRoute } from '@mcp/http'
import type { ByteSink } from '@mcp/http'
import { createManualClock } from '@mcp/protocol/testing'
import type { ManualClock } from '@mcp/protocol/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { TestManager } from '../test-manager.fixture.ts'
import { createTestManager, createTestServer } from '../test-manager.fixture.ts'

let clock: ManualClock
let service: TestManager
let id: string

beforeEach(async () => {
  clock = createManualClock()
  service = createTestManager({ servers: [createTestServer({})], clock })
  id = await service.open()
})

afterEach(() => service.close())

describe('a client that stops reading', () => {
  async function openRaw(sink: ByteSink, path = `/sessions/${id}/events`): Promise<() => void> {
    const route = service.manager.fastRoute('GET', path)
    if (route === undefined) throw new Error('No fast route.')
    const response = await runRoute(route, {
      header: () => undefined,
      body: new Uint8Array(),
      signal: new AbortController().signal,
      peer: { isLoopback: true },
    })
    if ('body' in response) throw new Error('Not a stream.')
    return response.stream(sink)
  }

  /** A client that reads nothing until `read` is called. */
  function createSlowClient() {
    const state = { buffered: 0, received: '', isDisconnected: false }
    let unread = ''
    const decoder = new TextDecoder()
    return {
      state,
      sink: {
        write(bytes: Uint8Array) {
          unread += decoder.decode(bytes)
          return (state.buffered += bytes.byteLength)
        },
        end() {},
        destroy() {
          state.isDisconnected = true
        },
      },
      read() {
        state.received += unread
        unread = ''
        state.buffered = 0
      },
    }
  }

  /** Opens a live stream and publishes 1 MB. */
  async function openAndPublish({ sink }: ReturnType<typeof createSlowClient>) {
    const disconnect = await openRaw(sink)
    // The stream is live after one turn of the event loop.
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    const note = createNotification('note-added', { text: 'x'.repeat(10_000) })
    for (let count = 0; count < 100; count++) {
      await service.manager.publish(id, { ...note, id: `n-${count}` })
    }
    return disconnect
  }

  it('uses about 64 KiB, and receives the rest from the log when it reads again', async () => {
    const client = createSlowClient()
    const disconnect = await openAndPublish(client)
    expect(client.state.buffered).toBeLessThan(64 * 1024 + 11_000)

    const ids = Array.from({ length: 100 }, (_value, number) => `"id":"n-${number}"`)
    await vi.waitFor(() => {
      client.read()
      clock.advance(1000)
      expect(ids.filter((each) => client.state.received.includes(each))).toEqual(ids)
    })
    expect(ids.map((each) => client.state.received.indexOf(each))).toEqual(
      ids.map((each) => client.state.received.lastIndexOf(each)),
    )
    expect(client.state.isDisconnected).toBe(false)

    await service.manager.publish(id, createNotification('note-added', { number: 'last' }))
    await vi.waitFor(() => {
      client.read()
      clock.advance(1000)
      expect(client.state.received).toContain('"number":"last"')
    })
    disconnect()
  })

  it('is disconnected if it reads nothing for 30 seconds', async () => {
    const client = createSlowClient()
    await openAndPublish(client)
    for (let second = 0; second < 35; second++) {
      clock.advance(1000)
      await Promise.resolve()
      await Promise.resolve()
    }
    expect(client.state.isDisconnected).toBe(true)
    expect(service.metrics.valueOf('mcp_streams_dropped_total')).toBe(1)
  })

  it('receives the log at its own speed when it resumes', async () => {
    const note = createNotification('note-added', { text: 'x'.repeat(10_000) })
    for (let count = 0; count < 300; count++) {
      await service.manager.publish(id, { ...note, id: `n-${count}` })
    }
    let buffered = 0
    let maxBuffered = 0
    let total = 0
    let isDisconnected = false
    const disconnect = await openRaw(
      {
        write(bytes) {
          buffered += bytes.byteLength
          total += bytes.byteLength
          maxBuffered = Math.max(maxBuffered, buffered)
          return buffered
        },
        end() {},
        destroy() {
          isDisconnected = true
        },
      },
      `/sessions/${id}/events?lastEventId=0`,
    )
    await vi.waitFor(() => {
      // The client occasionally reads everything.
      if (buffered > 0) buffered = 0
      clock.advance(100)
      expect(total).toBeGreaterThan(3_000_000)
    })
    expect(isDisconnected).toBe(false)
    expect(maxBuffered).toBeLessThan(200_000)
    disconnect()
  })
})
