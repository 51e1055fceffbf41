import { createHash } from 'node:crypto'

import { createId, McpError } from '@mcp/protocol'
import type { ConversationSettings } from '@mcp/protocol/rest'

import type { Conversation } from './conversation.ts'

/** Creates a conversation without runs. */
export function newConversation(
  owner: string,
  settings: ConversationSettings,
  at: number,
): Conversation {
  return {
    id: createId('c'),
    owner,
    createdAt: at,
    updatedAt: at,
    isListed: true,
    settings,
    grants: [],
    runs: [],
    offered: [],
    readFrom: [],
  }
}

/** Returns the id of the unlisted conversation that stores an owner's decisions for all conversations. */
export function alwaysId(owner: string): string {
  return `always-${createHash('sha256').update(owner).digest('base64url')}`
}

const maxTitle = 80

/** Returns the title of a conversation from its first prompt. */
export function titleOf(prompt: string): string {
  const [line = ''] = prompt.trim().split('\n', 1)
  return line.length <= maxTitle ? line : `${line.slice(0, maxTitle - 1)}…`
}

export function notFound(subject: string, id: string): McpError {
  const shown = id.slice(0, 100)
  return new McpError('not-found', `No ${subject} "${shown}".`, { details: { id: shown } })
}
