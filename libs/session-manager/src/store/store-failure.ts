import { McpError } from '@mcp/protocol'

const reason = 'store-failure'

/** The properties of a {@link storeFailure}. */
export interface StoreFailureOptions {
  readonly cause?: unknown
  /** Whether the same operation may succeed later. Default: true. */
  readonly retryable?: boolean | undefined
}

/** Creates the error for a store operation that failed because of the backend. */
export function storeFailure(message: string, options: StoreFailureOptions = {}): McpError {
  return new McpError('unavailable', message, { ...options, details: { reason } })
}

/** Returns whether an error is a {@link storeFailure}. The store itself reports these errors. */
export function isStoreFailure(error: unknown): boolean {
  return McpError.is(error) && error.details?.['reason'] === reason
}
