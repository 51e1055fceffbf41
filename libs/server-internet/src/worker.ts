import { serveJobs } from '@mcp/sandbox/worker'

import { readContent } from './extract/read-content.ts'

serveJobs({ extract: readContent })
