import { isRecord } from '@mcp/protocol'

import { postJson } from '../http.ts'
import type { System } from '../system.ts'

export const owner = 'd'.repeat(43)

/**
 * A session with the notifications and responses that a hub has acknowledged, in the order of
 * acknowledgement.
 */
export interface UsedSession {
  readonly id: string
  /** Position of the event stream before the first notification. */
  readonly start: string
  /** Ids of published notifications. */
  readonly notifications: readonly string[]
  /** Ids of requests with a recorded response, and the responses. */
  readonly responses: ReadonlyMap<string, unknown>
}

/** What a hub has acknowledged. */
export interface Acknowledged {
  readonly sessions: readonly UsedSession[]
  readonly conversations: readonly string[]
}

export interface BackupLoad {
  /** Returns a copy of what has been acknowledged until now. */
  acknowledged(): Acknowledged
  stop(): Promise<void>
}

const workers = 4

/** The request that appends the line `id` to a file, and is recorded. */
export function appendRequest(id: string): object {
  const params = { path: 'log.txt', content: `${id}\n` }
  return {
    id,
    type: 'root-operation',
    payload: { operation: 'appendFile', root: 'workspace', params },
  }
}

/** Opens sessions and conversations, publishes notifications and makes recorded requests, until it is stopped. */
export function startBackupLoad({ clientUrl, sessionManagerUrl }: System): BackupLoad {
  const sessions: (UsedSession & {
    readonly notifications: string[]
    readonly responses: Map<string, unknown>
  })[] = []
  const conversations: string[] = []
  const stopping = new AbortController()

  async function post(url: string, value: unknown): Promise<unknown> {
    const { status, body } = await postJson(url, value, { 'x-mcp-owner': owner })
    if (status >= 300) throw new Error(`${url}: ${status} ${JSON.stringify(body)}`)
    return body
  }

  async function useSession(worker: number): Promise<void> {
    const opened = await post(`${sessionManagerUrl}/sessions`, { clientId: `worker-${worker}` })
    const id = textOf(opened, 'sessionId')
    const url = `${sessionManagerUrl}/sessions/${id}`
    const start = await positionOf(`${url}/events`)
    const session = { id, start, notifications: [], responses: new Map() }
    sessions.push(session)
    await publishAndRequest(url, session)
    const title = `Conversation of ${id}`
    conversations.push(textOf(await post(`${clientUrl}/conversations`, { title }), 'id'))
  }

  async function publishAndRequest(
    url: string,
    {
      id,
      notifications,
      responses,
    }: { id: string; notifications: string[]; responses: Map<string, unknown> },
  ): Promise<void> {
    for (let round = 0; round < 5 && !stopping.signal.aborted; round++) {
      const notification = { id: `ntf-${round}`, type: 'round', data: { round } }
      await post(`${url}/notifications`, notification)
      notifications.push(notification.id)
      const requestId = `${id}-${round}`
      responses.set(requestId, await post(`${url}/requests`, appendRequest(requestId)))
    }
  }

  async function work(worker: number): Promise<void> {
    while (!stopping.signal.aborted) await useSession(worker)
  }

  const running = Promise.all(Array.from({ length: workers }, (_, worker) => work(worker)))
  // `stop` rejects with the failure.
  running.catch(() => {})

  return {
    acknowledged: () => structuredClone({ sessions, conversations }),
    async stop() {
      stopping.abort()
      await running
    },
  }
}

export function textOf(value: unknown, name: string): string {
  if (!isRecord(value) || typeof value[name] !== 'string') throw new Error(`no ${name}`)
  return value[name]
}

/** Returns the current position of an event stream. */
async function positionOf(url: string): Promise<string> {
  const events = await readEventsUntil(url, { until: 'stream-open' })
  const { id = '' } = events.at(-1) ?? {}
  if (id === '') throw new Error('The stream has no position.')
  return id
}

interface StreamEvent {
  readonly id: string | undefined
  readonly type: string
  readonly data: string
}

/** Reads the events of a stream up to the first one of a type. */
export async function readEventsUntil(
  url: string,
  { until, after }: { readonly until: string; readonly after?: string },
): Promise<StreamEvent[]> {
  const aborting = new AbortController()
  const headers = { accept: 'text/event-stream', ...(after && { 'last-event-id': after }) }
  const signal = AbortSignal.any([aborting.signal, AbortSignal.timeout(30_000)])
  const response = await fetch(url, { headers, signal })
  if (!response.ok || response.body === null) throw new Error(`${url}: ${response.status}`)
  const events: StreamEvent[] = []
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const type = /^event: ?(.*)$/m.exec(block)?.[1]
      if (type === undefined) continue
      const data = /^data: ?(.*)$/m.exec(block)?.[1] ?? ''
      events.push({ id: /^id: ?(.*)$/m.exec(block)?.[1], type, data })
      if (type === until) {
        aborting.abort()
        return events
      }
    }
  }
  throw new Error(`${url} ended before ${until}.`)
}
