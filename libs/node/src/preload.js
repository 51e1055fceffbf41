// For `node --import @mcp/node/preload`. It is plain JavaScript, because it must also run on an old Node.
import module from 'node:module'

import { requireNode } from './require-node.js'

requireNode()
// Stores compiled code, and sources without their types, in a cache. Later starts take half the time.
module.enableCompileCache?.()
