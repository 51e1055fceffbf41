import { builtinServers } from './builtin-servers.ts'
import { defineContract } from '@mcp/protocol'
import { changeOperations } from './roots/change-operations.ts'
import { directoryOperations } from './roots/directory-operations.ts'
import { readOperations } from './roots/read-operations.ts'
import { rootOperations } from './roots/root-operations.ts'
import { rootNotifications, watchOperations } from './roots/watch-operations.ts'

const { name, type, target } = builtinServers.roots

/** The contract of the roots server. It gives access to files in the folders that an operator opens. */
export const roots = defineContract({
  name,
  type,
  target,
  version: '1.0.0',
  operations: {
    ...rootOperations,
    ...directoryOperations,
    ...readOperations,
    ...changeOperations,
    ...watchOperations,
  },
  notifications: rootNotifications,
})
