import type { Logger } from '@mcp/node'

import type { RequestId } from './envelope.ts'
import { parseEnvelope } from './envelope.ts'
import type { PendingRequest, PendingRequests } from './pending-requests.ts'
import type { RpcError } from './rpc-error.ts'

export interface ClientWriterOptions {
  readonly write: (line: string) => Promise<void>
  readonly pending: PendingRequests
  /** Called with the result of each request, before it is written. */
  readonly onResult: (request: PendingRequest, result: unknown) => void
  readonly log: Logger
  /** If aborted, nothing is written any more. */
  readonly signal: AbortSignal
}

/** Writes messages to the client, and removes the requests that receive their response. */
export interface ClientWriter {
  /** Writes a message of the endpoint. Text that is not JSON-RPC is dropped. */
  pass(text: string): Promise<void>
  /** Writes an error as the response to a request that has none. */
  fail(request: PendingRequest, error: RpcError): void
  /** Writes an error, without an id if that of the message is unknown. */
  refuse(id: RequestId | undefined, error: RpcError): void
}

export function createClientWriter(options: ClientWriterOptions): ClientWriter {
  const { write, pending, onResult, log, signal } = options

  function refuse(id: RequestId | undefined, error: RpcError): void {
    if (!signal.aborted) void write(JSON.stringify({ jsonrpc: '2.0', id, error }))
  }

  return {
    async pass(text) {
      const envelope = parseEnvelope(text)
      if ('error' in envelope) {
        log.warn('The endpoint sent text that is not JSON-RPC: dropped')
        return
      }
      for (const message of envelope.messages) {
        const request = message.type === 'response' ? pending.get(message.id) : undefined
        if (message.type !== 'response' || request === undefined) continue
        onResult(request, message.result)
        pending.settle(request)
      }
      // A line break can only occur between the tokens of JSON, not in a string.
      if (!signal.aborted) await write(text.replaceAll(/[\r\n]+/g, ' '))
    },
    fail(request, error) {
      if (pending.settle(request)) refuse(request.id, error)
    },
    refuse,
  }
}
