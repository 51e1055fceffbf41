import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'resources-server',
  version: manifest.version,
  description: 'The resources server: files, memory and web addresses as resources.',
  schema: config,
  start,
})
