import { isRecord } from '@mcp/protocol'
import type { EventSourceMessage } from 'eventsource-parser'
import { createParser } from 'eventsource-parser'

import { errorMessage, isErrorBody } from './error-message.ts'
import { tryParseJson } from './parse-json.ts'
import type { ErrorContext } from './provider-error.ts'
import { interruptedError, invalidResponse, reportedError, tooLarge } from './provider-error.ts'
import { readText } from './read-bytes.ts'

type Chunk = Readonly<Record<string, unknown>>

/** Maximum sizes of what is read of a response, in characters. */
export interface ResponseLimits {
  /** A response that is one JSON document. */
  readonly document: number
  /** One event of a streamed response. */
  readonly event: number
  /** All events of a streamed response. Each token takes about 250 bytes. */
  readonly stream: number
}

const mebibyte = 1024 * 1024

export const defaultResponseLimits: ResponseLimits = {
  document: 16 * mebibyte,
  event: 4 * mebibyte,
  stream: 64 * mebibyte,
}

// Maximum length of white space before the content, because some servers send it while they generate a
// document.
const maxSpace = mebibyte

/** One part of a response: a chunk, or the mark that no further chunk follows. */
export type ResponsePart = { readonly chunk: Chunk } | { readonly isComplete: true }

export interface ReadOptions {
  /** Default: {@link defaultResponseLimits}. */
  readonly limits?: ResponseLimits
  /** Returns the error in an event, or undefined if the event is not an error. */
  readonly errorOf?: (body: unknown) => unknown
}

const errorBodyOf = (body: unknown): unknown => (isErrorBody(body) ? body : undefined)

/**
 * Yields the chunks of a completion. The format is detected from the content, because some servers
 * ignore `stream` and some send a wrong content type: a JSON document is one chunk, and each event of an
 * event stream is one.
 *
 * @throws McpError if the response contains an error, is not a completion, is too large, or if its connection
 * breaks.
 */
export async function* readChunks(
  response: Response,
  context: ErrorContext,
  { limits = defaultResponseLimits, errorOf = errorBodyOf }: ReadOptions = {},
): AsyncGenerator<ResponsePart> {
  const pieces = guarded(readText(response), context)
  let space = 0
  for await (const start of pieces) {
    const first = start.trimStart()[0]
    if (first === undefined) {
      space += start.length
      if (space > maxSpace) throw tooLarge('White space', maxSpace, context)
      continue
    }
    if (first === '<') throw invalidResponse(`not a completion: ${start.slice(0, 200)}`, context)
    const all = prepended(start, pieces)
    if (first !== '{' && first !== '[')
      return yield* readEventStream(all, context, { limits, errorOf })
    const body = await readDocument(all, context, limits.document)
    if (!isRecord(body)) throw invalidResponse('not a JSON object', context)
    yield { chunk: body }
    return yield { isComplete: true }
  }
  throw invalidResponse('empty response', context)
}

async function* guarded(
  pieces: AsyncGenerator<string>,
  context: ErrorContext,
): AsyncGenerator<string> {
  try {
    yield* pieces
  } catch (error) {
    throw interruptedError(error, context)
  }
}

async function* prepended(start: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield start
  yield* rest
}

/**
 * Reads a JSON document.
 *
 * @throws McpError if the document is invalid, too large, or contains an error.
 */
export async function readDocument(
  pieces: AsyncIterable<string>,
  context: ErrorContext,
  maxLength: number = defaultResponseLimits.document,
): Promise<unknown> {
  const texts: string[] = []
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > maxLength) throw tooLarge('Response', maxLength, context)
    texts.push(piece)
  }
  const body = tryParseJson(texts.join(''))
  if (body === undefined) throw invalidResponse('invalid JSON', context)
  if (isErrorBody(body)) throw reportedError({ body }, context)
  return body
}

async function* readEventStream(
  pieces: AsyncGenerator<string>,
  context: ErrorContext,
  { limits, errorOf }: Required<ReadOptions>,
): AsyncGenerator<ResponsePart> {
  const events: EventSourceMessage[] = []
  let isTooLarge = false
  const parser = createParser({
    maxBufferSize: limits.event,
    onEvent: (event) => events.push(event),
    onError: ({ type }) => (isTooLarge ||= type === 'max-buffer-size-exceeded'),
  })
  let start = ''
  let isEmpty = true
  let length = 0
  for await (const piece of pieces) {
    length += piece.length
    if (length > limits.stream) throw tooLarge('Stream', limits.stream, context)
    if (isEmpty && start.length < 200) start += piece.slice(0, 200)
    parser.feed(piece)
    for (const event of events.splice(0)) {
      isEmpty = false
      const data = event.data.trim()
      // What follows the mark does not belong to the response.
      if (data === '[DONE]') return yield { isComplete: true }
      if (data !== '') yield { chunk: readEvent({ ...event, data }, context, errorOf) }
    }
    if (isTooLarge) throw tooLarge('Event', limits.event, context)
  }
  if (isEmpty) throw invalidResponse(`not a completion: ${start.trim()}`, context)
}

function readEvent(
  { event, data }: EventSourceMessage,
  context: ErrorContext,
  errorOf: (body: unknown) => unknown,
): Chunk {
  const body = tryParseJson(data)
  const error = errorOf(body)
  if (event === 'error' || error !== undefined) {
    throw reportedError({ body: error ?? body ?? data, isInterrupted: true }, context)
  }
  if (isRecord(body)) return body
  const problem = errorMessage(body) ?? 'an event is not valid JSON'
  throw reportedError({ body: problem, isInterrupted: true }, context)
}
