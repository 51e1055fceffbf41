import type { RunEvent } from '@mcp/protocol/agent'
import { McpError } from '@mcp/protocol/light'
import type { DecisionBody, RunBody } from '@mcp/protocol/rest'

import type { Connection } from '../remote/connection.ts'
import { createRest, follow } from '../remote/create-rest.ts'

/** A prompt and its attachments, or the continuation of the last run of the conversation. */
export type RunInput = Pick<RunBody, 'prompt' | 'attachments' | 'model'> | 'continue'

/** Creates a conversation, and returns its id. */
export async function createConversation(
  connection: Connection,
  signal: AbortSignal,
): Promise<string> {
  return (await createRest(connection).conversations.create({}, { signal })).id
}

/** Returns the id of the conversation that was updated last. */
export async function lastConversation(
  connection: Connection,
  signal: AbortSignal,
): Promise<string> {
  const { conversations } = await createRest(connection).conversations.list(
    { limit: 1 },
    { signal },
  )
  const [last] = conversations
  if (last === undefined) throw new McpError('not-found', 'There is no conversation yet.')
  return last.id
}

/** Starts a run, and returns its id. */
export async function startRun(
  connection: Connection,
  conversationId: string,
  input: RunInput,
  signal: AbortSignal,
): Promise<string> {
  const rest = createRest(connection)
  if (input !== 'continue') return (await rest.runs.start(conversationId, input, { signal })).runId
  const last = (await rest.conversations.read(conversationId, { signal })).runs.at(-1)
  if (last === undefined) throw new McpError('conflict', 'The conversation has no run to continue.')
  return (await rest.runs.continue(last.runId, {}, { signal })).runId
}

/** Maximum time without a connection during a run, in milliseconds. */
const maxLostMs = 60_000

/** Iterates over the events of a run until it has ended. */
export function followRun(
  connection: Connection,
  runId: string,
  { signal, onLost }: { readonly signal: AbortSignal; readonly onLost?: (() => void) | undefined },
): AsyncGenerator<RunEvent, void> {
  const { runs } = createRest(connection)
  return follow((options) => runs.events(runId, options), { signal, onLost, maxLostMs })
}

/** Sends a decision. Throws `conflict` if the call is decided already, or its approval has expired. */
export function decideCall(
  connection: Connection,
  { runId, callId }: { readonly runId: string; readonly callId: string },
  decision: DecisionBody,
): Promise<void> {
  return createRest(connection).runs.decide(runId, callId, decision)
}

/** Stops a run. Resolves when it has ended. */
export async function stopRun(connection: Connection, runId: string): Promise<void> {
  await createRest(connection).runs.stop(runId, { signal: AbortSignal.timeout(maxStopMs) })
}

const maxStopMs = 5000
