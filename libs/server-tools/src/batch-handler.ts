import { tools } from '@mcp/contracts/tools'
import type { CapabilityServer, HandlerContext, Schema } from '@mcp/protocol'
import { createRequest, McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import type * as z from 'zod'

type BatchHandler = Handlers<typeof tools>['batch']
type Call = z.output<typeof tools.operations.batch.params>['calls'][number]
type Outcome = z.output<typeof tools.operations.batch.result>['results'][number]

const mostAtOnce = 8

/** Makes the calls of a batch, as if each had come by itself. */
export function createBatchHandler(process: CapabilityServer['process']): BatchHandler {
  return async ({ calls, parallel }, context) => {
    const results: Outcome[] = []
    const pending = calls.entries()
    let done = 0

    async function work(): Promise<void> {
      for (const [index, call] of pending) {
        results[index] = await answer(process, call, index, context)
        context.progress({ progress: ++done, total: calls.length })
      }
    }

    await Promise.all(Array.from({ length: parallel ? mostAtOnce : 1 }, work))
    return { results }
  }
}

async function answer(
  process: CapabilityServer['process'],
  { tool, operation, params }: Call,
  index: number,
  context: HandlerContext<Record<string, Schema>>,
): Promise<Outcome> {
  if (tool === tools.fixedTarget && operation === 'batch') {
    const error = new McpError('invalid-params', `calls.${index}: a batch cannot hold another.`)
    return { status: 'error', error: error.toBody() }
  }
  const { request, signal, deadline, sessionId, principal } = context
  const response = await process(
    createRequest(request.type, { tool, operation, params }, { id: `${request.id}#${index}` }),
    { signal, deadline, sessionId, principal, ask: (question) => context.ask(question) },
  )
  if (response.status === 'error') return { status: 'error', error: response.error }
  const { data } = response
  // A result too large to be answered whole comes as `{ preview, resultRef }`.
  return { status: 'success', result: 'result' in data ? data['result'] : data }
}
