import { isRecord, McpError } from '@mcp/protocol'
import type { SuccessResponse } from '@mcp/protocol'

import { resultUri } from '../catalogue/result-uri.ts'
import type { Tool } from '../catalogue/tool.ts'

/** The result of `tools/call`. */
export interface ToolResult {
  readonly content: readonly unknown[]
  readonly structuredContent?: unknown
  readonly isError?: boolean
  readonly _meta?: Readonly<Record<string, unknown>>
}

/** Returns the result of a call that succeeded. */
export function toToolResult(tool: Tool, { data, metadata }: SuccessResponse): ToolResult {
  const untrusted = metadata['untrusted'] === true ? { _meta: { untrusted: true } } : {}
  const { result, preview, resultRef } = data
  if (typeof resultRef === 'string') return previewOf(tool, String(preview), resultRef)
  if (tool.operation.returnsContent === true && isRecord(result)) {
    const { content } = result
    return { ...result, content: Array.isArray(content) ? content : [] }
  }
  return {
    content: [{ type: 'text', text: typeof result === 'string' ? result : toText(result) }],
    structuredContent: result ?? null,
    ...untrusted,
  }
}

function toText(result: unknown): string {
  return JSON.stringify(result) ?? 'null'
}

/**
 * Returns the result for a value that is too large to be returned whole. It is an error, because a
 * client refuses a success without the structured content that the output schema describes.
 */
function previewOf(tool: Tool, preview: string, resultRef: string): ToolResult {
  const uri = resultUri(tool.server, resultRef)
  return {
    isError: true,
    content: [
      {
        type: 'text',
        text: `payload-too-large: the result is too large to be returned whole. It starts with the text below. Read the rest with the tool read_result or the method resources/read, at ${uri}.`,
      },
      { type: 'text', text: preview },
      {
        type: 'resource_link',
        uri,
        name: `Result of ${tool.name}`,
        mimeType: 'application/json',
      },
    ],
  }
}

/** Returns the result of a call that failed. A model reads its text, and a program its `_meta`. */
export function toErrorResult(thrown: unknown): ToolResult {
  const error = McpError.from(thrown).toBody()
  return {
    isError: true,
    content: [{ type: 'text', text: `${error.code}: ${error.message}` }],
    _meta: { error },
  }
}

/**
 * Wraps structured content for clients before 2026-07-28, which accept only objects. An object whose output
 * schema describes an object is returned unchanged.
 */
export function forLegacyClient(result: ToolResult, outputSchema: unknown): ToolResult {
  if (!Object.hasOwn(result, 'structuredContent')) return result
  if (!isWrapped(outputSchema) && isRecord(result.structuredContent)) return result
  return { ...result, structuredContent: { result: result.structuredContent } }
}

/** Returns the output schema for clients before 2026-07-28. Its root is always an object. */
export function legacyOutputSchema(schema: Readonly<Record<string, unknown>>) {
  if (!isWrapped(schema)) return schema
  const { $defs, ...rest } = schema
  return {
    type: 'object',
    properties: { result: rest },
    required: ['result'],
    ...($defs === undefined ? {} : { $defs }),
  }
}

function isWrapped(schema: unknown): boolean {
  return isRecord(schema) && schema['type'] !== 'object'
}
