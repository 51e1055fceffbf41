import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

import type { MovedConversations } from '@mcp/conversations'
import { moveConversations } from '@mcp/conversations'
import type { MovedDocuments } from '@mcp/files'
import { isMissing, isTemporaryName } from '@mcp/files'
import { McpError } from '@mcp/protocol'
import type { MovedStores } from '@mcp/session-manager'
import { moveStores } from '@mcp/session-manager'
import { openFileConversationExport, openFileExport } from '@mcp/store-file'
import type { RedisConversations } from '@mcp/store-redis'
import { openRedisConversations, openRedisStores } from '@mcp/store-redis/settings'

import { isTransient } from '../backup/back-up-folder.ts'
import { usageError } from '../output/exit-codes.ts'
import type { Omitted } from './migrate-documents.ts'
import { prepareDocuments } from './migrate-documents.ts'

/** The records that were copied from a data folder to Redis, or would be copied by a call without `dryRun`. */
export interface Migration {
  readonly data: string
  /** Address of Redis, without its password. */
  readonly redis: string
  readonly dryRun: boolean
  /** Result for the sessions; undefined if the folder has no `sessions.db`. */
  readonly sessions: MovedStores | undefined
  /** Result for the conversations; undefined if the folder has no `conversations.db`. */
  readonly conversations: MovedConversations | undefined
  /** Saved calls, keys of models, added MCP servers, logins and approved tools. */
  readonly documents: MovedDocuments
  /** Names that were not copied, with the reason. */
  readonly omitted: Omitted
}

export interface MigrateOptions {
  /** The data folder. No process may use it. */
  readonly data: string
  /** URL of Redis. */
  readonly url: string
  /** PEM file of additional certificates to trust. */
  readonly caFile: string | undefined
  /** Value of MCP_SECRET. If undefined, documents with secrets are not copied. */
  readonly secret: string | undefined
  /** Value of MCP_CONFIG, which names the servers of logins and of approved tools. */
  readonly configured: string | undefined
  readonly dryRun: boolean
  /** Whether to delete the sessions that Redis has, and to overwrite conversations and documents. */
  readonly replace: boolean
  readonly signal: AbortSignal
}

const sessionFile = 'sessions.db'
const conversationFile = 'conversations.db'
const secretFile = 'mcp-secret'

/**
 * Copies the sessions, the conversations and the documents of a data folder to Redis. The folder is not
 * changed. If the copy was interrupted, the same call continues it.
 *
 * @throws McpError if a process uses the folder or Redis, Redis has other sessions, or another secret has
 * sealed its documents.
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
  // Both stores are locked before anything is copied.
  const sources = openSources(data, omitted)
  let target: RedisConversations | undefined
  try {
    const source = await readDocuments(data, options, sources.conversations)
    target = await openRedisConversations(url, { caFile: options.caFile })
    const { secret } = options
    // A wrong secret is reported before anything is copied.
    const prepared = await prepareDocuments({ source, target: target.documents, secret })
    const sessions = await migrateSessions(sources.sessions, data, options, omitted)
    const conversations = await migrateConversations(
      sources.conversations,
      target,
      options,
      omitted,
    )
    const documents = await prepared.move(options)
    for (const name of documents.changed) {
      const reason = 'Redis has another state of this document: --replace overwrites it'
      omitted.push({ name, reason })
    }
    omitted.push(...prepared.omitted, ...(await remaining(data)))
    return { data, redis: placeOf(url), dryRun, sessions, conversations, documents, omitted }
  } finally {
    target?.close()
    sources.close()
  }
}

type Sources = ReturnType<typeof openSources>

async function readDocuments(
  folder: string,
  { configured }: MigrateOptions,
  conversations: Sources['conversations'],
) {
  const { readFolderDocuments } = await import('@mcp/hub/app')
  const owners = new Set<string>()
  for (const { owner } of conversations?.conversations() ?? []) owners.add(owner)
  return readFolderDocuments({ folder, configured, owners: [...owners] })
}

/** Returns the hosts and ports of a URL, which may have several, without user and password. */
function placeOf(url: string): string {
  const [, place = ''] = /^[^:]+:\/\/(?:.*@)?([^/?#]*)/.exec(url) ?? []
  return place
}

type OmittedSoFar = { name: string; reason: string }[]

function openSources(data: string, omitted: OmittedSoFar) {
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
  // Called, for example, for metadata that is not readable.
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
  omitted: OmittedSoFar,
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
  target: RedisConversations,
  { dryRun, replace, signal }: MigrateOptions,
  omitted: OmittedSoFar,
): Promise<MovedConversations | undefined> {
  if (source === undefined) return undefined
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
}

async function readSecret(data: string): Promise<string | undefined> {
  try {
    return await readFile(join(data, secretFile), 'utf8')
  } catch (thrown) {
    if (isMissing(thrown)) return undefined
    throw thrown
  }
}

/** Entries of the folder that were copied completely, or whose remaining parts were reported. */
const copied = new Set([
  sessionFile,
  conversationFile,
  secretFile,
  'providers.json',
  'saved-calls',
  'servers.json',
  // Its other files are lists of the tools of servers, which the servers return again.
  'upstreams',
])

/** Returns the files and folders of the data folder that are not copied, with the reasons. */
async function remaining(data: string): Promise<Omitted> {
  const names = (await readdir(data)).filter(
    (name) => !copied.has(name) && !isTransient(name) && !isTemporaryName(name),
  )
  return names.toSorted().map((name) => ({ name, reason: 'it stays in the data folder' }))
}
