import { McpError } from '@mcp/protocol'
import type { JobOptions, Sandbox } from '@mcp/sandbox'

import { createInternetSandbox } from '../internet-sandbox.ts'
import { mediaKind, readContentType } from './encoding/media-type.ts'
import { tooLarge, tooMuchMemory } from './extraction-errors.ts'
import type { Extraction, ExtractRequest } from './extraction.ts'
import { withNote } from './extraction.ts'
import { maxInputBytes } from './html/page-limits.ts'
import { readInline } from './read-inline.ts'

/** Extracts content from untrusted bytes: small text and JSON in this process, other content in the sandbox. */
export interface Extractor {
  extract(request: ExtractRequest, options: JobOptions): Promise<Extraction>
  close(): Promise<void>
}

/**
 * Creates an extractor. The sandbox starts its first worker process for the first content that cannot
 * be extracted in this process. Closing the extractor closes the sandbox.
 *
 * @example
 * const extractor = createExtractor()
 * const { content } = await extractor.extract(
 *   { bytes, contentType: 'text/html', url, format: 'markdown', extract: 'article' },
 *   { signal },
 * )
 */
export function createExtractor(sandbox: Sandbox = createInternetSandbox()): Extractor {
  return {
    async extract(request, options) {
      const inline = readInline(request)
      if (inline !== undefined) return inline
      const { sent, note } = fitting(request)
      const extraction = await runJob(sandbox, sent, options)
      return note === undefined ? extraction : withNote(extraction, note)
    },
    close: () => sandbox.close(),
  }
}

async function runJob(
  sandbox: Sandbox,
  request: ExtractRequest,
  options: JobOptions,
): Promise<Extraction> {
  const result = await sandbox.run('extract', request, options).catch((thrown: unknown) => {
    if (McpError.is(thrown) && thrown.details?.['reason'] === 'memory-limit')
      throw tooMuchMemory(thrown)
    throw thrown
  })
  if (isExtraction(result)) return result
  throw McpError.internal(new Error('The sandbox returned an unexpected result.'))
}

/**
 * Truncates text to the maximum input of the sandbox.
 *
 * @throws McpError `payload-too-large` for other content, because its beginning alone is useless.
 */
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

function isExtraction(value: unknown): value is Extraction {
  return typeof value === 'object' && value !== null && 'contentType' in value && 'content' in value
}
