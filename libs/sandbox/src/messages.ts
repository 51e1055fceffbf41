import { deserialize } from 'node:v8'

import type { ErrorBody } from '@mcp/protocol'
import { isErrorBody, isRecord } from '@mcp/protocol'

/** What the pool tells a worker when it starts it. */
export interface WorkerSettings {
  readonly memoryMb: number
  readonly maxResultBytes: number
}

/** One job on its way to a worker, its input already copied. */
export interface JobMessage {
  readonly job: string
  readonly input: Uint8Array
}

/** How a job went. */
export type Answer =
  | { readonly type: 'done'; readonly result: unknown }
  | { readonly type: 'refused'; readonly body: ErrorBody }
  | { readonly type: 'broken'; readonly text: string }

/** What a worker tells the pool. */
export type WorkerMessage =
  | { readonly type: 'ready' }
  /** `worn`: so much memory is still in use that the next job deserves a fresh worker. */
  | { readonly type: 'answered'; readonly answer: Uint8Array; readonly worn: boolean }

export function readSettings(text: string | undefined): WorkerSettings | undefined {
  const value: unknown = text?.startsWith('{') === true ? JSON.parse(text) : undefined
  if (!isRecord(value)) return undefined
  const { memoryMb, maxResultBytes } = value
  return typeof memoryMb === 'number' && typeof maxResultBytes === 'number'
    ? { memoryMb, maxResultBytes }
    : undefined
}

export function isJobMessage(value: unknown): value is JobMessage {
  return isRecord(value) && typeof value.job === 'string' && value.input instanceof Uint8Array
}

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  if (!isRecord(value)) return false
  if (value.type === 'ready') return true
  return (
    value.type === 'answered' &&
    value.answer instanceof Uint8Array &&
    typeof value.worn === 'boolean'
  )
}

/** Reads what a worker answered. It ran untrusted work, so nothing about its answer is assumed. */
export function readAnswer(bytes: Uint8Array): Answer {
  const value: unknown = deserialize(bytes)
  if (isRecord(value)) {
    const { type, result, body, text } = value
    if (type === 'done') return { type, result }
    if (type === 'refused' && isErrorBody(body)) return { type, body }
    if (type === 'broken' && typeof text === 'string') return { type, text }
  }
  return { type: 'broken', text: 'The worker sent something that is no answer' }
}
