import { serveMethods } from '@mcp/sandbox/worker'

import { limitMemory } from './limit-memory.ts'
import { createPgliteSession } from './pglite-session.ts'

// PGlite starts with 128 MiB of memory.
limitMemory(256 * 1024 * 1024)
serveMethods(createPgliteSession())
