import { afterAll, beforeAll, describe, expect, it } from 'vitest'

import { calculation, openSession, postJson } from './http.ts'
import type { SeparateServices } from './system.ts'
import { startHub, startServices } from './system.ts'

describe('a tools server that is killed', () => {
  let services: SeparateServices
  beforeAll(async () => {
    services = await startServices()
  }, 60_000)
  afterAll(() => services.stop(), 30_000)

  it('fails calls within a second, and serves them again after a restart', async () => {
    const session = await openSession(services.sessionManagerUrl)
    const add = () => postJson(`${session}/requests`, calculation('add', 1, 1))
    expect(await add()).toMatchObject({ status: 200 })

    await services.toolsServer.stop('SIGKILL')
    const asked = performance.now()
    const { body } = await add()
    expect(performance.now() - asked).toBeLessThan(1000)
    expect(body).toMatchObject({ status: 'error' })
    expect(JSON.stringify(body)).toMatch(/"code":"(unavailable|upstream-error)"/)

    await services.restartToolsServer()
    expect(await add()).toMatchObject({ status: 200, body: { data: { result: 2 } } })
  }, 60_000)
})

describe('a system that receives SIGTERM', () => {
  it('completes its hundred requests in flight, and exits with 0', async () => {
    const hub = await startHub()
    const session = await openSession(hub.sessionManagerUrl)
    const slow = (index: number) =>
      postJson(`${session}/requests`, {
        type: 'tool-execution',
        payload: {
          tool: 'calculator',
          operation: 'evaluate',
          params: { expression: `sum(1:8000) + ${index}` },
        },
      })
    const inFlight = Array.from({ length: 100 }, (_, index) => slow(index))
    // The first response shows that the other requests have been sent.
    await Promise.race(inFlight)
    const exitCode = hub.app.stop('SIGTERM')
    const responses = await Promise.all(inFlight)
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200))
    expect(await exitCode).toBe(0)
  }, 60_000)

  it('ends its event streams with a last event', async () => {
    const hub = await startHub()
    const session = await openSession(hub.sessionManagerUrl)
    const stream = await fetch(`${session}/events`)
    const text = stream.text()
    expect(await hub.app.stop('SIGTERM')).toBe(0)
    expect(await text).toMatch(/event: stream-[a-z]+\n[^\n]+\n\n$/)
  }, 60_000)
})
