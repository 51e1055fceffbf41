import { isRecord } from '@mcp/protocol'

import type { CallDeadline } from '../openai-compatible/call-deadline.ts'
import type { CompletionsApi } from '../openai-compatible/completions-api.ts'
import { checkResponse } from '../openai-compatible/completions-api.ts'
import type { ErrorContext } from '../openai-compatible/provider-error.ts'
import { unreachableError } from '../openai-compatible/provider-error.ts'
import { readChunks } from '../openai-compatible/read-chunks.ts'

export interface GuardOptions {
  readonly api: CompletionsApi
  readonly deadline: CallDeadline
  readonly context: ErrorContext
  /**
   * Receives the error of a response. The package of the provider does not throw this error, but another one.
   */
  readonly onError: (error: unknown) => void
}

/**
 * Creates the `fetch` of one call. It converts errors of the provider, limits the size and depth of each
 * event, and restarts the timeout with each event.
 */
export function createGuardedFetch(options: GuardOptions): typeof globalThis.fetch {
  const { api, deadline, context, onError } = options
  const ended = new AbortController()
  const signal = AbortSignal.any([deadline.signal, ended.signal])
  return async (input, init) => {
    try {
      const url = new URL(input instanceof Request ? input.url : input)
      for (const [name, value] of Object.entries(api.query)) url.searchParams.set(name, value)
      const response = await sent(api.fetch(url, { ...init, signal }), context)
      await checkResponse(response, context)
      return new Response(guardEvents(response, options, ended), {
        headers: { 'content-type': 'text/event-stream' },
      })
    } catch (error) {
      onError(error)
      throw error
    }
  }
}

async function sent(response: Promise<Response>, context: ErrorContext): Promise<Response> {
  try {
    return await response
  } catch (error) {
    throw unreachableError(error, context)
  }
}

function guardEvents(
  response: Response,
  { deadline, context, onError }: GuardOptions,
  ended: AbortController,
): ReadableStream<Uint8Array> {
  const parts = readChunks(response, context, { errorOf })
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await parts.next()
        if (done === true || 'isComplete' in value) {
          controller.close()
          await parts.return(undefined)
          return
        }
        deadline.extend()
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(value.chunk)}\n\n`))
      } catch (error) {
        onError(error)
        controller.error(error)
      }
    },
    cancel() {
      // Aborting the request also ends the pending read.
      ended.abort()
    },
  })
}

/** Returns the error in an event, or undefined if the event is not an error. */
function errorOf(body: unknown): unknown {
  const first: unknown = Array.isArray(body) ? body[0] : body
  if (!isRecord(first)) return undefined
  const { type, error, response } = first
  if (type === 'response.failed') return response
  return type === 'error' || (error ?? null) !== null ? first : undefined
}
