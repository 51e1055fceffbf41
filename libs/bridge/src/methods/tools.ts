import { isRecord, McpError } from '@mcp/protocol'

import { toToolError } from '../calls/argument-errors.ts'
import type { Call, Caller } from '../calls/caller.ts'
import type { OperationRunner } from '../calls/run-operation.ts'
import type { ToolResult } from '../calls/tool-result.ts'
import {
  forLegacyClient,
  legacyOutputSchema,
  toErrorResult,
  toToolResult,
} from '../calls/tool-result.ts'
import type { ToolDefinition } from '../catalogue/tool-definition.ts'
import { splitArguments } from '../catalogue/tool.ts'
import { invalidParams } from '../rpc/rpc-error.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'
import type { Methods } from './method.ts'
import { pageOf } from './page.ts'
import type { RunTool } from './run-tool.ts'
import { unknownTool } from './run-tool.ts'
import { createSearchTools } from './search-tools.ts'

/** Creates the methods `tools/list` and `tools/call`. */
export function createToolMethods(runner: OperationRunner): Methods {
  const runTool: RunTool = async (caller, tool, args, call) => {
    const { target, params } = splitArguments(tool, args)
    const addressed = { operation: tool.operation, target, params }
    let response
    try {
      response = await runner.run(caller, call, addressed)
    } catch (thrown) {
      throw toToolError(thrown, tool, args)
    }
    const result = toToolResult(tool, response)
    return caller.isLegacy ? forLegacyClient(result, tool.definition.outputSchema) : result
  }
  const searchTools = createSearchTools(runner, runTool)

  async function callTool(caller: Caller, params: RpcParams, call: Call): Promise<ToolResult> {
    const { name, arguments: args = {} } = params
    if (typeof name !== 'string') throw invalidParams('Invalid params: name must be a string.')
    if (!isRecord(args)) throw invalidParams('Invalid params: arguments must be an object.')
    const { view } = caller
    const searchTool = view.isComplete ? undefined : searchTools.get(name)
    const tool = searchTool === undefined ? view.find(name) : undefined
    if (tool === undefined && searchTool === undefined) throw unknownTool(name, view)
    try {
      if (tool !== undefined) return await runTool(caller, tool, args, call)
      return (await searchTool?.(caller, args, call)) ?? noContent
    } catch (thrown) {
      // An interaction that the client does not support is an error of the request, not of the tool.
      if (!caller.isLegacy && isMissingCapability(thrown)) throw thrown
      return toErrorResult(thrown)
    }
  }

  return {
    'tools/list': ({ view, isLegacy }: Caller, { cursor }: RpcParams) => {
      const { items, next } = pageOf(view.definitions, cursor)
      return { tools: isLegacy ? items.map(forLegacy) : items, ...next }
    },
    'tools/call': callTool,
  }
}

const noContent: ToolResult = { content: [] }

function forLegacy(definition: ToolDefinition): ToolDefinition {
  const { outputSchema } = definition
  if (outputSchema === undefined) return definition
  return { ...definition, outputSchema: legacyOutputSchema(outputSchema) }
}

function isMissingCapability(thrown: unknown): boolean {
  return McpError.is(thrown) && thrown.details?.['reason'] === 'missing-capability'
}
