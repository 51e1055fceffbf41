import { runApp } from '@mcp/node'

import manifest from '../package.json' with { type: 'json' }
import { config } from './config.ts'
import { start } from './service.ts'

await runApp({
  name: 'roots-server',
  version: manifest.version,
  description: 'The roots server: files in the folders that the operator configures.',
  schema: config,
  start,
})
