import type { McpErrorCode } from '@mcp/protocol'
import { isRecord, McpError } from '@mcp/protocol'
import * as z from 'zod'

import { movedIn } from './follow-redirects.ts'
import type { Connection } from './open-connection.ts'

/** Maximum length of a text of an upstream server in an error message, in characters. */
const maxTextLength = 1000

/**
 * Returns the error of a failed call, which names the server. Returns an McpError unchanged. A call whose
 * connection closed may have run, so its error is not retryable.
 */
export function toUpstreamError(
  thrown: unknown,
  serverName: string,
  connection?: Connection,
): McpError {
  if (McpError.is(thrown)) return thrown
  const closeReason = connection?.closeReason()
  if (closeReason !== undefined) {
    const lines = connection?.lastErrorLines() ?? []
    return new McpError(
      'unavailable',
      `The server "${serverName}" ended during the call: ${closeReason}.${describeLines(lines)} The call may have run. The next call starts the server again.`,
      {
        retryable: false,
        details: {
          reason: 'connection-lost',
          server: serverName,
          ...(lines.length === 0 ? {} : { lastErrorLines: lines }),
        },
        cause: thrown,
      },
    )
  }
  const rpc = rpcErrorOf(thrown)
  if (rpc?.code === missingCapabilityCode) return missingCapability(serverName, rpc)
  if (rpc !== undefined) {
    return new McpError(
      codeOf(rpc.code),
      `The server "${serverName}" returned an error: ${cut(rpc.message)}`,
      { retryable: false, details: { server: serverName, rpc } },
    )
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown)
  return new McpError('upstream-error', `The server "${serverName}" failed: ${cut(text)}`, {
    retryable: false,
    details: { server: serverName },
    cause: thrown,
  })
}

/** Creates the error for a server that could not be started or reached. */
export function startFailed(thrown: unknown, serverName: string, retryAfterMs: number): McpError {
  const error = McpError.is(thrown) ? thrown : toUpstreamError(thrown, serverName)
  const lines = error.details?.['lastErrorLines']
  const described = describeLines(Array.isArray(lines) ? lines.map(String) : [])
  const isMoved = movedIn(error) !== undefined
  const text = isMoved
    ? error.message
    : `The server "${serverName}" could not be started: ${cut(error.message).replace(/\.$/, '')}.${described}`
  return new McpError('unavailable', text, {
    details: { reason: 'start-failed', ...error.details, server: serverName, retryAfterMs },
    cause: error.cause,
  })
}

/** Returns the last three lines of the standard error stream as a sentence, or an empty text. */
function describeLines(lines: readonly string[]): string {
  const last = lines.slice(-3).join(' | ')
  return last === '' ? '' : ` Its last output: ${cut(last)}`
}

/**
 * Returns the JSON-RPC error of a failed request, or undefined. Recognizes an error of the SDK by its shape,
 * because an import of its class would load the SDK early.
 */
function rpcErrorOf(thrown: unknown) {
  if (!(thrown instanceof Error)) return undefined
  const data = 'data' in thrown ? thrown.data : undefined
  if ('code' in thrown && typeof thrown.code === 'number') {
    const { code, message } = thrown
    return { code, message, ...(data === undefined ? {} : { data }) }
  }
  return isRecord(data) ? rpcErrorIn(data['text']) : undefined
}

const rpcErrorBody = z.object({
  error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
})

/** Returns the JSON-RPC error in the body of a response with an HTTP error status, or undefined. */
function rpcErrorIn(text: unknown) {
  if (typeof text !== 'string' || !text.startsWith('{')) return undefined
  try {
    return rpcErrorBody.safeParse(JSON.parse(text)).data?.error
  } catch {
    return undefined
  }
}

/** The code with which a modern server refuses a call, because the client lacks a required capability. */
const missingCapabilityCode = -32_021

function missingCapability(
  server: string,
  { message, data }: { readonly message: string; readonly data?: unknown },
): McpError {
  const required = isRecord(data) ? data['requiredCapabilities'] : undefined
  return new McpError('unavailable', `The server "${server}" returned an error: ${cut(message)}`, {
    retryable: false,
    details: {
      reason: 'missing-capability',
      server,
      requiredCapabilities: isRecord(required) ? required : {},
    },
  })
}

function codeOf(rpcCode: number): McpErrorCode {
  if (rpcCode === -32602) return 'invalid-params'
  return rpcCode === -32002 ? 'not-found' : 'upstream-error'
}

/** Returns the HTTP status of a failed request, or undefined. */
function statusOf(thrown: unknown): number | undefined {
  const data = thrown instanceof Error && 'data' in thrown ? thrown.data : undefined
  const status = isRecord(data) ? data['status'] : undefined
  return typeof status === 'number' ? status : undefined
}

const methodNotFoundCode = -32_601

const sessionWords =
  /session (?:id )?(?:is |was )?(?:not found|expired|unknown|invalid|terminated|closed|does not exist)|(?:unknown|invalid|no valid|expired|missing) session|server not initialized/i

/**
 * Whether the server refused a request because it does not know the session, such as after a restart.
 * The request did not run. The standard requires status 404, but some servers return status 400 or a JSON-RPC
 * error.
 */
export function isSessionLost(thrown: unknown): boolean {
  const status = statusOf(thrown)
  // The revision 2026-07-28 requires status 404 for an unknown method, too.
  if (status === 404) return rpcErrorOf(thrown)?.code !== methodNotFoundCode
  const text = thrown instanceof Error ? thrown.message : ''
  return (status === 400 || rpcErrorOf(thrown) !== undefined) && sessionWords.test(text)
}

/** The code of a modern server for a version that it does not serve. */
const unsupportedVersionCode = -32_022

/**
 * Whether the server refused a request because of its protocol version, such as after an upgrade. The
 * request did not run.
 */
export function isEraRefused(thrown: unknown): boolean {
  const rpc = rpcErrorOf(thrown)
  if (rpc?.code === unsupportedVersionCode) return true
  const text = thrown instanceof Error ? thrown.message : ''
  const isRequestError = statusOf(thrown) === 400 || rpc !== undefined
  return isRequestError && /unsupported protocol version/i.test(text)
}

/** Whether a start failed because of a response of the server. Without a response, there is an outage. */
export function isResponse(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if (statusOf(error) !== undefined || rpcErrorOf(error) !== undefined) return true
  }
  return false
}

/** Whether the request was not sent, because the server does not accept connections. */
export function isRefused(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ('code' in error && error.code === 'ECONNREFUSED') return true
  }
  return false
}

function cut(text: string): string {
  return text.length > maxTextLength ? `${text.slice(0, maxTextLength)}…` : text
}
