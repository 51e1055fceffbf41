import { toJsonSchema } from '@mcp/protocol'
import * as z from 'zod'

import type { ToolAnnotations, ToolDefinition } from '../catalogue/tool-definition.ts'
import type { SearchToolName } from './search-tool-names.ts'

/** Maximum number of characters that `read_result` returns. */
const maxPieceLength = 1024 * 1024

/** Schemas of the arguments of the search tools. */
export const searchToolArguments = {
  search_tools: z.object({
    query: z.string().min(1).max(1000).describe('Keywords, such as "read a file".'),
    limit: z.int().min(1).max(50).default(10).describe('Maximum number of tools.'),
  }),
  get_tool_details: z.object({
    names: z.array(z.string().max(128)).min(1).max(20).describe('Names from search_tools.'),
  }),
  call_tool: z.object({
    name: z.string().max(128),
    arguments: z.record(z.string(), z.unknown()).default({}),
  }),
  read_result: z.object({
    uri: z.string().max(2048).describe('A link of the form result://…'),
    offset: z.int().min(0).default(0).describe('The nextOffset of the previous piece.'),
    limit: z
      .int()
      .min(1)
      .max(maxPieceLength)
      .default(64 * 1024),
  }),
} satisfies Record<SearchToolName, z.ZodObject>

const outputs = {
  search_tools: z.object({
    tools: z.array(z.object({ name: z.string(), title: z.string(), description: z.string() })),
  }),
  get_tool_details: z.object({
    tools: z.array(z.looseObject({ name: z.string() })),
    unknown: z.array(z.object({ name: z.string(), near: z.array(z.string()) })),
  }),
  read_result: z.object({
    text: z.string(),
    offset: z.int(),
    totalLength: z.int(),
    nextOffset: z.int().optional(),
  }),
}

const readOnly = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
}

let definitions: readonly ToolDefinition[] | undefined

/** Returns the definitions of the four search tools. */
export function searchToolDefinitions(): readonly ToolDefinition[] {
  return (definitions ??= [
    define(
      'search_tools',
      'Search tools',
      'Searches all tools by keywords, including tools that are not listed here. Returns names and descriptions.',
      readOnly,
    ),
    define(
      'get_tool_details',
      'Get tool details',
      'Returns the definitions of tools by name, with the schemas of their arguments.',
      readOnly,
    ),
    define(
      'call_tool',
      'Call a tool',
      'Calls any tool by name, with arguments that match the inputSchema in its details.',
      {
        // The effects are those of the called tool, so all are possible.
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: false,
        openWorldHint: true,
      },
    ),
    define(
      'read_result',
      'Read a large result',
      'Reads a piece of a result that was too large to return whole. The pieces, joined in order, are its JSON.',
      readOnly,
    ),
  ])
}

function define(
  name: SearchToolName,
  title: string,
  description: string,
  hints: ToolAnnotations,
): ToolDefinition {
  const output = name === 'call_tool' ? undefined : outputs[name]
  return {
    name,
    title,
    description,
    inputSchema: toJsonSchema(searchToolArguments[name], 'input'),
    ...(output === undefined ? {} : { outputSchema: toJsonSchema(output, 'output') }),
    annotations: { title, ...hints },
  }
}
