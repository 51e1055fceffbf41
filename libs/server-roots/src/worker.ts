import { serveJobs } from '@mcp/sandbox/worker'

import { editJob, matchJob } from './sandbox-jobs.ts'

serveJobs({ edit: editJob, match: matchJob })
