import { McpError } from '@mcp/protocol'

/** The exit of a worker process. */
export interface WorkerExit {
  readonly reason: 'memory-limit' | 'exit'
  /** Exit code or signal, and the errors that the worker printed before it was ready. For the log. */
  readonly text: string
}

// The memory guard sends SIGKILL, and so does the kernel when the machine is out of memory. V8 ends the
// process with one of the other signals if its heap is full or an array is too large to allocate.
export const memorySignals: ReadonlySet<string> = new Set([
  'SIGKILL',
  'SIGABRT',
  'SIGTRAP',
  'SIGILL',
])

export function jobTimedOut(job: string, limitMs: number): McpError {
  return new McpError('timeout', `${job} took longer than ${limitMs} ms and was stopped.`, {
    details: { limitMs },
  })
}

export function jobCancelled(job: string): McpError {
  return new McpError('cancelled', `${job} was cancelled.`)
}

export function sandboxClosed(): McpError {
  return new McpError('unavailable', 'The sandbox is closed.')
}

export function queueFull(waiting: number): McpError {
  return new McpError(
    'unavailable',
    `The sandbox is busy: ${waiting} jobs are waiting. Retry later.`,
  )
}

export function workerUnavailable(retryAfterMs: number, text: string): McpError {
  return new McpError('unavailable', 'The sandbox failed to start a worker. See the log.', {
    details: { retryAfterMs },
    cause: new Error(`The sandbox worker did not become ready: ${text}`),
  })
}

/** Returns the error of a job whose worker exited while it ran. */
export function workerExited(job: string, { reason, text }: WorkerExit, limitMb: number): McpError {
  const cause = new Error(`The sandbox worker exited while it ran ${job}: ${text}`)
  if (reason === 'exit') return McpError.internal(cause)
  // This is an error of the caller, not of the server: with less data, the same job can succeed.
  return new McpError(
    'invalid-params',
    `${job} needs more memory than the limit of ${limitMb} MiB.`,
    {
      details: { reason: 'memory-limit', limitMb },
      cause,
    },
  )
}

export function notCloneable(subject: string, cause?: unknown): McpError {
  return new McpError(
    'invalid-params',
    `${subject} contains a value that cannot be copied, such as a function or a promise. Use plain data.`,
    { details: { reason: 'not-cloneable' }, cause },
  )
}

export function resultTooLarge(job: string, bytes: number, limitBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `The result of ${job} has ${bytes} bytes; the limit is ${limitBytes}.`,
    { details: { bytes, limitBytes } },
  )
}
