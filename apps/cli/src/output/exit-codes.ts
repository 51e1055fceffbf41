import type { ErrorBody } from '@mcp/protocol/light'
import { McpError } from '@mcp/protocol/light'

/** The exit codes of all commands. `mcp --help` prints them with `exitCodeMeanings`. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  notAllowed: 3,
  unreachable: 4,
  operationFailed: 5,
  denied: 6,
  timeout: 124,
  interrupted: 130,
} as const

export const exitCodeMeanings: readonly (readonly [number, string])[] = [
  [exitCodes.done, 'done'],
  [exitCodes.failed, 'failed'],
  [exitCodes.usage, 'invalid command line, name, argument or value'],
  [exitCodes.notAllowed, 'the hub does not admit the caller'],
  [exitCodes.unreachable, 'the hub cannot be reached'],
  [exitCodes.operationFailed, 'the operation failed'],
  [exitCodes.denied, 'approval denied'],
  [exitCodes.timeout, 'timed out'],
  [exitCodes.interrupted, 'interrupted'],
]

const usageReason = 'command-line'
const unreachableReason = 'hub-unreachable'

/** Creates the error for a command line with a name, an argument or a value that is not valid. */
export function usageError(message: string): McpError {
  return new McpError('invalid-params', message, { details: { reason: usageReason } })
}

/** Creates the error for a hub that cannot be reached, or whose connection was lost. */
export function unreachableError(message: string, cause?: unknown): McpError {
  return new McpError('unavailable', message, { details: { reason: unreachableReason }, cause })
}

/** Returns the exit code for an error of the command or of the hub itself. */
export function exitCodeOf({ code, details }: ErrorBody): number {
  if (details?.['reason'] === usageReason) return exitCodes.usage
  if (details?.['reason'] === unreachableReason) return exitCodes.unreachable
  if (code === 'unauthenticated' || code === 'forbidden') return exitCodes.notAllowed
  if (code === 'timeout') return exitCodes.timeout
  return code === 'cancelled' ? exitCodes.interrupted : exitCodes.failed
}

const denials: ReadonlySet<unknown> = new Set([
  'approval-denied',
  'approval-required',
  'interaction-declined',
])

/** Returns the exit code for the error of an operation. */
export function operationExitCode(error: ErrorBody): number {
  const { code, details } = error
  if (denials.has(details?.['reason'])) return exitCodes.denied
  if (code === 'invalid-params') return exitCodes.usage
  if (code === 'unauthenticated') return exitCodes.notAllowed
  if (code === 'timeout') return exitCodes.timeout
  return exitCodes.operationFailed
}
