import { serveJobs } from '@mcp/sandbox/worker'

import { sandboxJobs } from './builtin-tools.ts'
import { measure } from './measure.ts'

const jobs = Array.from(
  sandboxJobs().values(),
  ({ name, operation }) =>
    [
      name,
      (params: unknown) => {
        // For its depth: the operations walk their params by recursion.
        measure(params, Infinity)
        return operation.work(params)
      },
    ] as const,
)

serveJobs(Object.fromEntries(jobs))
