import { McpError, nearNames } from '@mcp/protocol'

import type { Call, Caller } from '../calls/caller.ts'
import type { ToolResult } from '../calls/tool-result.ts'
import type { Tool } from '../catalogue/tool.ts'
import type { View } from '../catalogue/view.ts'
import type { RpcParams } from '../rpc/rpc-message.ts'

/** Runs a tool for a caller, and returns its result. */
export type RunTool = (
  caller: Caller,
  tool: Tool,
  args: RpcParams,
  call: Call,
) => Promise<ToolResult>

/** Creates the error for a tool that the view does not contain. */
export function unknownTool(name: string, { findable }: Pick<View, 'findable'>): McpError {
  const near = nearNames(
    name,
    findable.map((tool) => tool.name),
  )
  const hint = near.length === 0 ? '' : `. Did you mean ${near.join(', ')}?`
  return new McpError('invalid-params', `Unknown tool: ${name.slice(0, 100)}${hint}`, {
    details: { near },
  })
}
