import type { AgentEvent } from '@mcp/protocol/agent'
import { isRecord, parseValue } from '@mcp/protocol'
import { conversationSettings, modelMessage, runEndReasons } from '@mcp/protocol/rest'
import * as z from 'zod'

import type { LogEntry } from '../log.ts'
import type { ConversationDocument } from './export-conversation.ts'

// The type of this table requires an entry for each event of the agent.
const eventTypes: Readonly<Record<AgentEvent['type'], true>> = {
  'run-started': true,
  'step-started': true,
  'text-delta': true,
  'reasoning-delta': true,
  'arguments-delta': true,
  'call-proposed': true,
  'approval-required': true,
  'approval-decided': true,
  'call-started': true,
  'call-progress': true,
  'call-finished': true,
  'retry-scheduled': true,
  'history-compacted': true,
  'step-finished': true,
  'run-finished': true,
}

const event = z.custom<AgentEvent>(
  (value) => isRecord(value) && Object.hasOwn(eventTypes, String(value['type'])),
  'must be an event with a known "type"',
)

const position = z.int().nonnegative()
const shared = { seq: z.int().positive(), run: position, at: position }

const entry = z.discriminatedUnion('kind', [
  z.object({ ...shared, kind: z.literal('event'), number: z.int().positive(), event }),
  z.object({ ...shared, kind: z.literal('message'), messageId: z.string(), message: modelMessage }),
  z.object({ ...shared, kind: z.literal('result'), ref: z.string(), text: z.string() }),
  z.object({ ...shared, kind: z.literal('rewind'), to: z.string() }),
])

const run = z.object({
  number: z.int().positive(),
  state: z.enum(['running', 'finished']).transform(() => 'finished' as const),
  startedAt: position,
  endedAt: position.optional(),
  reason: z.enum(runEndReasons).optional(),
  prompt: z.string().optional(),
  isDiscarded: z.literal(true).optional(),
})

const document = z
  .strictObject({
    format: z.literal('mcp-conversation'),
    version: z.literal(1),
    settings: conversationSettings,
    runs: z.array(run).max(500),
    entries: z.array(entry),
  })
  .superRefine(({ runs, entries }, context) => {
    const numbers = new Set(runs.map(({ number }) => number))
    for (const [index, { seq, run: number }] of entries.entries()) {
      const before = entries[index - 1]?.seq ?? 0
      if (seq <= before) addIssue(['entries', index, 'seq'], `must be greater than ${before}`)
      if (!numbers.has(number)) addIssue(['entries', index, 'run'], 'must be the number of a run')
    }

    function addIssue(path: (string | number)[], message: string): void {
      context.addIssue({ code: 'custom', path, message })
    }
  })

/**
 * Validates a document.
 *
 * @throws McpError `invalid-request` with the path of each problem.
 */
export function readDocument(
  value: unknown,
): Pick<ConversationDocument, 'settings' | 'runs'> & { readonly entries: readonly LogEntry[] } {
  return parseValue('conversation', document, value)
}
