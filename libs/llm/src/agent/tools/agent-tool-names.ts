/** Names of the tools of the agent itself. No operation has such a tool name. */
export const agentToolNames = ['search_tools', 'describe_tools', 'read_more'] as const
