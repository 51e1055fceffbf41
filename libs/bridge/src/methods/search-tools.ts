import { issuesOf } from '@mcp/protocol'
import type * as z from 'zod'

import { invalidArguments, unknownArguments } from '../calls/argument-errors.ts'
import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import type { ToolResult } from '../calls/tool-result.ts'
import { parseResultUri } from '../catalogue/result-uri.ts'
import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import {
  searchToolArguments as schemas,
  searchToolDefinitions,
} from '../search/search-tool-definitions.ts'
import type { SearchToolName } from '../search/search-tool-names.ts'
import { searchTools, toolDetails } from '../search/search-tools.ts'
import { readResultPiece } from './resources.ts'
import type { RunTool } from './run-tool.ts'
import { unknownTool } from './run-tool.ts'

type SearchTool = (caller: Caller, args: RpcParams, call: Call) => Promise<ToolResult>

/** Creates the four search tools, which find and call unlisted tools and read large results. */
export function createSearchTools(
  runner: OperationRunner,
  runTool: RunTool,
): ReadonlyMap<string, SearchTool> {
  return new Map<string, SearchTool>([
    [
      'search_tools',
      async ({ view }, args) => {
        const { query, limit } = readArguments('search_tools', schemas.search_tools, args)
        return structured({ tools: searchTools(view.findable, query, limit) })
      },
    ],
    [
      'get_tool_details',
      async ({ view }, args) => {
        const { names } = readArguments('get_tool_details', schemas.get_tool_details, args)
        return structured(toolDetails(view.findable, names))
      },
    ],
    [
      'call_tool',
      async (caller, args, call) => {
        const { name, arguments: own } = readArguments('call_tool', schemas.call_tool, args)
        const tool = caller.view.find(name)
        if (tool === undefined) throw unknownTool(name, caller.view)
        return runTool(caller, tool, own, call)
      },
    ],
    [
      'read_result',
      async (caller, args, call) => {
        const { uri, offset, limit } = readArguments('read_result', schemas.read_result, args)
        const address = parseResultUri(uri)
        if (address === undefined) {
          throw invalidParams('uri must be a link of the form result://<server>/<reference>.')
        }
        const { server, ref: resultRef } = address
        const params = { resultRef, offset, limit }
        return structured(await readResultPiece(runner, caller, call, server, params))
      },
    ],
  ])
}

/**
 * Returns the arguments of a search tool.
 *
 * @throws McpError `invalid-params` for arguments that its schema does not allow.
 */
function readArguments<Schema extends z.ZodType>(
  name: SearchToolName,
  schema: Schema,
  args: RpcParams,
): z.output<Schema> {
  const definition = searchToolDefinitions().find((each) => each.name === name)
  const { inputSchema = {} } = definition ?? {}
  const parsed = schema.safeParse(args)
  if (parsed.success && unknownArguments(args, inputSchema).length === 0) return parsed.data
  throw invalidArguments(name, issuesOf(parsed.error?.issues ?? []), args, inputSchema)
}

function structured(result: unknown): ToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(result) }],
    structuredContent: result,
  }
}
