import { randomUUID } from 'node:crypto'

import type { ConversationLimits, ConversationStore } from '@mcp/conversations'
import type { DocumentStore } from '@mcp/files'
import type { Clock } from '@mcp/protocol'
import { systemClock } from '@mcp/protocol'

import { openConnection } from './connection.ts'
import { createRedisConversationStore } from './conversations/conversation-store.ts'
import { createRedisSharedRuns } from './conversations/shared-runs.ts'
import { createRedisDocuments } from './documents/document-store.ts'

export interface RedisConversationsOptions {
  /** PEM file of additional certificates to trust, for a URL that starts with `rediss`. */
  readonly caFile?: string | undefined
  /** Default: `defaultConversationLimits` of `@mcp/conversations`. */
  readonly limits?: Partial<ConversationLimits> | undefined
  /** Prefix of all keys and channels. Default: `mcp:`. */
  readonly prefix?: string | undefined
  /**
   * Time after which the runs of a process that has ended count as interrupted, in milliseconds. Default: 10
   * seconds.
   */
  readonly leaseMs?: number | undefined
  /** Receives the first failure each time Redis stops working. Default: failures are ignored. */
  readonly onError?: ((error: unknown) => void) | undefined
  /** Receives a message when the store works again after a failure that `onError` received. */
  readonly onRecovery?: ((message: string) => void) | undefined
  /** Replaces the system clock in tests. */
  readonly clock?: Clock | undefined
}

/** Conversations in Redis. */
export interface RedisConversations extends ConversationStore {
  readonly shared: NonNullable<ConversationStore['shared']>
  /** Documents that all processes with this Redis and prefix share. */
  readonly documents: DocumentStore
  /** Returns the reason of the last failure; undefined if Redis works. */
  readonly health: () => { readonly failure: string | undefined }
  /** Closes the connection. Idempotent. */
  readonly close: () => void
}

/**
 * Connects to Redis 7 or later, which holds the conversations of several client apps. The URL may name one
 * server, nodes of a cluster, or sentinels.
 *
 * @example
 * const store = await createRedisConversations('redis://127.0.0.1:6379')
 * const conversations = createConversations({ store })
 *
 * @throws McpError if the URL or the file of certificates is invalid, or if Redis is not reachable, is too old,
 * or refuses the password.
 */
export async function createRedisConversations(
  url: string,
  options: RedisConversationsOptions = {},
): Promise<RedisConversations> {
  const { prefix = 'mcp:', leaseMs = 10_000, limits, onRecovery, clock = systemClock } = options
  const replica = randomUUID()
  const shared = createRedisSharedRuns({
    connection: () => connection,
    prefix,
    replica,
    leaseMs,
    clock,
  })
  const connection = await openConnection({
    url,
    caFile: options.caFile,
    onMessage: (_channel, message) => shared.receive(message),
    onMissed: () => shared.missed(),
    onError: options.onError ?? ((): void => {}),
    onRecovery,
  })
  const stop = await shared.start().catch((error: unknown) => {
    // An open connection would reconnect for as long as the process runs.
    connection.close()
    throw error
  })
  return {
    ...createRedisConversationStore({ connection, prefix, limits }),
    shared,
    documents: createRedisDocuments({ connection, prefix, leaseMs, clock }),
    health: () => ({ failure: connection.health().failure }),
    close() {
      stop()
      connection.close()
    },
  }
}
