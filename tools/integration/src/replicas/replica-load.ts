import { setTimeout as delay } from 'node:timers/promises'

import { createClient } from '@mcp/client'
import { McpError, systemNotifications } from '@mcp/protocol'

import { effectRecorded, effectsContract } from './effects-server.ts'

export interface LoadOptions {
  readonly url: string
  readonly clients: number
  /**
   * Time between the starts of two requests of a client, in milliseconds. A client that had to wait for a
   * response makes the next requests at once, until it has caught up.
   */
  readonly everyMs: number
  /** Number of requests of a client that may wait for their responses before it waits too. */
  readonly maxInFlight: number
}

/**
 * The number of a notification, `gap` for a `stream-gap`, or `restart` for a `server-restarted`.
 * Notifications may be missing after a restart, because a killed server loses those that it has not sent.
 */
export type Received = number | 'gap' | 'restart'

/** The notifications and gaps that a client has received. */
export interface ClientRecord {
  readonly sessionId: string
  readonly received: readonly Received[]
  /** Error that ended its stream of notifications. */
  readonly failure: unknown
}

export interface LoadResult {
  readonly requests: number
  readonly acknowledged: readonly string[]
  /** Requests without a response after all retries, by the code of the error. */
  readonly failures: ReadonlyMap<string, number>
  readonly clients: readonly ClientRecord[]
}

/** Starts clients, each with a stream, that make requests at a steady rate. A client is never restarted. */
export async function startLoad({ url, clients, everyMs, maxInFlight }: LoadOptions) {
  const client = createClient({
    url,
    contracts: [effectsContract],
    retries: 100,
    timeoutMs: 60_000,
  })
  const stopping = new AbortController()
  const ending = new AbortController()
  const acknowledged: string[] = []
  const failures = new Map<string, number>()
  let requests = 0

  async function startOne(number: number) {
    const session = await client.connect()
    const received: Received[] = []
    let isOpen = false
    const record = { sessionId: session.id, received, failure: undefined, isOpen: () => isOpen }
    const onOpen = (): void => void (isOpen = true)
    const reading = read(session.notifications({ signal: ending.signal }), received, onOpen).then(
      () => record,
      (failure: unknown) => (ending.signal.aborted ? record : { ...record, failure }),
    )
    // The stream starts with new events. Any of these shows that it is open.
    while (!record.isOpen()) {
      await session.publish('load-started')
      await delay(50)
    }
    async function send(key: string): Promise<void> {
      requests++
      try {
        await session.effects.record({ key })
        acknowledged.push(key)
      } catch (thrown) {
        const { code, details } = McpError.from(thrown)
        const reason = details?.['reason'] === 'outcome-unknown' ? 'outcome-unknown' : code
        failures.set(reason, (failures.get(reason) ?? 0) + 1)
      }
    }
    async function work(): Promise<void> {
      const inFlight = new Set<Promise<void>>()
      // The clients start one after the other within the first interval.
      const startedAt = performance.now() + (number / clients) * everyMs
      for (let round = 0; !stopping.signal.aborted; round++) {
        await delay(Math.max(0, startedAt + round * everyMs - performance.now()))
        if (inFlight.size === maxInFlight) await Promise.race(inFlight)
        const sending = send(`${number}-${round}`).finally(() => inFlight.delete(sending))
        inFlight.add(sending)
      }
      await Promise.all(inFlight)
    }
    return { record, reading, working: work() }
  }

  const running = await Promise.all(
    Array.from({ length: clients }, (_value, number) => startOne(number)),
  )

  return {
    /** Ends the requests. The streams remain open. */
    async finish(): Promise<void> {
      stopping.abort()
      await Promise.all(running.map(({ working }) => working))
    },
    /** The notifications that the clients have received until now. */
    records: (): readonly Pick<ClientRecord, 'sessionId' | 'received'>[] =>
      running.map(({ record }) => record),
    /** Ends the streams. */
    async stop(): Promise<LoadResult> {
      ending.abort()
      const records = await Promise.all(running.map(({ reading }) => reading))
      return { requests, acknowledged, failures, clients: records }
    },
  }
}

type Notifications = AsyncIterable<{ readonly type: string; readonly data: unknown }>

async function read(
  notifications: Notifications,
  received: Received[],
  onOpen: () => void,
): Promise<void> {
  for await (const { type, data } of notifications) {
    onOpen()
    if (type === 'stream-gap') received.push('gap')
    if (type === systemNotifications.serverRestarted) received.push('restart')
    if (type !== 'effect-recorded') continue
    const { number } = effectRecorded.parse(data)
    received.push(number)
  }
}

/** Describes what is lost, doubled or out of order among the numbers 1 to `last`. */
export function findProblems(received: readonly Received[], last: number): string[] {
  const problems: string[] = []
  let before = 0
  let hasGap = false
  for (const number of [...received, last + 1]) {
    if (typeof number === 'string') {
      hasGap = true
      continue
    }
    if (number <= before) problems.push(`${number} after ${before}`)
    else if (number > before + 1 && !hasGap) problems.push(`${before + 1} to ${number - 1} missing`)
    if (number > before) before = number
    hasGap = false
  }
  return problems
}
