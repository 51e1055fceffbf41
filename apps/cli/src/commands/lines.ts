import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'

import type { ErrorBody } from '@mcp/protocol/light'
import { isRecord, McpError, parseJson } from '@mcp/protocol/light'

import { toPlainJson } from '../output/terminal-text.ts'
import { hubError } from '../remote/connection.ts'
import type { Connection } from '../remote/connection.ts'
import { createRest } from '../remote/create-rest.ts'
import type { RemoteCommand } from './run-remote.ts'

const maxInFlight = 64

export const lines: RemoteCommand = {
  name: 'lines',
  description:
    'Sends the request envelope of each line of standard input, and prints the response of each on one line in the order in which they complete, with the notifications of the session between them.',
  async run({ connect, output, signal }) {
    const connection = await connect()
    const session = await connection.json('POST', '/sessions', { value: {}, signal })
    const id = isRecord(session) ? String(session['sessionId']) : ''
    const headers = { 'x-session-id': id }
    const write = (value: unknown): void => output.text(`${toPlainJson(value)}\n`)
    const ended = new AbortController()
    const following = AbortSignal.any([signal, ended.signal])
    const notifications = follow(connection, { headers, signal: following, write })
    const running = new Set<Promise<void>>()
    const respondTo = async (line: string): Promise<void> => {
      const response = await respond(connection, line, { headers, signal })
      // After an abort, the command throws the reason of the signal instead.
      if (!signal.aborted) write(response)
    }
    try {
      for await (const line of createInterface({ input: process.stdin })) {
        if (line.trim() === '') continue
        const run = respondTo(line).finally(() => running.delete(run))
        running.add(run)
        if (running.size >= maxInFlight) await Promise.race(running)
        signal.throwIfAborted()
      }
      await Promise.all(running)
      signal.throwIfAborted()
    } finally {
      ended.abort()
      await notifications
      await connection.send('DELETE', '/sessions/current', { headers }).catch(() => {})
    }
  },
}

interface LineOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** Sends the request of a line. Resolves with its response, which has the id of the request. */
async function respond(connection: Connection, line: string, options: LineOptions) {
  let id: unknown
  try {
    const request = parseJson(line)
    id = isRecord(request) ? request['id'] : undefined
    if (!isRecord(request) || typeof request['type'] !== 'string') {
      throw new McpError(
        'invalid-request',
        'The line is not a request envelope: "type" is missing.',
      )
    }
    const { type, payload } = request
    const response = await connection.send('POST', '/requests', {
      ...options,
      value: { type, payload },
    })
    const envelope = parseJson(await response.text())
    if (!isRecord(envelope) || typeof envelope['status'] !== 'string') {
      throw hubError(response.status, envelope, new URL(connection.url))
    }
    return { ...envelope, id: id ?? envelope['id'] }
  } catch (thrown) {
    return errorEnvelope(id, McpError.from(thrown).toBody())
  }
}

function errorEnvelope(id: unknown, error: ErrorBody) {
  return {
    id: typeof id === 'string' ? id : `req-${randomUUID()}`,
    timestamp: new Date().toISOString(),
    status: 'error',
    error,
    metadata: { version: '1.0', source: 'mcp-cli' },
  }
}

/** Writes the notifications of the session until the signal is aborted. */
async function follow(
  connection: Connection,
  { headers, signal, write }: LineOptions & { readonly write: (value: unknown) => void },
): Promise<void> {
  try {
    for await (const entry of createRest(connection, headers).stream({ session: true, signal })) {
      if (entry.source === 'session' && entry.notification.type !== 'stream-open') {
        write(entry.notification)
      }
    }
  } catch {
    // The requests report a hub that cannot be reached.
  }
}
