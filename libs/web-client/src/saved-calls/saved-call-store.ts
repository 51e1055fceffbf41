import type { MaybePromise } from '@mcp/protocol'
import type { SavedCall } from '@mcp/protocol/rest'

/** The calls of an owner. */
export interface SavedCalls {
  /** The valid calls, sorted by name. */
  readonly calls: readonly (SavedCall & { readonly name: string })[]
  /** Entries that are not valid, for example after a change by hand. */
  readonly invalid: readonly { readonly name: string; readonly problem: string }[]
}

/** Storage of named calls. The owner is undefined if callers are not authenticated. */
export interface SavedCallStore {
  list(owner: string | undefined): MaybePromise<SavedCalls>
  /**
   * Returns a call, or undefined if it does not exist.
   *
   * @throws McpError `conflict` if it is not valid.
   */
  read(owner: string | undefined, name: string): MaybePromise<SavedCall | undefined>
  /** Adds or replaces a call. A reader receives the old or the new one, even after a crash. */
  save(owner: string | undefined, name: string, call: SavedCall): MaybePromise<void>
  /** Removes a call. Returns whether it existed. */
  remove(owner: string | undefined, name: string): MaybePromise<boolean>
}
