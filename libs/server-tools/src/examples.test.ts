import { tools } from '@mcp/contracts/tools'
import { itRunsItsExamples } from '@mcp/testing'
import { describe } from 'vitest'

import { builtinTools } from './builtin-tools.ts'
import { toolsServer } from './tools-server.ts'

const create = () => ({
  server: toolsServer({ checkResults: true, sandbox: { timeoutMs: 15_000 } }),
})

describe('tools', () => {
  itRunsItsExamples(tools, create)
})

// One by one, since their operations are of different types.
describe.each(builtinTools)('$name', ({ name, operations }) => {
  itRunsItsExamples({ ...tools, operations, aliases: {} }, create, { tool: name })
})
