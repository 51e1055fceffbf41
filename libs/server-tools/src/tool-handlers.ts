import type { Tool, ToolOperation } from '@mcp/protocol'
import type { Sandbox } from '@mcp/sandbox'
import type { Handler } from '@mcp/server'

import { sandboxJobs } from './builtin-tools.ts'
import { measureSize } from './sandbox/measure.ts'

/**
 * Returns a function that creates the handlers of a tool's operations. A handler runs a sandboxed
 * operation in the sandbox, or in this process if the params are within the inline limit.
 */
export function createToolHandlers(sandbox: Sandbox): (tool: Tool) => Record<string, Handler> {
  const jobs = sandboxJobs()

  function handlerOf(operation: ToolOperation): Handler {
    const job = jobs.get(operation)
    if (job === undefined) return (params, context) => operation.run(params, context)
    return (params, context) => {
      const limit = job.operation.inlineLimit(params)
      return limit > 0 && measureSize(params, limit) <= limit
        ? job.operation.work(params)
        : sandbox.run(job.name, params, context)
    }
  }

  return (tool) =>
    Object.fromEntries(
      Object.entries(tool.operations).map(([name, operation]) => [name, handlerOf(operation)]),
    )
}
