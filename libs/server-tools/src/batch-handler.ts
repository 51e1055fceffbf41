import { tools } from '@mcp/contracts/tools'
import type { CapabilityServer, HandlerContext, Schema } from '@mcp/protocol'
import { createRequest, McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import type * as z from 'zod'

type BatchHandler = Handlers<typeof tools>['batch']
type Call = z.output<typeof tools.operations.batch.params>['calls'][number]
type CallResult = z.output<typeof tools.operations.batch.result>['results'][number]

const maxConcurrency = 8

/** Creates the handler of `batch`, which processes each call like a request of its own. */
export function createBatchHandler(process: CapabilityServer['process']): BatchHandler {
  return async ({ calls, parallel }, context) => {
    const results: CallResult[] = []
    const pending = calls.entries()
    let done = 0

    async function work(): Promise<void> {
      for (const [index, call] of pending) {
        results[index] = await runCall(process, call, index, context)
        context.progress({ progress: ++done, total: calls.length })
      }
    }

    await Promise.all(Array.from({ length: parallel ? maxConcurrency : 1 }, work))
    return { results }
  }
}

async function runCall(
  process: CapabilityServer['process'],
  { tool, operation, params }: Call,
  index: number,
  context: HandlerContext<Record<string, Schema>>,
): Promise<CallResult> {
  if (tool === tools.fixedTarget && operation === 'batch') {
    const error = new McpError(
      'invalid-params',
      `calls.${index}: a batch cannot contain another batch.`,
    )
    return { status: 'error', error: error.toBody() }
  }
  const { request, signal, deadline, sessionId, principal } = context
  const response = await process(
    createRequest(request.type, { tool, operation, params }, { id: `${request.id}#${index}` }),
    { signal, deadline, sessionId, principal, ask: (question) => context.ask(question) },
  )
  if (response.status === 'error') return { status: 'error', error: response.error }
  const { data } = response
  // A result too large for one response arrives as `{ preview, resultRef }`.
  return { status: 'success', result: 'result' in data ? data['result'] : data }
}
