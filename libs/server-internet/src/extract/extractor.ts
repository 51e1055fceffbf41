import { McpError } from '@mcp/protocol'

import type { Workers } from '../workers.ts'
import { createWorkers } from '../workers.ts'
import type { EmptyReason } from './empty-reason.ts'
import { tooLarge, tooMuchMemory } from './extraction-errors.ts'
import { mediaKind, readContentType } from './media-type.ts'
import { maxInputBytes } from './page-limits.ts'
import { readInPlace } from './read-in-place.ts'

/** What the content of an answer is turned into. */
export type ContentFormat = 'markdown' | 'text' | 'html' | 'json' | 'bytes' | 'links'

/** Which part of an HTML page is wanted: the article in it, all of its body, or what a CSS selector finds. */
export type ExtractScope = 'article' | 'full' | { readonly selector: string }

export interface ExtractRequest {
  readonly bytes: Uint8Array
  /** The `Content-Type` header, if there was one. */
  readonly contentType: string | undefined
  /** The final URL: what relative links are resolved against. */
  readonly url: string
  readonly format: ContentFormat
  readonly extract: ExtractScope
}

export interface ExtractedLink {
  readonly text: string
  /** Absolute. */
  readonly url: string
  /** The `rel` attribute, such as `nofollow`. */
  readonly rel?: string
}

export interface Extraction {
  /** The type of the bytes without parameters: as the header says, otherwise as they look. */
  readonly contentType: string
  /** The name of the encoding the text was in; absent where there is no text. */
  readonly charset?: string
  readonly title?: string
  readonly byline?: string
  readonly language?: string
  /** Whole, before paging. For `bytes` base64, for `links` one line per link. */
  readonly content: string
  /** For the format `links` only. */
  readonly links?: readonly ExtractedLink[]
  /**
   * What is good to know about the content, in sentences: that it is the whole page since no article
   * was found, that its end is missing, or why there is none.
   */
  readonly note?: string
  /** Why `content` is empty. Always there when it is, never otherwise. */
  readonly emptyReason?: EmptyReason
}

/** Turns bytes that came from outside into content, in worker processes. */
export interface Extractor {
  extract(request: ExtractRequest, options: { readonly signal: AbortSignal }): Promise<Extraction>
  close(): Promise<void>
}

/**
 * Creates an extractor. No worker is started before the first page that needs one, and closing it closes
 * the workers.
 *
 * @example
 * const extractor = createExtractor()
 * const { content } = await extractor.extract(
 *   { bytes, contentType: 'text/html', url, format: 'markdown', extract: 'article' },
 *   { signal },
 * )
 */
export function createExtractor(workers: Workers = createWorkers()): Extractor {
  return {
    async extract(request, { signal }) {
      const inPlace = readInPlace(request)
      if (inPlace !== undefined) return inPlace
      const { sent, note } = fitting(request)
      const extraction = await runJob(workers, sent, signal)
      return note === undefined
        ? extraction
        : { ...extraction, note: joined(extraction.note, note) }
    },
    close: () => workers.close(),
  }
}

async function runJob(
  workers: Workers,
  request: ExtractRequest,
  signal: AbortSignal,
): Promise<Extraction> {
  const result = await workers.run('extract', request, signal).catch((thrown: unknown) => {
    if (McpError.is(thrown) && thrown.details?.['reason'] === 'memory-limit')
      throw tooMuchMemory(thrown)
    throw thrown
  })
  if (isExtraction(result)) return result
  throw McpError.internal(new Error('The worker answered with something else than an extraction.'))
}

/** The request with no more bytes than are sent to a worker, where its content can be cut. */
function fitting(request: ExtractRequest): { sent: ExtractRequest; note?: string } {
  const { bytes, contentType, format } = request
  if (bytes.length <= maxInputBytes) return { sent: request }
  const type = readContentType(contentType)?.type
  const kind = type === undefined ? 'binary' : mediaKind(type)
  if (format === 'bytes' || format === 'json' || kind === 'binary' || kind === 'pdf') {
    throw tooLarge('The content', maxInputBytes)
  }
  return {
    sent: { ...request, bytes: bytes.subarray(0, maxInputBytes) },
    note: `Only the first ${maxInputBytes} of ${bytes.length} bytes were read.`,
  }
}

function joined(note: string | undefined, other: string): string {
  return note === undefined ? other : `${note} ${other}`
}

function isExtraction(value: unknown): value is Extraction {
  return typeof value === 'object' && value !== null && 'contentType' in value && 'content' in value
}
