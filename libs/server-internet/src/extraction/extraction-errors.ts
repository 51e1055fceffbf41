import { McpError } from '@mcp/protocol'

import type { ContentFormat } from './extraction.ts'

export function wrongFormat(type: string, format: ContentFormat, instead: string): McpError {
  return new McpError(
    'invalid-params',
    `The content is ${type}, which cannot be converted to ${format}. Use the format ${instead}.`,
    { details: { reason: 'wrong-format', contentType: type } },
  )
}

export function badSelector(selector: string, cause: unknown): McpError {
  return new McpError('invalid-params', `extract.selector: invalid CSS selector: "${selector}".`, {
    details: { reason: 'selector-syntax' },
    cause,
  })
}

export function invalidJson(type: string, cause: unknown): McpError {
  return new McpError(
    'upstream-error',
    `The content type is ${type}, but the content is not valid JSON. Use the format text to read it.`,
    { retryable: false, details: { reason: 'invalid-json' }, cause },
  )
}

export function invalidPdf(text: string, cause: unknown): McpError {
  return new McpError(
    'upstream-error',
    `The PDF ${text}. Use the format bytes for the original file.`,
    {
      retryable: false,
      details: { reason: 'invalid-pdf' },
      cause,
    },
  )
}

export function tooLarge(what: string, maxBytes: number): McpError {
  return new McpError('payload-too-large', `${what} exceeds the maximum of ${maxBytes} bytes.`, {
    details: { reason: 'content-too-large', maxBytes },
  })
}

export function contentTooLong(characters: number, max: number): McpError {
  return new McpError(
    'payload-too-large',
    `The JSON has ${characters} characters; the maximum is ${max}. Use the format text for the beginning.`,
    { details: { reason: 'content-too-large', max } },
  )
}

export function tooMuchMemory(cause: unknown): McpError {
  return new McpError(
    'payload-too-large',
    'Extracting the content exceeds the memory limit. Reduce maxBytes, or use the format text.',
    { details: { reason: 'memory-limit' }, cause },
  )
}

export function tooComplex(cause: unknown): McpError {
  return new McpError(
    'payload-too-large',
    'The content is too large or nests too deep. Use the format text.',
    { details: { reason: 'too-complex' }, cause },
  )
}
