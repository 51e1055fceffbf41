import type { RequestEnvelope, ResponseEnvelope } from '@mcp/protocol'
import { createResponse, McpError } from '@mcp/protocol'

import type { Stage } from './stage.ts'

/** Returns the stage that converts an error thrown by a later stage to an error response. */
export function catchErrors(onError: (error: unknown) => void): Stage {
  function toResponse(request: RequestEnvelope, thrown: unknown): ResponseEnvelope {
    const error = McpError.from(thrown)
    // `onError` receives the incident id and the cause. The caller receives only the id.
    if (!McpError.is(thrown)) onError(error)
    return createResponse(request.id, 'error', error)
  }

  return (next) => (request, context, call, destination) => {
    try {
      const response = next(request, context, call, destination)
      // The handler is not async, because an async function would create a second promise.
      return response instanceof Promise
        ? response.catch((thrown: unknown) => toResponse(request, thrown))
        : response
    } catch (thrown) {
      return toResponse(request, thrown)
    }
  }
}
