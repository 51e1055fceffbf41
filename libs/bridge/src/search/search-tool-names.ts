/** Names of the tools that find and call other tools. No operation has such a tool name. */
export const searchToolNames = [
  'search_tools',
  'get_tool_details',
  'call_tool',
  'read_result',
] as const

export type SearchToolName = (typeof searchToolNames)[number]
