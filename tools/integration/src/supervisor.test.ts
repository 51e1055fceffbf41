import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:net'

import { expect, it } from 'vitest'

import { attempt, readRequests } from './chaos-load.ts'
import { openSession, postJson } from './http.ts'
import { spawnApp, waitUntil } from './running-app.ts'
import { freePorts, startSupervised } from './supervised.ts'

it('restarts a service after the reader of its output has exited', async () => {
  const services = await startSupervised()
  try {
    services.supervisor.process.stdout?.destroy()
    services.supervisor.process.stderr?.destroy()
    const session = await openSession(services.sessionManagerUrl)
    process.kill(services.pidOf('tools-server') ?? 0, 'SIGKILL')
    await waitUntil('the tools server is back', async () => {
      return (await attempt(`${session}/requests`, readRequests.tools)) === undefined
    })
  } finally {
    expect(await services.supervisor.stop()).toBe(0)
  }
}, 120_000)

it('completes the requests in flight and leaves no process if the supervisor is killed', async () => {
  const services = await startSupervised()
  const session = await openSession(services.sessionManagerUrl)
  const pids = services.names.map((name) => services.pidOf(name) ?? 0)
  const params = { expression: 'sum(1:20000)' }
  const payload = { tool: 'calculator', operation: 'evaluate', params }
  const inFlight = Array.from({ length: 20 }, () =>
    postJson(`${session}/requests`, { type: 'tool-execution', payload }),
  )
  // The first response shows that the other requests have been sent.
  await Promise.race(inFlight)
  await services.supervisor.stop('SIGKILL')
  const responses = await Promise.all(inFlight)
  expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200))
  await waitUntil('every process exits', async () =>
    pids.every((pid) => !existsSync(`/proc/${pid}`)),
  )
}, 120_000)

it.each([
  { TOOLS_SERVER_PORT: 'in use', expected: /tools-server: Port \d+ is in use/ },
  { SAMPLING_APPROVAL: 'sometimes', expected: /sampling-server: .*SAMPLING_APPROVAL/ },
])(
  'gives up with the reason if a service cannot start: %j',
  async ({ expected, ...variables }) => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const environment: Record<string, string> = {}
    for (const [name, value] of Object.entries({ ...(await freePorts()), ...variables })) {
      environment[name] = value === 'in use' ? String(port) : value
    }
    const app = spawnApp({ app: 'services', environment })
    expect(await app.exited).toBe(1)
    expect(app.output()).toMatch(expected)
    expect(app.output()).toMatch(
      /gave up: \S+ failed to start 5 times in a row \(exit code 1\): \S/,
    )
    other.close()
  },
  180_000,
)
