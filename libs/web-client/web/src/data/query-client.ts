import { McpError } from '@mcp/protocol/light'
import { QueryClient } from '@tanstack/react-query'

const maxRetries = 3

/**
 * Creates the cache of what the page has read. A query is repeated only after errors that may be temporary.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Notifications of the service report changes.
        staleTime: 30_000,
        retry: (count, error) =>
          count < maxRetries &&
          McpError.is(error) &&
          error.retryable &&
          error.code !== 'unauthenticated',
      },
    },
  })
}
