import { McpError } from '@mcp/protocol'
import { serveJobs } from '@mcp/sandbox/worker'

import { sandboxJobs } from './builtin-tools.ts'
import { measure } from './sandbox/measure.ts'
import type { SandboxedOperation } from './sandbox/sandboxed-operation.ts'

const jobs = Array.from(
  sandboxJobs().values(),
  ({ name, operation }) => [name, (params: unknown) => work(operation, params)] as const,
)

serveJobs(Object.fromEntries(jobs))

async function work(operation: SandboxedOperation, params: unknown): Promise<unknown> {
  // For its depth: operations walk their params by recursion.
  measure(params, Infinity)
  try {
    return await operation.work(params)
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    // The longest text, the largest array or the deepest recursion there can be was reached.
    throw new McpError('payload-too-large', 'The work takes more than there is room for.', {
      cause: thrown,
    })
  }
}
