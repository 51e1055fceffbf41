import { tools } from '@mcp/contracts/tools'
import type { CapabilityServer, HandlerContext, Schema } from '@mcp/protocol'
import { createRequest, McpError } from '@mcp/protocol'
import type { Handlers } from '@mcp/server'
import pMap from 'p-map'
import type * as z from 'zod'

type BatchHandler = Handlers<typeof tools>['batch']
type Call = z.output<typeof tools.operations.batch.params>['calls'][number]
type CallResult = z.output<typeof tools.operations.batch.result>['results'][number]

const maxConcurrency = 8

/** Creates the handler of `batch`. It processes each call like a separate request. */
export function createBatchHandler(process: CapabilityServer['process']): BatchHandler {
  return async ({ calls, parallel }, context) => {
    let done = 0

    async function runOne(call: Call, index: number): Promise<CallResult> {
      const result = await runCall(process, call, index, context)
      context.progress({ progress: ++done, total: calls.length })
      return result
    }

    return { results: await pMap(calls, runOne, { concurrency: parallel ? maxConcurrency : 1 }) }
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
  const { request, signal, deadline, sessionId, principal, claims, callerKey } = context
  const response = await process(
    createRequest(request.type, { tool, operation, params }, { id: `${request.id}#${index}` }),
    {
      signal,
      deadline,
      sessionId,
      principal,
      claims,
      // Limits per caller use the address if there is no principal. The key of the caller is passed as the
      // address, so that the calls count towards the limits of the caller of the batch.
      address: callerKey,
      ask: (interaction) => context.ask(interaction),
    },
  )
  if (response.status === 'error') return { status: 'error', error: response.error }
  const { data, metadata } = response
  if (metadata['untrusted'] === true) context.markUntrusted()
  // If a result is too large for one response, `data` is `{ preview, resultRef }`.
  return { status: 'success', result: 'result' in data ? data['result'] : data }
}
