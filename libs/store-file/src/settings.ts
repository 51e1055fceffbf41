import type { StoreLimits, Stores } from '@mcp/session-manager'
import * as z from 'zod'

import type {
  FileConversationStore,
  FileConversationStoreOptions,
} from './conversations/file-conversation-store.ts'
import type { FileStoresOptions } from './file-stores.ts'

const mebibyte = 1024 * 1024

const count = (defaultCount: number, description: string) =>
  z.coerce
    .number('must be a number')
    .int('must be a whole number')
    .min(1, 'must be at least 1')
    .default(defaultCount)
    .describe(description)

/**
 * Returns the schemas of the environment variables of the stores.
 *
 * @example
 * const config = z.object({ ...storeSettings() }).parse(process.env)
 */
export const storeSettings = () => ({
  MCP_MAX_SESSIONS: count(
    100_000,
    'Maximum number of sessions. An idle session takes about 1 KiB of memory in addition to its metadata.',
  ),
  MCP_MAX_SESSIONS_PER_CALLER: count(
    10_000,
    'Maximum number of sessions of one authenticated caller.',
  ),
  MCP_STORE_MB: count(
    256,
    'Maximum size of all stored events and responses, in MiB: one half for the events, the other for the responses. Beyond it, the oldest ones are evicted.',
  ),
})

type StoreConfig = z.output<z.ZodObject<ReturnType<typeof storeSettings>>>

/** Returns the bounds for the values of {@link storeSettings}. */
export function storeLimits(config: StoreConfig): Partial<StoreLimits> {
  const half = (config.MCP_STORE_MB * mebibyte) / 2
  return {
    maxSessions: config.MCP_MAX_SESSIONS,
    maxSessionsPerOwner: config.MCP_MAX_SESSIONS_PER_CALLER,
    maxTotalEventBytes: half,
    maxTotalResponseBytes: half,
  }
}

/**
 * Opens the stores of an app in a file. Imports SQLite on the first call, because the import would slow down
 * every program that does not need it.
 *
 * @example
 * const stores = await openStores('.data/sessions.db', config, { onError })
 */
export async function openStores(
  file: string,
  config: StoreConfig,
  options: Omit<FileStoresOptions, 'limits'>,
): Promise<Stores> {
  const { createFileStores } = await import('./file-stores.ts')
  return createFileStores(file, { ...options, limits: storeLimits(config) })
}

/** Opens the conversations of an app in a file. Imports SQLite on the first call. */
export async function openConversations(
  file: string,
  options: Omit<FileConversationStoreOptions, 'limits'>,
): Promise<FileConversationStore> {
  const { createFileConversationStore } = await import('./conversations/file-conversation-store.ts')
  return createFileConversationStore(file, options)
}

/**
 * Locks a data folder whose sessions are in another store, such as Redis. Returns the function that unlocks it.
 * SQLite, which takes the lock, is imported when this function is first called.
 *
 * @throws McpError `conflict` with the reason `in-use` if another process uses the folder.
 */
export async function lockDataFolder(folder: string): Promise<() => void> {
  const { lockFolder } = await import('./file/lock-folder.ts')
  return lockFolder(folder)
}
