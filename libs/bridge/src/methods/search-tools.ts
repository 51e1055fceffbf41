import { parseValue } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import type { ToolResult } from '../calls/tool-result.ts'
import { parseResultUri } from '../catalogue/result-uri.ts'
import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import { searchToolArguments } from '../search/search-tool-definitions.ts'
import { searchTools, toolDetails } from '../search/search-tools.ts'
import { readResultPiece } from './resources.ts'
import type { RunTool } from './run-tool.ts'
import { unknownTool } from './run-tool.ts'

type SearchTool = (caller: Caller, args: RpcParams, call: Call) => Promise<ToolResult>

/** Creates the four tools that find and call the tools that a view does not list. */
export function createSearchTools(
  runner: OperationRunner,
  runTool: RunTool,
): ReadonlyMap<string, SearchTool> {
  return new Map<string, SearchTool>([
    [
      'search_tools',
      async ({ view }, args) => {
        const schema = searchToolArguments.search_tools
        const { query, limit } = parseValue('arguments of search_tools', schema, args)
        return structured({ tools: searchTools(view.findable, query, limit) })
      },
    ],
    [
      'get_tool_details',
      async ({ view }, args) => {
        const schema = searchToolArguments.get_tool_details
        const { names } = parseValue('arguments of get_tool_details', schema, args)
        return structured(toolDetails(view.findable, names))
      },
    ],
    [
      'call_tool',
      async (caller, args, call) => {
        const schema = searchToolArguments.call_tool
        const { name, arguments: own } = parseValue('arguments of call_tool', schema, args)
        const tool = caller.view.find(name)
        if (tool === undefined) throw unknownTool(name, caller.view)
        return runTool(caller, tool, own, call)
      },
    ],
    [
      'read_result',
      async (caller, args, call) => {
        const schema = searchToolArguments.read_result
        const { uri, offset, limit } = parseValue('arguments of read_result', schema, args)
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

function structured(result: unknown): ToolResult {
  return {
    content: [{ type: 'text', text: JSON.stringify(result) }],
    structuredContent: result,
  }
}
