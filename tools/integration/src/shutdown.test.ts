import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import * as z from 'zod'

import type { HttpResult } from './http.ts'
import { openSession, postJson } from './http.ts'
import type { RunningApp } from './running-app.ts'
import { waitUntil } from './running-app.ts'
import type { SilentServer } from './silent-server.ts'
import { startSilentServer } from './silent-server.ts'
import { startSupervised } from './supervised.ts'
import type { System } from './system.ts'
import { startHub } from './system.ts'

let silent: SilentServer
beforeAll(async () => {
  silent = await startSilentServer()
})
afterAll(() => silent.close())

const running: RunningApp[] = []
afterEach(async () => {
  for (const app of running.splice(0)) await app.stop('SIGKILL')
})

describe('one process', () => {
  itShutsDown(async (environment) => {
    const hub = await startHub(environment)
    return { ...hub, main: hub.app }
  })
})

describe('separate processes under a supervisor', () => {
  itShutsDown(async (environment) => {
    const services = await startSupervised(environment)
    return { ...services, main: services.supervisor }
  })
})

function itShutsDown(
  start: (environment: Record<string, string>) => Promise<System & { readonly main: RunningApp }>,
): void {
  it('responds to every request and ends every stream within 10 seconds', async () => {
    const { host } = new URL(silent.url)
    const { main, sessionManagerUrl, clientUrl } = await start({
      LLM_API_URL: `${silent.url}/v1`,
      LLM_API_KEY: 'key',
      LLM_MODEL: 'silent',
      INTERNET_ALLOWED_HOSTS: host,
    })
    running.push(main)
    // A session has at most 64 streams.
    const sessions = await Promise.all([1, 2, 3, 4].map(() => openSession(sessionManagerUrl)))
    const streams = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const session = sessions[index % sessions.length] ?? ''
        const isRelayed = index < 100
        const response = isRelayed
          ? await fetch(`${clientUrl}/events`, { headers: { 'x-session-id': idOf(session) } })
          : await fetch(`${session}/events`)
        return { text: response.text() }
      }),
    )

    const [session = ''] = sessions
    const before = silent.received()
    const slow = [
      postJson(`${session}/requests`, createMessage),
      postJson(`${session}/requests`, readHead(silent.url)),
      postJson(`${clientUrl}/process`, { prompt: 'Hello' }),
    ]
    await waitUntil('the slow requests have arrived', async () => silent.received() >= before + 3)
    const calculations = Array.from({ length: 100 }, (_, index) =>
      postJson(`${session}/requests`, sumUpTo(20_000 + index)),
    )
    // The first response shows that the other requests have been sent.
    await Promise.race(calculations)

    const exit = await stopLikeDocker(main)
    expect(exit).toMatchObject({ code: 0, isKilled: false })
    expect(exit.tookMs).toBeLessThan(10_000)

    const responses = await Promise.all(calculations)
    expect(responses.map(codeOf).filter((code) => !endCodes.has(code))).toEqual([])
    expect((await Promise.all(slow)).map(codeOf)).toEqual([
      'upstream-error: outcome-unknown',
      'unavailable',
      'upstream-error: outcome-unknown',
    ])
    const ends = await Promise.all(streams.map(({ text }) => text))
    expect(ends.filter((text) => !/event: stream-closing\n[^\n]+\n\n$/.test(text))).toEqual([])
  }, 120_000)
}

const createMessage = {
  id: 'message',
  type: 'sampling-operation',
  payload: {
    operation: 'createMessage',
    params: { messages: [{ role: 'user', content: 'Hello' }], maxTokens: 10 },
  },
}

function readHead(url: string) {
  return { id: 'head', type: 'internet-access', payload: { operation: 'head', url, params: {} } }
}

function sumUpTo(count: number) {
  const params = { expression: `sum(1:${count})` }
  return { type: 'tool-execution', payload: { tool: 'calculator', operation: 'evaluate', params } }
}

function idOf(sessionUrl: string): string {
  return sessionUrl.split('/').at(-1) ?? ''
}

/** The codes of requests that completed, did not run, or may have run. */
const endCodes = new Set(['success', 'unavailable', 'upstream-error: outcome-unknown'])

const responseSchema = z.object({
  status: z.string().optional(),
  error: z
    .object({ code: z.string(), details: z.object({ reason: z.string().optional() }).optional() })
    .optional(),
})

function codeOf({ body }: HttpResult): string {
  const { status, error } = responseSchema.parse(body)
  if (error === undefined) return String(status)
  const reason = error.details?.reason
  return error.code === 'upstream-error' ? `${error.code}: ${reason}` : error.code
}

/** Sends SIGTERM, and SIGKILL 10 seconds later. */
async function stopLikeDocker(app: RunningApp) {
  const startedAt = performance.now()
  let isKilled = false
  const kill = setTimeout(() => {
    isKilled = true
    app.process.kill('SIGKILL')
  }, 10_000)
  const code = await app.stop('SIGTERM')
  clearTimeout(kill)
  return { code, isKilled, tookMs: performance.now() - startedAt }
}
