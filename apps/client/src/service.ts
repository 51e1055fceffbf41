import { createSealedDocuments, dataFile } from '@mcp/files'
import { createProviders, describeProvider } from '@mcp/llm'
import { openProviderDocument, openProviderFile } from '@mcp/llm/node'
import { createOfflinePlanner } from '@mcp/offline-planner'
import { openConversations } from '@mcp/store-file/settings'
import { openRedisConversations } from '@mcp/store-redis/settings'
import { createDocumentSavedCalls, createFolderSavedCalls, createWebClient } from '@mcp/web-client'
import type { AppContext, RunningApp, StartedParts } from '@mcp/node'
import {
  callerOptions,
  listen,
  logFailures,
  logProvider,
  networkOptions,
  startParts,
} from '@mcp/node'

import type { Config } from './config.ts'

/**
 * Starts the client app, which serves the REST API and the web client. If a part cannot be started, closes the
 * parts before it.
 */
export function start(config: Config, context: AppContext): Promise<RunningApp> {
  return startParts(context.log, (parts) => openParts(config, context, parts))
}

async function openParts(
  config: Config,
  { log, metrics }: AppContext,
  parts: StartedParts,
): Promise<Pick<RunningApp, 'banner'>> {
  const { SESSION_MANAGER_PORT } = config
  const sessionManagerUrl = config.SESSION_MANAGER_URL ?? `http://127.0.0.1:${SESSION_MANAGER_PORT}`
  const onError = logFailures(log)
  const { authenticate, ...callers } = await callerOptions(config, { log, onError })
  parts.add(() => callers.close())
  const conversations = await openConversationStore(config, {
    onRecovery: (message) => log.info(message),
    onError,
  })
  parts.add(() => conversations.close())
  const documents = 'documents' in conversations ? conversations.documents : undefined
  const { MCP_SECRET: secret } = config
  const providers = createProviders(config, {
    ...(documents === undefined || secret === undefined
      ? await openProviderFile(dataFile(config.MCP_DATA_DIR, 'providers.json'))
      : await openProviderDocument(createSealedDocuments(documents, secret))),
    fallback: createOfflinePlanner(),
    onChange: logProvider(log),
  })
  const client = createWebClient({
    sessionManagerUrl,
    basePath: config.MCP_PATH_PREFIX,
    maxBodyBytes: config.MCP_MAX_BODY_BYTES,
    providers,
    conversationStore: conversations,
    storeFailure: () => ('health' in conversations ? conversations.health().failure : undefined),
    savedCalls:
      documents === undefined
        ? createFolderSavedCalls(dataFile(config.MCP_DATA_DIR, 'saved-calls'))
        : createDocumentSavedCalls(documents),
    authenticate,
    onError,
  })
  parts.add(() => client.close())
  const service = await listen({
    ...networkOptions(config),
    service: client,
    port: config.CLIENT_PORT,
    variable: 'CLIENT_PORT',
    authenticated: authenticate !== undefined,
    onError,
    log,
    metrics,
  })
  parts.add(service.close)
  const banner = [
    `Web client         ${service.url}`,
    `Session manager    ${sessionManagerUrl}`,
    `Language model     ${describeProvider(providers.default, config.LLM_MODEL)}`,
    ...(documents === undefined || secret !== undefined
      ? []
      : ['Keys of models     in this process only. Set MCP_SECRET to share them']),
  ]
  return { banner }
}

/** Opens the conversations in Redis if `REDIS_URL` is set, otherwise in a file. */
async function openConversationStore(
  { REDIS_URL: url, REDIS_CA_FILE: caFile, MCP_DATA_DIR: folder }: Config,
  reports: {
    readonly onError: (error: unknown) => void
    readonly onRecovery: (message: string) => void
  },
) {
  if (url !== undefined) return openRedisConversations(url, { caFile, ...reports })
  return openConversations(dataFile(folder, 'conversations.db'), reports)
}
