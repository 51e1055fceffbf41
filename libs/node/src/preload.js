// For `node --import @mcp/node/preload`. Plain JavaScript, since it must also run on an old Node.
import module from 'node:module'

import { requireNode } from './require-node.js'

requireNode()
// Caches stripped and compiled sources, which halves the time of every later start.
module.enableCompileCache?.()
