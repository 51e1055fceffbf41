// For `node --import @mcp/node/preload`. Plain JavaScript, since it runs where nothing else does.
import module from 'node:module'

import { requireNode } from './require-node.js'

requireNode()
// Sources are stripped of their types and compiled once; from then on a start takes half as long.
module.enableCompileCache?.()
