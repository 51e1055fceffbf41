/** What one call, or one session, may use up. */
export interface RootsBounds {
  /** The most bytes of a file that one call reads. Default: 1 MiB. */
  readonly readBytes?: number | undefined
  /** The largest file that can be edited. Default: 1 MiB. */
  readonly editBytes?: number | undefined
  /** The largest file that is read whole for its etag without being asked to. Default: 16 MiB. */
  readonly etagBytes?: number | undefined
  /** The most entries of one folder that are listed in order. Default: 20,000. */
  readonly directoryEntries?: number | undefined
  /** The most entries that one search, copy or deletion goes through. Default: 100,000. */
  readonly walkEntries?: number | undefined
  /** The most files that one search for text reads. Default: 20,000. */
  readonly searchFiles?: number | undefined
  /** The most bytes that one search for text reads. Default: 256 MiB. */
  readonly searchBytes?: number | undefined
  /** How long one search for text may take, in milliseconds. Default: 10 seconds. */
  readonly searchMs?: number | undefined
  /** How many roots of its own one session may have, besides the operator's. Default: 64. */
  readonly sessionRoots?: number | undefined
  /** How many watches one session may have. Default: 16. */
  readonly watches?: number | undefined
  /** The most entries below one watched folder. Default: 10,000. */
  readonly watchedEntries?: number | undefined
  /** The most changes told of one watch in a tenth of a second. Default: 500. */
  readonly pendingChanges?: number | undefined
}

export type Bounds = { readonly [Name in keyof RootsBounds]-?: number }

export function readBounds(given: RootsBounds = {}): Bounds {
  return {
    readBytes: given.readBytes ?? 1024 * 1024,
    editBytes: given.editBytes ?? 1024 * 1024,
    etagBytes: given.etagBytes ?? 16 * 1024 * 1024,
    directoryEntries: given.directoryEntries ?? 20_000,
    walkEntries: given.walkEntries ?? 100_000,
    searchFiles: given.searchFiles ?? 20_000,
    searchBytes: given.searchBytes ?? 256 * 1024 * 1024,
    searchMs: given.searchMs ?? 10_000,
    sessionRoots: given.sessionRoots ?? 64,
    watches: given.watches ?? 16,
    watchedEntries: given.watchedEntries ?? 10_000,
    pendingChanges: given.pendingChanges ?? 500,
  }
}
