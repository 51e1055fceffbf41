import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { reading } from './prompts/reading.ts'
import { writing } from './prompts/writing.ts'

export {
  promptContent,
  promptContentToWrite,
  promptLabel,
  promptMessage,
  promptName,
} from './prompts/prompt-content.ts'
export type {
  PromptArgument,
  PromptContent,
  PromptEngine,
  PromptFormat,
  PromptMessage,
} from './prompts/prompt-content.ts'

const { name, type, target } = builtinServers.prompts

/** The contract of the prompts server. */
export const prompts = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...reading, ...writing },
  notifications: {
    'prompt-list-changed': z.object({ added: z.array(z.string()), removed: z.array(z.string()) }),
    'prompt-updated': z.object({
      prompt: z.string(),
      version: z.int(),
      // Label that was set on the version or removed from it. Absent if the version is new.
      label: z.string().optional(),
    }),
  },
})
