import type { NotificationEnvelope, NotifyOptions, Schema } from '@mcp/protocol'
import { createNotification, issuesOf, McpError, summarizeIssues } from '@mcp/protocol'
import * as z from 'zod'

type Listener = (notification: NotificationEnvelope) => void

/** Tells whoever listens. */
export interface Notifier {
  /**
   * Checks the data against the schema its type declares, and tells it.
   *
   * @throws McpError `internal` where the type is not declared or the data does not fit.
   */
  notify(type: string, data: unknown, sessionIds: NotifyOptions['sessionIds']): void
  /** Tells it as it is. */
  publish(type: string, data: Readonly<Record<string, unknown>>): void
  subscribe(listener: Listener): () => void
  /** Forgets all listeners. */
  close(): void
}

export interface NotifierOptions {
  readonly source: string
  readonly schemas: Readonly<Record<string, Schema>>
  readonly now: () => number
  /** Told when a listener fails; the others still hear. */
  readonly onError: (thrown: unknown) => void
}

/** The listeners of one server. */
export function createNotifier({ source, schemas, now, onError }: NotifierOptions): Notifier {
  const declared = new Map(Object.entries(schemas))
  const listeners = new Set<Listener>()

  function send(
    type: string,
    data: Readonly<Record<string, unknown>>,
    metadata?: Readonly<Record<string, unknown>>,
  ): void {
    if (listeners.size === 0) return
    const notification = createNotification(type, data, { source, at: now(), metadata })
    for (const listener of listeners) {
      try {
        listener(notification)
      } catch (thrown) {
        onError(thrown)
      }
    }
  }

  return {
    notify(type, data, sessionIds = 'all') {
      const parsed = readData(declared.get(type), type, data)
      send(type, parsed, sessionIds === 'all' ? undefined : { sessionIds })
    },
    publish: (type, data) => send(type, data),
    subscribe(listener) {
      // Wrapped, so that subscribing one function twice makes two subscriptions.
      const entry: Listener = (notification) => listener(notification)
      listeners.add(entry)
      return () => {
        listeners.delete(entry)
      }
    },
    close: () => listeners.clear(),
  }
}

function readData(
  schema: Schema | undefined,
  type: string,
  data: unknown,
): Record<string, unknown> {
  if (schema === undefined) {
    throw internal(`The notification "${type}" is not declared by this server's contract.`)
  }
  const parsed = z.safeParse(schema, data)
  if (!parsed.success) {
    throw internal(
      `The notification "${type}" is wrong: ${summarizeIssues(issuesOf(parsed.error.issues))}`,
    )
  }
  return { ...(typeof parsed.data === 'object' ? parsed.data : {}) }
}

function internal(message: string): McpError {
  return McpError.internal(new McpError('internal', message))
}
