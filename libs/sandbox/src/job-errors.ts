import { McpError } from '@mcp/protocol'

import type { WorkerEnd } from './worker-process.ts'

export function timedOut(job: string, limitMs: number): McpError {
  return new McpError('timeout', `${job} took longer than ${limitMs} ms and was stopped.`, {
    details: { limitMs },
  })
}

export function cancelled(job: string): McpError {
  return new McpError('cancelled', `${job} was cancelled.`)
}

export function closed(): McpError {
  return new McpError('unavailable', 'The sandbox is closed.')
}

export function queueFull(waiting: number): McpError {
  return new McpError('unavailable', `The sandbox is busy: ${waiting} jobs are waiting already.`)
}

export function cannotStart(retryAfterMs: number, text: string): McpError {
  return new McpError('unavailable', 'The sandbox could not start a worker; the log says why.', {
    details: { retryAfterMs },
    cause: new Error(`A sandbox worker was not ready: ${text}`),
  })
}

/** The error of a job whose worker ended under it. */
export function workerEnded(job: string, { reason, text }: WorkerEnd, memoryMb: number): McpError {
  const cause = new Error(`The sandbox worker ended while it ran ${job}: ${text}`)
  if (reason === 'ended') return McpError.internal(cause)
  // The caller's doing, not a fault of ours: the same work with less data is fine.
  return new McpError('invalid-params', `${job} needed more memory than ${memoryMb} MiB.`, {
    details: { reason: 'memory-limit', limitMb: memoryMb },
    cause,
  })
}

export function notCloneable(what: string, cause?: unknown): McpError {
  return new McpError(
    'invalid-params',
    `${what} holds something that cannot cross the sandbox, such as a function or a promise. Only plain data can.`,
    { details: { reason: 'not-cloneable' }, cause },
  )
}

export function resultTooLarge(job: string, bytes: number, limitBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `The result of ${job} has ${bytes} bytes; at most ${limitBytes} may leave the sandbox.`,
    { details: { bytes, limitBytes } },
  )
}
