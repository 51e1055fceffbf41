// For `node --import @mcp/node/preload`. It is plain JavaScript, because it must also run on an old Node.
import module from 'node:module'

import { requireNode } from './require-node.js'

requireNode()
// Caches sources after types are stripped and code is compiled. Later starts take half the time.
module.enableCompileCache?.()
