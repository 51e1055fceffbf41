import { serveMethods } from '@mcp/sandbox/worker'

import { createSqliteSession } from './sqlite-session.ts'

serveMethods(createSqliteSession())
