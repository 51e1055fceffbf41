import { serveJobs } from '@mcp/sandbox/worker'

import { editJob, matchJob } from './background-jobs.ts'

serveJobs({ edit: editJob, match: matchJob })
