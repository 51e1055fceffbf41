import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'client',
  version: manifest.version,
  description:
    'The client: a page and a REST API, with a language model and a session behind them.',
  schema: config,
  start,
})
