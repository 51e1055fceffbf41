import { serveJobs } from '@mcp/sandbox/worker'

import { validateAnswer } from './schema/validate-answer.ts'

serveJobs({ validateAnswer })
