import type { MaybePromise, Tool, ToolOperation } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'
import type { Handler } from '@mcp/server'

import { sandboxJobs } from './builtin-tools.ts'
import type { Evaluator } from './evaluator.ts'
import { measure } from './measure.ts'

/** Makes the functions that run the operations of tools. */
export function createToolHandlers(evaluator: Evaluator): (tool: Tool) => Record<string, Handler> {
  const jobs = sandboxJobs()

  function handlerOf(operation: ToolOperation): Handler {
    const job = jobs.get(operation)
    if (job === undefined) return (params, context) => operation.run(params, context)
    return (params, { signal }) => {
      const limit = job.operation.inPlaceUpTo(params)
      return limit > 0 && measure(params, limit) <= limit
        ? job.operation.work(params)
        : evaluator.run(job.name, params, signal)
    }
  }

  return (tool) =>
    Object.fromEntries(
      Object.entries(tool.operations).map(([name, operation]) => [
        name,
        labelErrors(`${tool.name}.${name}`, handlerOf(operation)),
      ]),
    )
}

/** An operation does not know under which name it is offered, so its errors are given it here. */
function labelErrors(label: string, handle: Handler): Handler {
  const fail = (thrown: unknown): never => {
    throw labelled(label, thrown)
  }
  return (params, context) => {
    try {
      const outcome: MaybePromise<unknown> = handle(params, context)
      return outcome instanceof Promise ? outcome.catch(fail) : outcome
    } catch (thrown) {
      return fail(thrown)
    }
  }
}

function labelled(label: string, thrown: unknown): unknown {
  if (!McpError.is(thrown) || thrown.details?.['path'] === undefined) return thrown
  const { code, message, retryable, details, cause } = thrown
  return new McpError(code, `${label}: ${message}`, { retryable, details, cause })
}
