import type { ConversationSettings, RunInfo } from '@mcp/protocol/rest'

import type { Conversation } from '../conversation.ts'
import type { HistoryMessage, LogEntry } from '../log.ts'
import { historyOf } from '../log.ts'

/** A conversation as a document. It contains neither decisions nor the session. */
export interface ConversationDocument {
  readonly format: 'mcp-conversation'
  readonly version: 1
  readonly settings: ConversationSettings
  readonly runs: readonly Omit<RunInfo, 'runId' | 'continues'>[]
  readonly entries: readonly LogEntry[]
}

export function exportConversation(
  { settings, runs }: Conversation,
  entries: readonly LogEntry[],
): ConversationDocument {
  return {
    format: 'mcp-conversation',
    version: 1,
    settings,
    runs: runs.map(({ runId: _runId, continues: _continues, ...run }) => run),
    entries,
  }
}

/** Returns the messages of a conversation as Markdown. */
export function toMarkdown({ settings, entries }: ConversationDocument): string {
  const messages = historyOf(entries).map(messageToMarkdown)
  return `# ${settings.title ?? 'Conversation'}\n\n${messages.join('\n\n')}\n`
}

function messageToMarkdown({ message }: HistoryMessage): string {
  if (message.role === 'tool') {
    return `**${message.toolName}**\n\n${fenced(message.content)}`
  }
  if (message.role === 'user') return `## User\n\n${message.content}`
  const calls = (message.toolCalls ?? []).map(
    ({ name, arguments: args }) => `- \`${name}\` ${fencedLine(JSON.stringify(args) ?? '')}`,
  )
  return ['## Assistant', message.content, calls.join('\n')].filter(Boolean).join('\n\n')
}

/** Returns a code block whose fence is longer than each fence in the text. */
function fenced(text: string): string {
  const maxLength = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([fence]) => fence.length))
  const fence = '`'.repeat(maxLength + 1)
  return `${fence}\n${text}\n${fence}`
}

function fencedLine(text: string): string {
  const maxLength = Math.max(0, ...Array.from(text.matchAll(/`+/g), ([fence]) => fence.length))
  const fence = '`'.repeat(maxLength + 1)
  return `${fence}${text}${fence}`
}
