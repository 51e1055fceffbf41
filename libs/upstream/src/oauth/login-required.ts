import { McpError } from '@mcp/protocol'

const reason = 'login-required'

/** Creates the error for a server that needs a login. It is not an error of the caller's own token. */
export function loginRequired(serverName: string, because: string): McpError {
  return new McpError(
    'unavailable',
    `The server "${serverName}" requires a login: ${because}. An operator completes it at the address that "mcp servers login ${serverName}" shows.`,
    { retryable: false, details: { reason, server: serverName } },
  )
}

/** Whether an error is one of {@link loginRequired}. */
export function isLoginRequired(thrown: unknown): thrown is McpError {
  return McpError.is(thrown) && thrown.details?.['reason'] === reason
}
