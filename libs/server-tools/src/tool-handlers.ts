import type { Tool, ToolOperation } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'
import type { Handler } from '@mcp/server'

import { sandboxJobs } from './builtin-tools.ts'
import { measure } from './sandbox/measure.ts'

/** Makes the functions that run the operations of tools. */
export function createToolHandlers(sandbox: Sandbox): (tool: Tool) => Record<string, Handler> {
  const jobs = sandboxJobs()

  function handlerOf(operation: ToolOperation): Handler {
    const job = jobs.get(operation)
    if (job === undefined) return (params, context) => operation.run(params, context)
    return (params, { signal }) => {
      const limit = job.operation.inPlaceUpTo(params)
      return limit > 0 && measure(params, limit) <= limit
        ? job.operation.work(params)
        : sandbox.run(job.name, params, { signal })
    }
  }

  return (tool) =>
    Object.fromEntries(
      Object.entries(tool.operations).map(([name, operation]) => [name, handlerOf(operation)]),
    )
}
