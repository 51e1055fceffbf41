import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { MovedConversations } from '@mcp/conversations'
import { moveConversations } from '@mcp/conversations'
import { isMissing, isTemporaryName } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { MovedStores } from '@mcp/session-manager'
import { moveStores } from '@mcp/session-manager'
import { openFileConversationExport, openFileExport } from '@mcp/store-file'
import { openRedisConversations, openRedisStores } from '@mcp/store-redis/settings'

import { isTransient } from '../backup/back-up-folder.ts'
import { usageError } from '../output/exit-codes.ts'

/** The records that were copied from a data folder to Redis. */
export interface Migration {
  readonly data: string
  /** Address of Redis, without its password. */
  readonly redis: string
  readonly dryRun: boolean
  /** Undefined if the folder has no `sessions.db`. */
  readonly sessions: MovedStores | undefined
  /** Undefined if the folder has no `conversations.db`. */
  readonly conversations: MovedConversations | undefined
  /** Names that were not copied, with the reason. */
  readonly omitted: readonly { readonly name: string; readonly reason: string }[]
}

export interface MigrateOptions {
  /** The data folder. No process may use it. */
  readonly data: string
  /** URL of Redis. */
  readonly url: string
  /** PEM file of additional certificates to trust. */
  readonly caFile: string | undefined
  readonly dryRun: boolean
  /** Whether to delete the sessions that Redis has. */
  readonly replace: boolean
  readonly signal: AbortSignal
}

const sessionFile = 'sessions.db'
const conversationFile = 'conversations.db'
const secretFile = 'mcp-secret'

/**
 * Copies the sessions and the conversations of a data folder to Redis. The folder stays as it is. If it was
 * interrupted, the same call continues it.
 *
 * @throws McpError if a process uses the folder or Redis, or Redis has other sessions.
 */
export async function migrateFolder(options: MigrateOptions): Promise<Migration> {
  const { url, dryRun } = options
  const data = resolve(options.data)
  const files = [sessionFile, conversationFile].map((name) => join(data, name))
  if (!files.some((file) => existsSync(file))) {
    throw usageError(
      `There is no ${sessionFile} or ${conversationFile} in "${data}". Set --data or MCP_DATA_DIR.`,
    )
  }
  const omitted: { name: string; reason: string }[] = []
  // Both are locked before anything is copied.
  const sources = openSources(data, omitted)
  try {
    const sessions = await migrateSessions(sources.sessions, data, options, omitted)
    const conversations = await migrateConversations(sources.conversations, options, omitted)
    omitted.push(...(await remaining(data)))
    return { data, redis: placeOf(url), dryRun, sessions, conversations, omitted }
  } finally {
    sources.close()
  }
}

/** Returns the hosts and ports of a URL, which may have several, without user and password. */
function placeOf(url: string): string {
  const [, place = ''] = /^[^:]+:\/\/(?:.*@)?([^/?#]*)/.exec(url) ?? []
  return place
}

type Omitted = { name: string; reason: string }[]

function openSources(data: string, omitted: Omitted) {
  const close: (() => void)[] = []
  function open<Source extends { close(): void }>(
    name: string,
    openFile: (file: string) => Source,
  ): Source | undefined {
    const file = join(data, name)
    if (!existsSync(file)) return undefined
    const source = openFile(file)
    close.push(() => source.close())
    return source
  }
  const closeAll = (): void => {
    for (const each of close) each()
  }
  // Metadata that is not readable, for example.
  const onError = (error: unknown): void => {
    omitted.push({ name: sessionFile, reason: McpError.from(error).message })
  }
  try {
    const sessions = open(sessionFile, (file) => openFileExport(file, { onError }))
    const conversations = open(conversationFile, openFileConversationExport)
    return { sessions, conversations, close: closeAll }
  } catch (thrown) {
    closeAll()
    throw McpError.is(thrown) && thrown.details?.['reason'] === 'in-use' ? inUse(data) : thrown
  }
}

function inUse(data: string): McpError {
  return new McpError(
    'conflict',
    `A hub, a session manager or a client app uses "${data}". Stop it, and run the command again.`,
  )
}

async function migrateSessions(
  source: ReturnType<typeof openFileExport> | undefined,
  data: string,
  { url, caFile, dryRun, replace, signal }: MigrateOptions,
  omitted: Omitted,
): Promise<MovedStores | undefined> {
  if (source === undefined) return undefined
  const target = await openRedisStores(url, { caFile })
  try {
    const moved = await moveStores({ source, target, dryRun, replace, signal })
    const secret = await readSecret(data)
    if (secret === undefined || dryRun) return moved
    if ((await target.sharedSecret(secret)) !== secret) {
      const reason = 'Redis has another one: MCP clients must make unfinished calls again'
      omitted.push({ name: secretFile, reason })
    }
    return moved
  } finally {
    await target.close()
  }
}

async function migrateConversations(
  source: ReturnType<typeof openFileConversationExport> | undefined,
  { url, caFile, dryRun, replace, signal }: MigrateOptions,
  omitted: Omitted,
): Promise<MovedConversations | undefined> {
  if (source === undefined) return undefined
  const target = await openRedisConversations(url, { caFile })
  try {
    const moved = await moveConversations({ source, target, dryRun, replace, signal })
    const { changed, evicted } = moved
    if (changed > 0) {
      const reason = `Redis has another state of ${changed} conversations: --replace overwrites it`
      omitted.push({ name: conversationFile, reason })
    }
    if (evicted > 0) {
      const reason = `${evicted} conversations are beyond the limits of Redis`
      omitted.push({ name: conversationFile, reason })
    }
    return moved
  } finally {
    target.close()
  }
}

async function readSecret(data: string): Promise<string | undefined> {
  try {
    return await readFile(join(data, secretFile), 'utf8')
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

/** Returns what stays in the folder. */
async function remaining(data: string): Promise<Omitted> {
  const moved = new Set([sessionFile, conversationFile, secretFile])
  const names = (await readdir(data)).filter(
    (name) => !moved.has(name) && !isTransient(name) && !isTemporaryName(name),
  )
  return names
    .toSorted()
    .map((name) => ({ name, reason: reasons.get(name) ?? 'it stays in the data folder' }))
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['database', 'the embedded database stays in the data folder'],
  ['providers.json', 'keys of models are not copied: enter them again'],
  ['saved-calls', 'saved calls are not copied: save them again'],
  ['upstreams', 'added MCP servers and logins are not copied: add them again'],
])
