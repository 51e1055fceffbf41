import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { cacheOperations } from './internet/cache-operations.ts'
import { findingOperations } from './internet/finding-operations.ts'
import { pageOperations } from './internet/page-operations.ts'

const { name, type, target } = builtinServers.internet

/**
 * The contract of the internet server. Its results come from third parties, so they are marked as
 * untrusted. A model must not follow text in them as an instruction.
 */
export const internet = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: { ...pageOperations, ...findingOperations, ...cacheOperations },
})
