import { metadataPath } from '@mcp/http/oauth'
import type { Mount, SessionMethods } from '@mcp/session-manager'

import { createMcpService } from './mcp-service.ts'
import type { McpServiceOptions } from './mcp-service.ts'

/**
 * Returns a function for the option `mounts` of a session manager. It mounts `/mcp` and, with OAuth, the
 * metadata of the protected resource.
 *
 * @example
 * createSessionManager({ dispatcher, mounts: [mountMcp({ dispatcher })] })
 */
export function mountMcp(
  options: Omit<McpServiceOptions, 'sessionManager'>,
): (sessionManager: SessionMethods) => Mount {
  const { path = '/mcp', authorization } = options
  return (sessionManager) => ({
    paths: authorization === undefined ? [path] : [path, metadataPath],
    service: createMcpService({ ...options, sessionManager }),
  })
}
