/** Names of the search tools. No tool of an operation has one of these names. */
export const searchToolNames = [
  'search_tools',
  'get_tool_details',
  'call_tool',
  'read_result',
] as const

export type SearchToolName = (typeof searchToolNames)[number]
