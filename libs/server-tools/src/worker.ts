import { McpError } from '@mcp/protocol'
import { serveJobs } from '@mcp/sandbox/worker'

import { sandboxJobs } from './builtin-tools.ts'
import { measureSize } from './sandbox/measure.ts'
import type { SandboxedOperation } from './sandbox/sandboxed-operation.ts'

const jobs = Array.from(
  sandboxJobs().values(),
  ({ name, operation }) => [name, (params: unknown) => work(operation, params)] as const,
)

serveJobs(Object.fromEntries(jobs))

async function work(operation: SandboxedOperation, params: unknown): Promise<unknown> {
  // Operations traverse their params recursively, so `measureSize` rejects params that nest too deep.
  measureSize(params, Infinity)
  try {
    return await operation.work(params)
  } catch (thrown) {
    if (!(thrown instanceof RangeError)) throw thrown
    // The maximum string length, array length or call stack depth of the JavaScript engine was exceeded.
    throw new McpError('payload-too-large', 'The operation exceeds the limits of the engine.', {
      cause: thrown,
    })
  }
}
