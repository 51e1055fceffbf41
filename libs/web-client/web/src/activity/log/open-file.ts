import { isRecord, McpError } from '@mcp/protocol/light'
import type { ActivityEntry } from '@mcp/protocol/rest'

import type { ActivityLog } from './activity-recorder.ts'
import { createActivityRecorder } from './activity-recorder.ts'

/** An exported activity. Contents are read from the file on demand. */
export interface OpenedFile {
  readonly name: string
  readonly log: ActivityLog
  /** Lines that are not entries: their number, and what is wrong with the first of them. */
  readonly invalid: { readonly count: number; readonly first: string | undefined }
  readonly readEntry: (seq: number) => Promise<ActivityEntry>
}

/** The part of `File` that is used. */
export type ActivityFile = Pick<File, 'name' | 'stream' | 'slice'>

const newline = 10
const kinds = ['request', 'response', 'notification', 'interaction', 'model'] as const

/**
 * Opens a file of exported activity, one JSON value per line. Only positions and previews stay in memory.
 *
 * @throws McpError `invalid-request` if no line is an entry.
 */
export async function openActivityFile(file: ActivityFile): Promise<OpenedFile> {
  const recorder = createActivityRecorder()
  const ranges = new Map<number, readonly [start: number, end: number]>()
  let invalidCount = 0
  let firstInvalid: string | undefined
  let lineNumber = 0
  for await (const { text, start, end } of linesOf(file.stream())) {
    lineNumber++
    if (text.trim() === '') continue
    const entry = parseEntry(text)
    if (typeof entry !== 'string') {
      ranges.set(entry.seq, [start, end])
      recorder.add([entry])
      continue
    }
    invalidCount++
    firstInvalid ??= `Line ${lineNumber}: ${entry}`
  }
  if (ranges.size === 0) {
    const problem = firstInvalid ?? 'It is empty.'
    throw new McpError(
      'invalid-request',
      `${file.name} has no entries of an activity. ${problem} Open a file that this view has exported.`,
    )
  }
  return {
    name: file.name,
    log: recorder,
    invalid: { count: invalidCount, first: firstInvalid },
    async readEntry(seq) {
      const range = ranges.get(seq)
      const entry = range && parseEntry(await new Response(file.slice(...range)).text())
      if (entry !== undefined && typeof entry !== 'string') return entry
      throw new McpError('not-found', `${file.name} no longer has the entry ${seq}. Open it again.`)
    },
  }
}

/** Returns the entry in a line, or what is wrong with the line. */
function parseEntry(text: string): ActivityEntry | string {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return 'it is not valid JSON.'
  }
  if (!isRecord(value)) return 'it must be an object.'
  const { seq, at, id, operation, from, server, status, durationMs, bytes, preview } = value
  const kind = kinds.find((each) => each === value['kind'])
  if (!isPosition(seq)) return '"seq" must be a positive integer.'
  if (kind === undefined) return `"kind" must be one of ${kinds.join(', ')}.`
  if (typeof at !== 'string' || Number.isNaN(Date.parse(at))) return '"at" must be a time.'
  if (!isText(id) || !isText(operation) || !isText(from)) {
    return '"id", "operation" and "from" must be text.'
  }
  const content = 'content' in value ? { content: value['content'] } : {}
  return {
    seq,
    at,
    kind,
    id,
    operation,
    from,
    ...content,
    ...(isText(server) && { server }),
    ...(isText(status) && { status }),
    ...(typeof durationMs === 'number' && { durationMs }),
    ...(typeof bytes === 'number' && { bytes }),
    ...(isText(preview) && { preview }),
  }
}

const isText = (value: unknown): value is string => typeof value === 'string'

const isPosition = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0

interface Line {
  readonly text: string
  /** Position of its first byte, and of the byte after its last one. */
  readonly start: number
  readonly end: number
}

async function* linesOf(bytes: ReadableStream<Uint8Array>): AsyncGenerator<Line, void> {
  const decoder = new TextDecoder()
  const reader = bytes.getReader()
  let start = 0
  let parts: Uint8Array[] = []

  function take(): Line {
    const text = parts.map((part) => decoder.decode(part, { stream: true })).join('')
    const end = parts.reduce((sum, { byteLength }) => sum + byteLength, start)
    const line = { text: text + decoder.decode(), start, end }
    parts = []
    start = end + 1
    return line
  }

  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    let from = 0
    for (let to = value.indexOf(newline); to !== -1; to = value.indexOf(newline, from)) {
      parts.push(value.subarray(from, to))
      yield take()
      from = to + 1
    }
    parts.push(value.subarray(from))
  }
  yield take()
}
