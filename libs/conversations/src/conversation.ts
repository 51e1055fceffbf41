import type { Grant } from '@mcp/llm'
import { isRecord, McpError, parseJson } from '@mcp/protocol'
import type { ConversationSettings, ConversationView, RunInfo } from '@mcp/protocol/rest'

import type { StoredConversation } from './store/conversation-store.ts'

/** The session that the calls of a conversation use. */
export interface SessionState {
  /** The id grants access to the session, so it is not shown. */
  readonly id: string
  readonly openedAt: number
  /** Time at which this session replaced an earlier session. */
  readonly replacedAt?: number | undefined
}

/** A conversation in memory. */
export interface Conversation {
  readonly id: string
  readonly owner: string
  readonly createdAt: number
  updatedAt: number
  isListed: boolean
  settings: ConversationSettings
  grants: Grant[]
  runs: RunInfo[]
  session?: SessionState | undefined
  /** Operations whose definitions the model was offered, in order. */
  offered: readonly string[]
  /** Labels of the text from outside that the conversation has read, such as web pages. */
  readFrom: readonly string[]
  /** Position of the last entry that was removed because the log was too long. */
  trimmedTo?: number | undefined
}

const untitled = 'New conversation'

/** Returns the stored form of a conversation. */
export function encodeConversation(conversation: Conversation): StoredConversation {
  const { id, owner, createdAt, updatedAt, isListed, ...data } = conversation
  const title = conversation.settings.title ?? untitled
  return { id, owner, title, createdAt, updatedAt, isListed, data: JSON.stringify(data) }
}

/** @throws McpError `internal` if the stored data is damaged. */
export function decodeConversation({ data: json, ...stored }: StoredConversation): Conversation {
  const { id, owner, createdAt, updatedAt, isListed } = stored
  const data: unknown = parseJson(json)
  if (!isConversationData(data)) {
    throw new McpError('internal', `The stored conversation "${id}" is damaged.`)
  }
  return { ...data, id, owner, createdAt, updatedAt, isListed }
}

type ConversationData = Omit<Conversation, 'id' | 'owner' | 'createdAt' | 'updatedAt' | 'isListed'>

// Only `encodeConversation` writes the data, so a short check is enough.
function isConversationData(value: unknown): value is ConversationData {
  return isRecord(value) && isRecord(value['settings']) && Array.isArray(value['runs'])
}

/** Returns the view of a conversation for its owner. */
export function viewConversation(conversation: Conversation): ConversationView {
  const { id, createdAt, updatedAt, settings, grants, runs, session, trimmedTo } = conversation
  return {
    ...settings,
    id,
    title: settings.title ?? untitled,
    createdAt,
    updatedAt,
    grants: grants.map(({ server, operation, scope, host }) => ({
      server,
      operation,
      scope,
      host,
    })),
    runs,
    ...(session && { session: { openedAt: session.openedAt, replacedAt: session.replacedAt } }),
    isTrimmed: trimmedTo !== undefined,
  }
}
