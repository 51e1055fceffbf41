import type { NotificationEnvelope, NotifyOptions, Schema } from '@mcp/protocol'
import { createNotification, issuesOf, McpError, summarizeIssues } from '@mcp/protocol'
import * as z from 'zod'

type Listener = (notification: NotificationEnvelope) => void

/** Publishes notifications to the listeners of one server. */
export interface Notifier {
  /**
   * Validates the data against the schema of its type, then publishes it.
   *
   * @throws McpError `internal` if the type is not declared or the data is invalid.
   */
  notify(type: string, data: unknown, sessionIds: NotifyOptions['sessionIds']): void
  /** Publishes a notification without schema validation. */
  publish(type: string, data: Readonly<Record<string, unknown>>): void
  subscribe(listener: Listener): () => void
  /** Removes all listeners. */
  close(): void
}

export interface NotifierOptions {
  readonly source: string
  readonly schemas: Readonly<Record<string, Schema>>
  readonly now: () => number
  /** Called when a listener throws. The other listeners still receive the notification. */
  readonly onError: (thrown: unknown) => void
}

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
      // The wrapper is a new function, so that a listener that subscribes twice has two subscriptions.
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
    throw internal(`Notification "${type}" is not declared in this server's contract.`)
  }
  const parsed = z.safeParse(schema, data)
  if (!parsed.success) {
    throw internal(
      `Invalid data of notification "${type}": ${summarizeIssues(issuesOf(parsed.error.issues))}`,
    )
  }
  return { ...(typeof parsed.data === 'object' ? parsed.data : {}) }
}

function internal(message: string): McpError {
  return McpError.internal(new McpError('internal', message))
}
