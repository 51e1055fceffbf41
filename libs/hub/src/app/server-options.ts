import type { HubOptions } from '../create-hub.ts'
import { dataFile } from '@mcp/files'
import { databaseOptions } from '@mcp/server-database/settings'
import { internetOptions } from '@mcp/server-internet/settings'
import { createFilePromptStore } from '@mcp/server-prompts'
import {
  createFileSubscriptions,
  fileResources,
  httpResources,
  memoryResources,
} from '@mcp/server-resources'
import { workspaceRoot } from '@mcp/server-roots'

import type { HubConfig } from './config.ts'

type ServerOptions = Pick<
  HubOptions,
  'resources' | 'sampling' | 'database' | 'internet' | 'roots' | 'prompts'
>

/** Returns the options of each server. Folders that no variable sets are in the data folder. */
export function serverOptions(config: HubConfig, onError: (error: unknown) => void): ServerOptions {
  const { MCP_STARTER: starter } = config
  const inData = (name: string): string => dataFile(config.MCP_DATA_DIR, name)
  const folders = config.RESOURCES_FOLDERS ?? [
    { folder: inData('resources'), writable: true, starter },
  ]
  return {
    resources: {
      providers: [
        ...folders.map((folder) => fileResources(folder)),
        memoryResources(),
        httpResources({ urls: config.RESOURCES_URLS }),
      ],
      subscriptionStore: createFileSubscriptions(inData('subscriptions.jsonl')),
    },
    sampling: {
      approval: config.SAMPLING_APPROVAL,
      tokenBudget: config.SAMPLING_TOKEN_BUDGET,
      operators: config.SAMPLING_OPERATORS,
      folder: inData('approvals'),
    },
    database: databaseOptions(config),
    internet: internetOptions(config),
    roots: { roots: config.ROOTS ?? [workspaceRoot(inData('workspace'), { starter })] },
    prompts: {
      store: createFilePromptStore({
        folder: config.PROMPTS_DIR ?? inData('prompts'),
        watch: config.PROMPTS_WATCH,
        onError,
      }),
      starter: starter && config.PROMPTS_STARTER,
    },
  }
}
