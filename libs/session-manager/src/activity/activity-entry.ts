import type { OperationDescription } from '@mcp/protocol'

/**
 * Kind of an entry. `interaction`: a request to the user or the response to it. `model`: a call of a
 * language model.
 */
export type ActivityKind = 'request' | 'response' | 'notification' | 'interaction' | 'model'

/** One entry of the activity of a session, as readers receive it. */
export interface ActivityEntry {
  /** Position in the activity of the session. The first entry has the position 1. */
  readonly seq: number
  readonly at: string
  readonly kind: ActivityKind
  /**
   * Id of the request, notification, interaction or call of a model. An interaction that goes directly to a
   * caller in this process has the id of its request.
   */
  readonly id: string
  /** Name of the server; for a call of a model, the provider. */
  readonly server?: string | undefined
  /** Operation, such as `calculator.add`, type of the notification or name of the model. */
  readonly operation: string
  /** Program that sent the request, the notification or the response. */
  readonly from: string
  /** `success` or an error code; for an interaction, `required` or the action of the response. */
  readonly status?: string | undefined
  readonly durationMs?: number | undefined
  /** Approximate size of the message as JSON, in bytes. Absent if it was not encoded in this process. */
  readonly bytes?: number | undefined
  /**
   * Start of the content as JSON, without secrets. Absent in entries that were added before the activity was
   * first read.
   */
  readonly preview?: string | undefined
}

/**
 * An entry in memory. Once the log is full, a new entry reuses the object of the oldest one. A new object for
 * each request would stay in memory long enough to make garbage collection expensive.
 */
export interface ActivityRecord {
  seq: number
  at: number
  kind: ActivityKind
  id: string
  server: string | undefined
  operation: OperationDescription | undefined
  /** Operation, type or model if there is no description. */
  name: string
  from: string
  status: string | undefined
  durationMs: number | undefined
  bytes: number | undefined
  /**
   * Content of the message. Set only if the activity of the session has been read, and removed once the preview
   * contains all of it.
   */
  content: unknown
  preview: string | undefined
}

/** Sets all fields of a record to those of a new entry. */
export function resetRecord(
  record: ActivityRecord,
  seq: number,
  kind: ActivityKind,
  at: number,
): ActivityRecord {
  record.seq = seq
  record.at = at
  record.kind = kind
  record.id = ''
  record.server = undefined
  record.operation = undefined
  record.name = ''
  record.from = ''
  record.status = undefined
  record.durationMs = undefined
  record.bytes = undefined
  record.content = undefined
  record.preview = undefined
  return record
}

export function createRecord(seq: number, kind: ActivityKind, at: number): ActivityRecord {
  return {
    seq,
    at,
    kind,
    id: '',
    server: undefined,
    operation: undefined,
    name: '',
    from: '',
    status: undefined,
    durationMs: undefined,
    bytes: undefined,
    content: undefined,
    preview: undefined,
  }
}

export function toActivityEntry(record: ActivityRecord): ActivityEntry {
  const { seq, at, kind, id, server, operation, name, from, status, durationMs, bytes } = record
  const { preview } = record
  return {
    seq,
    at: formatTime(at),
    kind,
    id,
    server,
    operation: operation === undefined ? name : nameOf(operation),
    from,
    status,
    durationMs,
    bytes,
    preview,
  }
}

let lastTime = { at: Number.NaN, text: '' }

/** Returns a time as ISO text. Entries of the same millisecond, which are frequent, share the text. */
function formatTime(at: number): string {
  if (lastTime.at !== at) lastTime = { at, text: new Date(at).toISOString() }
  return lastTime.text
}

function nameOf({ target, operation }: OperationDescription): string {
  return target === undefined ? operation : `${target}.${operation}`
}
