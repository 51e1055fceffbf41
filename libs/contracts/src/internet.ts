import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { cacheOperations } from './internet/cache-operations.ts'
import { findingOperations } from './internet/finding-operations.ts'
import { pageOperations } from './internet/page-operations.ts'

const { name, type, target } = builtinServers.internet

/**
 * What the internet server can do. Whatever it gives was written by strangers: results are marked as
 * untrusted, and no text in them is an instruction.
 */
export const internet = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...pageOperations, ...findingOperations, ...cacheOperations },
})
