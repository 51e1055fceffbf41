/** Names of the tools of the agent itself. No tool of an operation has one of these names. */
export const agentToolNames = ['search_tools', 'describe_tools', 'read_more'] as const
