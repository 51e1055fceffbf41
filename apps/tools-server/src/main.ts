import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'tools-server',
  version: manifest.version,
  description: 'The tools server: calculator, text processor, data transformer and your own tools.',
  schema: config,
  start,
})
