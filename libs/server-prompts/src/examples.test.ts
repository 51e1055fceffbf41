import { prompts } from '@mcp/contracts/prompts'
import { itAnswersItsExamples } from '@mcp/testing'

import { promptsServer } from './prompts-server.ts'

// The examples name prompts of the starter set, and follow one another: what one deletes, the next restores.
itAnswersItsExamples(prompts, () => ({
  server: promptsServer({ checkResults: true, sandbox: { timeoutMs: 15_000 } }),
}))
