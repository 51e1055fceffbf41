import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { approvalOperations } from './sampling/approval-operations.ts'
import { messageOperations } from './sampling/message-operations.ts'
import { stopReasonSchema, usageSchema } from './sampling/message-shapes.ts'
import { modelOperations } from './sampling/model-operations.ts'
import { recordOperations } from './sampling/record-operations.ts'

export { approvalEdits } from './sampling/approval-operations.ts'

const { name, type, target } = builtinServers.sampling

/** The contract of the sampling server. */
export const sampling = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: {
    ...messageOperations,
    ...modelOperations,
    ...approvalOperations,
    ...recordOperations,
  },
  notifications: {
    'sampling-completed': z.object({
      messageId: z.string(),
      model: z.string(),
      stopReason: stopReasonSchema(),
      usage: usageSchema(),
      purpose: z.string().optional(),
    }),
    'sampling-failed': z.object({
      messageId: z.string(),
      code: z.string(),
      reason: z.string().optional(),
      message: z.string(),
      retryable: z.boolean(),
      purpose: z.string().optional(),
    }),
  },
  aliases: { 'llm-response': 'recordExchange' },
})
