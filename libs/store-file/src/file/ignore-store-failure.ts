import { isStoreFailure } from '@mcp/session-manager'

/**
 * Runs work and ignores a failure of the store. The caller repeats the work later, and the store itself reports
 * the failure.
 */
export function ignoreStoreFailure(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isStoreFailure(error)) throw error
  }
}
