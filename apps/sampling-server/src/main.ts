import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'sampling-server',
  version: manifest.version,
  description: 'The sampling server: language models behind approvals, budgets and limits.',
  schema: config,
  start,
})
