import type { RequestContext, RequestEnvelope } from '@mcp/protocol'
import { McpError } from '@mcp/protocol'

import { toUpstreamError } from '../connection/upstream-error.ts'
import { types } from '../describe/describe-upstream.ts'
import { createPromptCalls } from './prompt-calls.ts'
import type { Json, UpstreamCallsOptions } from './relay.ts'
import { createRelay } from './relay.ts'
import { createResourceCalls } from './resource-calls.ts'
import { createToolCalls } from './tool-calls.ts'

/** The calls of one upstream server. */
export interface UpstreamCalls {
  /**
   * Runs a request and returns its result.
   *
   * @throws McpError if the request is invalid, if the server cannot be reached or does not respond in time, or
   * if it returns a JSON-RPC error.
   */
  run(request: RequestEnvelope, context: RequestContext): Promise<Json>
}

export function createUpstreamCalls(options: UpstreamCallsOptions): UpstreamCalls {
  const { state } = options
  const { name } = state.entry
  const relay = createRelay(options)
  const runTool = createToolCalls(state, relay)
  const runResource = createResourceCalls(state, relay)
  const runPrompt = createPromptCalls(state, relay)

  return {
    async run(request, context) {
      const { operation } = request.payload
      if (typeof operation !== 'string') {
        throw new McpError('invalid-params', 'payload.operation must be a string.')
      }
      const incoming = { request, context }
      try {
        if (request.type === types.tools.type) return await runTool(incoming, operation)
        const run = request.type === types.resources.type ? runResource : runPrompt
        const result = await run(incoming, operation)
        if (result !== undefined) return result
      } catch (thrown) {
        throw toUpstreamError(thrown, name)
      }
      throw new McpError('not-found', `The server "${name}" has no operation "${operation}".`)
    },
  }
}
