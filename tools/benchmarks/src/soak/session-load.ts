import { setTimeout as delay } from 'node:timers/promises'

import type { Client } from '@mcp/client'
import { McpError } from '@mcp/protocol'
import * as z from 'zod'

/** Idle time after which the sessions of the load expire, in milliseconds. */
export const sessionTtlMs = 20_000

export const pauseMs = 100

export interface LoadCounts {
  sessions: number
  requests: number
  interactions: number
  notifications: number
  runs: number
  /** Failed sessions, streams and runs, by message. */
  readonly failures: Map<string, number>
}

export interface SessionLoadOptions {
  readonly client: Client<[], Record<never, never>>
  readonly counts: LoadCounts
  /** Aborted at the end of the load. */
  readonly signal: AbortSignal
  readonly countFailure: (thrown: unknown) => void
}

const requestsPerSession = 20
const interaction = z.object({ interactionId: z.string() })

/** Creates the work of one client in one session. */
export function createSessionLoad({ client, counts, signal, countFailure }: SessionLoadOptions) {
  /** Opens a session with a stream that approves what waits for the user. */
  async function openSession() {
    const session = await client.connect({ ttlMs: sessionTtlMs })
    counts.sessions++
    const leaving = new AbortController()
    const streamOpened = Promise.withResolvers<void>()
    const notifications = session.notifications({
      signal: leaving.signal,
      onOpen: () => streamOpened.resolve(),
    })
    /** Accepts an interaction. The client itself does not repeat a response. */
    async function accept(id: string): Promise<void> {
      for (;;) {
        try {
          return await session.respond(id, { action: 'accept' })
        } catch (thrown) {
          if (!McpError.from(thrown).retryable || leaving.signal.aborted) throw thrown
          await delay(pauseMs)
        }
      }
    }
    const reading = (async () => {
      for await (const { type, data } of notifications) {
        counts.notifications++
        if (type !== 'interaction-required') continue
        await accept(interaction.parse(data).interactionId)
        counts.interactions++
      }
    })()
    reading.catch(countFailure)
    await Promise.race([streamOpened.promise, reading])
    return {
      session,
      async leave() {
        leaving.abort()
        await reading.catch(() => {})
      },
    }
  }

  type Opened = Awaited<ReturnType<typeof openSession>>

  async function makeRequests({ session }: Opened): Promise<void> {
    const calculate = (operation: string) =>
      session.request('tool-execution', {
        tool: 'calculator',
        operation,
        params: { a: 2, b: 3 },
      })
    for (let request = 0; request < requestsPerSession && !signal.aborted; request++) {
      if (request % 10 === 0) await calculate('power')
      else if (request % 5 === 1) await session.publish('soak-note', { text: 'x'.repeat(200) })
      else if (request % 2 === 0) await calculate('add')
      else await session.request('internet-access', clearCache)
      counts.requests++
      await delay(pauseMs)
    }
  }

  return {
    /** Uses a session. Every second one is closed, and the others expire. */
    async useBriefly(number: number): Promise<void> {
      const opened = await openSession()
      await makeRequests(opened)
      await opened.leave()
      if (number % 2 === 0) await opened.session.close()
    },
    /** Uses a session until the end of the load. */
    async useUntilEnd(): Promise<void> {
      const opened = await openSession()
      while (!signal.aborted) await makeRequests(opened)
      await opened.leave()
      await opened.session.close()
    },
  }
}

const clearCache = { url: 'https://a.test/', operation: 'clearCache', params: {} }
