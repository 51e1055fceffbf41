import { deserialize } from 'node:v8'

import type { ErrorBody } from '@mcp/protocol'
import { isErrorBody, isRecord } from '@mcp/protocol'

/** Limits that the worker itself enforces. The pool passes them as the first argument of the process. */
export interface WorkerLimits {
  readonly maxMemoryMb: number
  readonly maxResultBytes: number
}

/** The message that starts a job in a worker. The input is serialized. */
export interface JobMessage {
  readonly job: string
  readonly input: Uint8Array
}

/** The result of a job: its value, the body of a thrown `McpError`, or the text of another thrown value. */
export type JobResult =
  | { readonly type: 'value'; readonly value: unknown }
  | { readonly type: 'mcp-error'; readonly body: ErrorBody }
  | { readonly type: 'crash'; readonly text: string }

/** A message from a worker to the pool. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  | {
      readonly type: 'result'
      /** A serialized {@link JobResult}. */
      readonly result: Uint8Array
      /** Whether the worker has used so much memory that the next job needs a new worker. */
      readonly worn: boolean
    }

export function readWorkerLimits(text: string | undefined): WorkerLimits | undefined {
  const value: unknown = text?.startsWith('{') === true ? JSON.parse(text) : undefined
  if (!isRecord(value)) return undefined
  const { maxMemoryMb, maxResultBytes } = value
  return typeof maxMemoryMb === 'number' && typeof maxResultBytes === 'number'
    ? { maxMemoryMb, maxResultBytes }
    : undefined
}

export function isJobMessage(value: unknown): value is JobMessage {
  return isRecord(value) && typeof value.job === 'string' && value.input instanceof Uint8Array
}

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  if (!isRecord(value)) return false
  if (value.type === 'ready') return true
  return (
    value.type === 'result' && value.result instanceof Uint8Array && typeof value.worn === 'boolean'
  )
}

/** Parses the result of a job. The worker ran untrusted code, so every field is checked. */
export function readJobResult(bytes: Uint8Array): JobResult {
  const result = tryDeserialize(bytes)
  if (isRecord(result)) {
    const { type, value, body, text } = result
    if (type === 'value') return { type, value }
    if (type === 'mcp-error' && isErrorBody(body)) return { type, body }
    if (type === 'crash' && typeof text === 'string') return { type, text }
  }
  return { type: 'crash', text: 'The worker sent an invalid result' }
}

function tryDeserialize(bytes: Uint8Array): unknown {
  try {
    return deserialize(bytes)
  } catch {
    return undefined
  }
}
