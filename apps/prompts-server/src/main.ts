import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'prompts-server',
  version: manifest.version,
  description: 'The prompts server: prompts with versions, labels and typed arguments.',
  schema: config,
  start,
})
