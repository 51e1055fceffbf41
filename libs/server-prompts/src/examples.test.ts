import { prompts } from '@mcp/contracts/prompts'
import { itRunsItsExamples } from '@mcp/testing'

import { promptsServer } from './prompts-server.ts'

// The examples use the starter prompts and depend on their order: one deletes what the next restores.
itRunsItsExamples(prompts, () => ({
  server: promptsServer({ checkResults: true, sandbox: { timeoutMs: 15_000 } }),
}))
