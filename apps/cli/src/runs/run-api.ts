import type { ApprovalDecision, RunEvent } from '@mcp/protocol/agent'
import { isRunEvent } from '@mcp/protocol/agent'
import { isRecord, McpError, parseJson } from '@mcp/protocol/light'

import type { Connection } from '../remote/connection.ts'
import { followEvents } from '../remote/follow-events.ts'

/** A prompt and its attachments, or the continuation of the last run of the conversation. */
export type RunInput =
  | {
      readonly prompt: string
      readonly attachments?: readonly Attachment[] | undefined
      readonly model?: string | undefined
    }
  | 'continue'

export type Attachment =
  | { readonly resource: string }
  | { readonly root: string; readonly path: string }

/** The decision about a call. */
export interface Decision {
  readonly decision: ApprovalDecision
  /** Arguments that replace those of the model. */
  readonly arguments?: Readonly<Record<string, unknown>> | undefined
}

/** Creates a conversation, and returns its id. */
export async function createConversation(
  connection: Connection,
  signal: AbortSignal,
): Promise<string> {
  return readId(await connection.json('POST', '/conversations', { value: {}, signal }), 'id')
}

/** Returns the id of the conversation that was updated last. */
export async function lastConversation(
  connection: Connection,
  signal: AbortSignal,
): Promise<string> {
  const page = await connection.json('GET', '/conversations?limit=1', { signal })
  const list = isRecord(page) ? page['conversations'] : undefined
  if (Array.isArray(list) && list.length === 0) {
    throw new McpError('not-found', 'There is no conversation yet.')
  }
  return readId(Array.isArray(list) ? list[0] : undefined, 'id')
}

/** Starts a run, and returns its id. */
export async function startRun(
  connection: Connection,
  conversationId: string,
  input: RunInput,
  signal: AbortSignal,
): Promise<string> {
  const path = `/conversations/${encodeURIComponent(conversationId)}`
  if (input !== 'continue') {
    return readId(await connection.json('POST', `${path}/runs`, { value: input, signal }), 'runId')
  }
  const conversation = await connection.json('GET', path, { signal })
  const runs = isRecord(conversation) ? conversation['runs'] : undefined
  const last: unknown = Array.isArray(runs) ? runs.at(-1) : undefined
  if (last === undefined) throw new McpError('conflict', 'The conversation has no run to continue.')
  const request = { value: {}, signal }
  return readId(
    await connection.json('POST', runPath(readId(last, 'runId'), 'continue'), request),
    'runId',
  )
}

/** Maximum time without a connection during a run, in milliseconds. */
const maxLostMs = 60_000

/** Yields the events of a run until it has ended. */
export async function* followRun(
  connection: Connection,
  runId: string,
  { signal, onLost }: { readonly signal: AbortSignal; readonly onLost?: () => void },
): AsyncGenerator<RunEvent, void> {
  const events = followEvents(connection, runPath(runId, 'events'), { signal, onLost, maxLostMs })
  for await (const { data } of events) {
    const event = parseJson(data)
    if (!isRunEvent(event)) continue
    yield event
    if (event.event.type === 'run-finished') return
  }
}

/** Sends a decision. Throws `conflict` if the call is decided already, or its approval has expired. */
export async function decideCall(
  connection: Connection,
  { runId, callId }: { readonly runId: string; readonly callId: string },
  decision: Decision,
): Promise<void> {
  const path = runPath(runId, `calls/${encodeURIComponent(callId)}/decision`)
  await connection.json('POST', path, { value: decision })
}

/** Stops a run. Resolves when it has ended. */
export async function stopRun(connection: Connection, runId: string): Promise<void> {
  const signal = AbortSignal.timeout(maxStopMs)
  await connection.json('POST', runPath(runId, 'stop'), { signal })
}

const maxStopMs = 5000

function runPath(runId: string, segment: string): string {
  return `/runs/${encodeURIComponent(runId)}/${segment}`
}

function readId(value: unknown, name: string): string {
  const id = isRecord(value) ? value[name] : undefined
  if (typeof id === 'string') return id
  throw new McpError('upstream-error', `The hub did not return the field "${name}".`)
}
