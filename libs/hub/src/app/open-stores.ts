import { dirname } from 'node:path'

import type { ConversationStore } from '@mcp/conversations'
import type { DocumentStore } from '@mcp/files'
import { createSealedDocuments, dataFile } from '@mcp/files'
import type { PolicyCounters } from '@mcp/policy'
import type { Stores } from '@mcp/session-manager'
import {
  lockDataFolder,
  openConversations,
  openStores,
  storeLimits,
} from '@mcp/store-file/settings'
import { openRedisConversations, openRedisStores } from '@mcp/store-redis/settings'

import type { HubConfig } from './config.ts'

/** The stores of the hub: all state that does not belong to one of its servers. */
export interface HubStores {
  readonly stores: Stores
  readonly conversations: ConversationStore
  /** Documents that several hubs share. If it is undefined, each kind of document has files of its own. */
  readonly documents: DocumentStore | undefined
  /**
   * Documents for secrets that several hubs share. Undefined without Redis, and without MCP_SECRET: the default
   * secret is in Redis itself, so it would not protect documents in the same Redis.
   */
  readonly sealedDocuments: DocumentStore | undefined
  /** Counters of the policy that several hubs share. If it is undefined, each process counts in its memory. */
  readonly counters: PolicyCounters | undefined
  /** The settings. With Redis, they contain the secret that several hubs share. */
  readonly config: HubConfig
  /** Lines of the banner. */
  readonly banner: readonly string[]
  /** Returns why the store of conversations cannot be used, if so. */
  readonly failure: () => string | undefined
  close(): Promise<void>
}

export interface StoreReports {
  readonly onError: (error: unknown) => void
  readonly onRecovery: (message: string) => void
}

/** Opens the stores in Redis, if its URL is set, or in files. If one of them fails, none stays open. */
export async function openHubStores(config: HubConfig, reports: StoreReports): Promise<HubStores> {
  const { REDIS_URL: url } = config
  return url === undefined ? openFiles(config, reports) : openRedis(url, config, reports)
}

async function openFiles(config: HubConfig, reports: StoreReports): Promise<HubStores> {
  const inData = (name: string): string => dataFile(config.MCP_DATA_DIR, name)
  const file = inData('sessions.db')
  const stores = await openStores(file, config, reports)
  try {
    const conversations = await openConversations(inData('conversations.db'), reports)
    return {
      stores,
      conversations,
      documents: undefined,
      sealedDocuments: undefined,
      counters: undefined,
      config,
      banner: [
        `Data               in ${dirname(file)}: sessions, conversations, database, files, prompts. Delete it to start afresh`,
      ],
      failure: () => undefined,
      async close() {
        await stores.close()
        conversations.close()
      },
    }
  } catch (error) {
    await stores.close()
    throw error
  }
}

async function openRedis(
  url: string,
  config: HubConfig,
  reports: StoreReports,
): Promise<HubStores> {
  const folder = dirname(dataFile(config.MCP_DATA_DIR, 'sessions.db'))
  const unlock = await lockDataFolder(folder)
  const { MCP_SECRET: secret, REDIS_CA_FILE: caFile } = config
  let stores: Awaited<ReturnType<typeof openRedisStores>> | undefined
  try {
    stores = await openRedisStores(url, { caFile, limits: storeLimits(config), ...reports })
    const opened = stores
    const { documents, counters } = opened
    const sharedSecret = secret ?? (await opened.sharedSecret())
    const conversations = await openRedisConversations(url, { caFile, ...reports })
    return {
      stores,
      conversations,
      documents,
      sealedDocuments: secret === undefined ? undefined : createSealedDocuments(documents, secret),
      counters,
      config: { ...config, MCP_SECRET: sharedSecret },
      banner: [
        `Sessions           in Redis at ${opened.place}, with conversations and saved calls${secret === undefined ? '. Set MCP_SECRET to share keys and tokens, too' : ', keys and tokens'}`,
        `Data               in ${folder}, of this hub only: ${ownData(config)}`,
      ],
      failure: () => conversations.health().failure,
      async close() {
        await opened.close()
        conversations.close()
        unlock()
      },
    }
  } catch (error) {
    await stores?.close()
    unlock()
    throw error
  }
}

/** Returns the text of the banner about data that other hubs on the same Redis do not see. */
function ownData(config: HubConfig): string {
  const isShared = {
    DATABASE_URL: config.DATABASE_URL !== undefined || config.DATABASES !== undefined,
    ROOTS: config.ROOTS !== undefined,
    RESOURCES_FOLDERS: config.RESOURCES_FOLDERS !== undefined,
    PROMPTS_DIR: config.PROMPTS_DIR !== undefined,
  }
  const missing = Object.entries(isShared).flatMap(([name, isSet]) => (isSet ? [] : [name]))
  if (missing.length === 0) return 'what its servers keep'
  return `other hubs share no database or files until ${missing.join(', ')} name common ones`
}
