import { isRecord } from '@mcp/protocol'
import type { InteractionResponse } from '@mcp/protocol'

import type { ClientRequest } from '../calls/client-interactions.ts'
import { toInteractionResponse } from '../calls/client-interactions.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'

/** Responses that a client sends with a call, before the operation requests them. */
export interface EarlyResponses {
  /** Returns the response under a key, once. Returns `undefined` if it is absent or invalid. */
  take(key: string, request: ClientRequest): InteractionResponse | undefined
}

export function createEarlyResponses(responses: RpcParams): EarlyResponses {
  const unused = new Map(Object.entries(responses))

  return {
    take(key, request) {
      const response = unused.get(key)
      unused.delete(key)
      if (!isRecord(response)) return undefined
      try {
        return toInteractionResponse(request, response)
      } catch {
        // The client then receives the request, which states the valid responses.
        return undefined
      }
    },
  }
}
