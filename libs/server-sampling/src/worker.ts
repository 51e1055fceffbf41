import { serveJobs } from '@mcp/sandbox/worker'

import { validateResponse } from './schema/validate-response.ts'

serveJobs({ validateResponse })
