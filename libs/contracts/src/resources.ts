import * as z from 'zod'

import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { changingOperations } from './resources/changing.ts'
import { readingOperations } from './resources/reading.ts'
import { templateOperations } from './resources/templates.ts'

const { name, type, target } = builtinServers.resources

/** The contract of the resources server. */
export const resources = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...readingOperations, ...templateOperations, ...changingOperations },
  notifications: {
    /** Emitted to the sessions that subscribed to the resource. */
    'resource-updated': z.object({
      uri: z.string(),
      change: z.enum(['created', 'updated', 'deleted']),
      etag: z.string().optional(),
    }),
    /**
     * Emitted to all sessions. Contains the numbers of resources that were created and deleted within
     * 100 ms.
     */
    'resource-list-changed': z.object({ created: z.int(), deleted: z.int() }),
  },
})
