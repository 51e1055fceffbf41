import { McpError } from '@mcp/protocol'

import type {
  ConversationStore,
  StoredConversation,
  StoredEntry,
} from '../store/conversation-store.ts'

/** The conversations of a store that no process uses. */
export interface ConversationExport {
  /** Returns all conversations, also unlisted ones, without holding all of them in memory. */
  conversations(): Iterable<StoredConversation>
  /** Returns the log of a conversation in order, without holding all of it in memory. */
  entries(id: string): Iterable<StoredEntry>
  /** Releases the store. */
  close(): void
}

export interface MoveConversationsOptions {
  readonly source: ConversationExport
  readonly target: ConversationStore
  /** Whether to overwrite conversations that were changed in the target. Default: false. */
  readonly replace?: boolean | undefined
  /** If true, changes nothing. Default: false. */
  readonly dryRun?: boolean | undefined
  readonly signal: AbortSignal
}

/** The result of {@link moveConversations}. */
export interface MovedConversations {
  readonly conversations: number
  readonly entries: number
  /** Number of conversations of which the target has a newer or another state. They were not copied. */
  readonly changed: number
  /** Number of conversations that the limits of the target have removed. */
  readonly evicted: number
}

/**
 * Copies all conversations of a store that no process uses to another one, and reads each one again. The
 * source is not changed. A conversation that the target has is written again, unless it was changed there and
 * `replace` is false.
 *
 * @throws McpError `internal` if the target returns another state of a conversation. Also throws the reason of
 * the signal if it is aborted.
 */
export async function moveConversations(
  options: MoveConversationsOptions,
): Promise<MovedConversations> {
  const { source, target, replace = false, dryRun = false, signal } = options
  const moved = { conversations: 0, entries: 0, changed: 0, evicted: 0 }
  for (const conversation of source.conversations()) {
    signal.throwIfAborted()
    if (!replace && (await isChanged(conversation, target))) {
      moved.changed++
      continue
    }
    moved.conversations++
    if (!dryRun) {
      await target.remove(conversation.owner, conversation.id)
      const { evicted } = await target.save(conversation)
      moved.evicted += evicted.length
    }
    let last: StoredEntry | undefined
    for (const batch of inBatches(source.entries(conversation.id))) {
      signal.throwIfAborted()
      moved.entries += batch.length
      last = batch.at(-1)
      if (!dryRun) await target.append(conversation.id, batch)
    }
    if (!dryRun) await assertMoved(conversation, last, target)
  }
  return moved
}

/** Returns whether the target has a newer state of a conversation, or another state of the same time. */
async function isChanged(
  { id, owner, updatedAt, data }: StoredConversation,
  target: ConversationStore,
): Promise<boolean> {
  const found = await target.load(owner, id)
  if (found === undefined || found.updatedAt < updatedAt) return false
  return found.updatedAt > updatedAt || found.data !== data
}

const maxBatchCharacters = 256 * 1024
const maxBatchEntries = 500

function* inBatches(entries: Iterable<StoredEntry>): Generator<readonly StoredEntry[]> {
  let batch: StoredEntry[] = []
  let characters = 0
  for (const entry of entries) {
    batch.push(entry)
    characters += entry.data.length
    if (characters < maxBatchCharacters && batch.length < maxBatchEntries) continue
    yield batch
    batch = []
    characters = 0
  }
  if (batch.length > 0) yield batch
}

async function assertMoved(
  conversation: StoredConversation,
  last: StoredEntry | undefined,
  target: ConversationStore,
): Promise<void> {
  const { id, owner } = conversation
  const found = await target.load(owner, id)
  const [end] = last === undefined ? [] : await target.read(id, { after: last.seq - 1, limit: 1 })
  if (found?.data === conversation.data && end?.seq === last?.seq && end?.data === last?.data)
    return
  throw new McpError('internal', `The target differs from the source in the conversation "${id}".`)
}
