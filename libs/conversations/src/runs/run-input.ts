import { splitUserMessage } from '@mcp/llm'
import type { AttachmentSummary } from '@mcp/protocol/agent'

import { notFound } from '../new-conversation.ts'
import type { LogEntry } from '../log.ts'
import { historyOf } from '../log.ts'
import type { RunInput } from './run-environment.ts'

/** Prompt of a run, and the message that it replaces. */
export interface StartInput {
  /** Prompt of the run; undefined if the run continues an earlier run. */
  readonly prompt?: string | undefined
  /** Id of the message before which the history ends. */
  readonly rewindTo?: string | undefined
  /** Text of the attachments of the message that is sent again. */
  readonly attached?: string | undefined
  readonly attachments?: readonly AttachmentSummary[] | undefined
}

/**
 * Returns the prompt of a run. A retry sends the attachments of the message again.
 *
 * @throws McpError `not-found` if the history has no such message of the user.
 */
export function readInput(input: RunInput | undefined, log: readonly LogEntry[]): StartInput {
  if (input === undefined) return {}
  if (!('retry' in input) && !('edit' in input)) return { prompt: input.prompt }
  const messageId = 'retry' in input ? input.retry : input.edit
  const message = historyOf(log).find((each) => each.messageId === messageId)?.message
  if (message?.role !== 'user') throw notFound('message of the user', messageId)
  if ('prompt' in input) return { prompt: input.prompt, rewindTo: messageId }
  return {
    ...splitUserMessage(message),
    rewindTo: messageId,
    attachments: attachmentsOf(messageId, log),
  }
}

function attachmentsOf(
  messageId: string,
  log: readonly LogEntry[],
): readonly AttachmentSummary[] | undefined {
  for (const entry of log) {
    if (entry.kind !== 'event' || entry.event.type !== 'run-started') continue
    if (entry.event.messageId === messageId) return entry.event.attachments
  }
  return undefined
}
