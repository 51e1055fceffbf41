import { McpError } from '@mcp/protocol'

import type { ContentFormat } from './extraction.ts'

export function wrongFormat(type: string, format: ContentFormat, instead: string): McpError {
  return new McpError(
    'invalid-params',
    `The content is ${type}, which cannot be given as ${format}. Ask for ${instead}.`,
    { details: { reason: 'wrong-format', contentType: type } },
  )
}

export function badSelector(selector: string, cause: unknown): McpError {
  return new McpError('invalid-params', `extract.selector: "${selector}" is not a CSS selector.`, {
    details: { reason: 'selector-syntax' },
    cause,
  })
}

export function invalidJson(type: string, cause: unknown): McpError {
  return new McpError(
    'upstream-error',
    `The content says it is ${type}, but it is not valid JSON. Ask for text to see it.`,
    { retryable: false, details: { reason: 'invalid-json' }, cause },
  )
}

export function invalidPdf(text: string, cause: unknown): McpError {
  return new McpError('upstream-error', `The PDF ${text}. Ask for bytes to have it as it is.`, {
    retryable: false,
    details: { reason: 'invalid-pdf' },
    cause,
  })
}

export function tooLarge(what: string, maxBytes: number): McpError {
  return new McpError(
    'payload-too-large',
    `${what} is larger than ${maxBytes} bytes, the most that can be read.`,
    { details: { reason: 'content-too-large', maxBytes } },
  )
}

export function contentTooLong(characters: number, max: number): McpError {
  return new McpError(
    'payload-too-large',
    `The JSON is ${characters} characters long; ${max} is the most. Ask for text to have its beginning.`,
    { details: { reason: 'content-too-large', max } },
  )
}

export function tooMuchMemory(cause: unknown): McpError {
  return new McpError(
    'payload-too-large',
    'The content takes more memory to read than there is. Ask for less of it with maxBytes, or for text.',
    { details: { reason: 'memory-limit' }, cause },
  )
}

export function tooComplex(cause: unknown): McpError {
  return new McpError(
    'payload-too-large',
    'The content is too large or nests too deep to be read. Ask for text.',
    { details: { reason: 'too-complex' }, cause },
  )
}
