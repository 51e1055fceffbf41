import type { MaybePromise } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import type { ErrorContext, ServerOptions } from '../server-options.ts'

export type ReportError = (thrown: unknown, context?: ErrorContext) => void

/** Creates the function that passes errors to `onError`. It never throws. */
export function createErrorReporter(onError: ServerOptions['onError']): ReportError {
  return (thrown, context = {}) => {
    try {
      onError?.(McpError.from(thrown), context)
    } catch {
      // An error thrown by `onError` itself cannot be reported.
    }
  }
}

/** Runs all functions in order. If a function fails, reports the error and runs the next function. */
export async function runAll(
  functions: Iterable<() => MaybePromise<void>>,
  report: ReportError,
): Promise<void> {
  for (const run of functions) {
    try {
      await run()
    } catch (thrown) {
      report(thrown)
    }
  }
}
