import { isStoreFailure } from '@mcp/session-manager'

/** Runs work that is repeated later if the store fails. The store has reported the failure. */
export function ignoreStoreFailure(work: () => void): void {
  try {
    work()
  } catch (error) {
    if (!isStoreFailure(error)) throw error
  }
}
