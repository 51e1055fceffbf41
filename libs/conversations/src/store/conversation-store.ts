import type { MaybePromise } from '@mcp/protocol'

import type { SharedRuns } from './shared-runs.ts'

/** The stored form of a conversation. */
export interface StoredConversation {
  readonly id: string
  readonly owner: string
  /** Searched by `query`. */
  readonly title: string
  /** Milliseconds since the epoch, like all times in this interface. */
  readonly createdAt: number
  readonly updatedAt: number
  /**
   * Whether `list` returns the conversation. A conversation that is not listed does not count towards the
   * limit of its owner.
   */
  readonly isListed: boolean
  /** All other data, as JSON. */
  readonly data: string
}

/** One entry of the log of a conversation. */
export interface StoredEntry {
  /** Position in the conversation. The positions increase. */
  readonly seq: number
  /** Number of the run that wrote the entry. */
  readonly run: number
  readonly at: number
  /**
   * `event`: an event of the run. `message`: a message of the history. `result`: a complete result.
   * `rewind`: the history ends before a message.
   */
  readonly kind: 'event' | 'message' | 'result' | 'rewind'
  /** The content, as JSON. */
  readonly data: string
}

export interface ListOptions {
  /** `cursor` of the previous page. */
  readonly cursor?: string | undefined
  readonly limit: number
  /** Part of the title, ignoring upper and lower case. */
  readonly query?: string | undefined
}

export interface ConversationPage {
  /** The most recently updated conversation first. */
  readonly conversations: readonly StoredConversation[]
  /** Cursor of the next page. Absent on the last page. */
  readonly cursor?: string | undefined
}

export interface ReadOptions {
  /** Number of the run. Default: all runs. */
  readonly run?: number | undefined
  /** Position after which the entries begin. Default: 0. */
  readonly after?: number | undefined
  /** Default: no limit. */
  readonly limit?: number | undefined
}

export interface SaveOptions {
  /** Time of the last update of the conversation to replace; 0 if there is none. Default: any. */
  readonly ifUpdatedAt?: number | undefined
}

/** Storage of conversations. Each conversation has one writer at a time. */
export interface ConversationStore {
  list(owner: string, options: ListOptions): MaybePromise<ConversationPage>
  /** Returns undefined if the owner has no such conversation. */
  load(owner: string, id: string): MaybePromise<StoredConversation | undefined>
  /**
   * Adds or replaces a conversation. Beyond the limits, removes the least recently updated listed
   * conversations.
   *
   * @throws McpError `conflict` with the reason `changed` if the stored conversation was not last updated at
   * `ifUpdatedAt`.
   */
  save(conversation: StoredConversation, options?: SaveOptions): Promise<Evicted>
  /** Removes a conversation and its log. Returns whether it existed. */
  remove(owner: string, id: string): Promise<boolean>
  /**
   * Appends entries. When the promise of a durable store resolves, they survive the end of the process. Beyond
   * the limit of a conversation, removes its first entries. Ignores entries of an unknown conversation.
   */
  append(id: string, entries: readonly StoredEntry[]): Promise<Trimmed>
  read(id: string, options?: ReadOptions): MaybePromise<readonly StoredEntry[]>
  /** Present if several processes can use the store at the same time. */
  readonly shared?: SharedRuns | undefined
}

export interface Evicted {
  /** Ids of the conversations that were removed. */
  readonly evicted: readonly string[]
}

export interface Trimmed {
  /** Position of the last entry that was removed. Absent if none was removed. */
  readonly trimmedTo?: number | undefined
}

export interface ConversationLimits {
  /** Maximum number of listed conversations of an owner. Default: 500. */
  readonly maxConversations: number
  /** Maximum size of the log of a conversation as JSON, in UTF-8. Default: 8 MiB. */
  readonly maxLogBytes: number
  /** Maximum size of all logs together. Default: 1 GiB. */
  readonly maxTotalBytes: number
}

export const defaultConversationLimits: ConversationLimits = {
  maxConversations: 500,
  maxLogBytes: 8 * 1024 * 1024,
  maxTotalBytes: 1024 * 1024 * 1024,
}
