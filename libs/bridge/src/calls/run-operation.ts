import { createId, createRequest, isRecord, McpError } from '@mcp/protocol'
import type {
  OperationDescription,
  RequestContext,
  RequestEvent,
  ServerDescription,
  SuccessResponse,
} from '@mcp/protocol'
import type { SessionMethods } from '@mcp/session-manager'

import { traceOf } from '../methods/trace-methods.ts'
import type { Call, Caller } from './caller.ts'

/** Runs operations of servers for the calls of clients. */
export interface OperationRunner {
  /**
   * Runs an operation and returns its response.
   *
   * @throws McpError if the operation fails.
   */
  run(caller: Caller, call: Call, addressed: AddressedOperation): Promise<SuccessResponse>
}

/** An operation with its target and params. */
export interface AddressedOperation {
  readonly operation: OperationDescription
  readonly target: unknown
  readonly params: Readonly<Record<string, unknown>>
}

export interface OperationRunnerOptions {
  readonly sessionManager: Pick<SessionMethods, 'handle'>
  /** Maximum time of one call, in milliseconds. */
  readonly callTimeoutMs: number
  /** Maximum size of a result that is returned whole, in bytes. */
  readonly maxResultBytes: number
}

export function createOperationRunner(options: OperationRunnerOptions): OperationRunner {
  const { sessionManager, callTimeoutMs, maxResultBytes } = options

  return {
    async run(
      { sessionId, principal, claims, address, client },
      call,
      { operation, target, params },
    ) {
      const { type, targetKey } = operation
      const payload = { [targetKey]: target, operation: operation.operation, params }
      // Clients reuse the ids of JSON-RPC, so each request gets a new id.
      const request = createRequest(type, payload, {
        id: createId('req'),
        metadata: { timeoutMs: callTimeoutMs },
      })
      const response = await sessionManager.handle(sessionId, request, {
        principal,
        claims,
        address,
        client,
        trace: traceOf(call.meta),
        resultBytes: maxResultBytes,
        signal: call.signal,
        ask: call.ask,
        rounds: call.rounds,
        onEvent: listenerOf(client, call),
        isRecorded: false,
      })
      if (response.status === 'error') throw McpError.fromBody(response.error)
      return response
    },
  }
}

/**
 * Returns the operation of a server by its name, or undefined. A server with several request types may have an
 * operation of this name for each type. `type` then selects one.
 */
export function findOperation(
  { operations }: Pick<ServerDescription, 'operations'>,
  name: string,
  type?: string,
): OperationDescription | undefined {
  return operations.find(
    (each) => each.operation === name && (type === undefined || each.type === type),
  )
}

/**
 * Returns the listener for the events of an operation, or undefined if the client expects none. A server in
 * another process then responds without an event stream, which is faster.
 */
function listenerOf(client: Caller['client'], call: Call): RequestContext['onEvent'] {
  const isExpected = client.logLevel !== undefined || call.meta['progressToken'] !== undefined
  return isExpected ? (event) => notifyOf(event, client, call) : undefined
}

/** Sends progress and log messages of an operation to the client. */
function notifyOf({ type, data }: RequestEvent, { logLevel }: Caller['client'], call: Call): void {
  const { requestId: _requestId, ...params } = data
  if (type === 'log') {
    // The server drops messages below the level. Without a level, the client receives no log messages.
    if (logLevel !== undefined) call.notify('notifications/message', params)
  } else if (type === 'progress') {
    const { progressToken } = call.meta
    if (progressToken !== undefined) {
      call.notify('notifications/progress', { ...params, progressToken })
    }
  }
}

/**
 * Returns the result of a response, or an empty object if the result is not an object.
 *
 * @throws McpError `payload-too-large` if the server has stored the result instead.
 */
export function resultOf({ data }: SuccessResponse): Readonly<Record<string, unknown>> {
  if (data['resultRef'] !== undefined) {
    throw new McpError('payload-too-large', 'The result is too large. Request a smaller page.')
  }
  return isRecord(data['result']) ? data['result'] : {}
}
