/** Resource limits per call and per session. */
export interface RootsBounds {
  /** Maximum number of bytes of file content that one call returns. Default: 1 MiB. */
  readonly maxReadBytes?: number | undefined
  /** Maximum size of a file that can be edited. Default: 1 MiB. */
  readonly maxEditBytes?: number | undefined
  /**
   * Maximum size of a file whose etag is returned although it was not requested. Computing an etag reads
   * the whole file. Default: 16 MiB.
   */
  readonly maxEtagBytes?: number | undefined
  /** Maximum number of entries of a directory that is listed, copied or deleted. Default: 20,000. */
  readonly maxDirectoryEntries?: number | undefined
  /** Maximum number of entries that one list, search, move, copy or deletion visits. Default: 100,000. */
  readonly maxWalkEntries?: number | undefined
  /** Maximum number of files that one text search reads. Default: 20,000. */
  readonly maxSearchFiles?: number | undefined
  /** Maximum number of bytes that one text search reads. Default: 256 MiB. */
  readonly maxSearchBytes?: number | undefined
  /** Maximum duration of one text search. Default: 10 seconds. */
  readonly maxSearchMs?: number | undefined
  /** Maximum number of roots that a session adds. Default: 64. */
  readonly maxSessionRoots?: number | undefined
  /** Maximum number of watches per session. Default: 16. */
  readonly maxWatches?: number | undefined
  /** Maximum number of entries below a watched folder. Default: 10,000. */
  readonly maxWatchedEntries?: number | undefined
  /** Maximum number of changes that one watch emits per 100 ms. Default: 500. */
  readonly maxPendingChanges?: number | undefined
}

export type Bounds = { readonly [Name in keyof RootsBounds]-?: number }

/** Returns the limits with defaults applied. */
export function resolveBounds(overrides: RootsBounds = {}): Bounds {
  return {
    maxReadBytes: overrides.maxReadBytes ?? 1024 * 1024,
    maxEditBytes: overrides.maxEditBytes ?? 1024 * 1024,
    maxEtagBytes: overrides.maxEtagBytes ?? 16 * 1024 * 1024,
    maxDirectoryEntries: overrides.maxDirectoryEntries ?? 20_000,
    maxWalkEntries: overrides.maxWalkEntries ?? 100_000,
    maxSearchFiles: overrides.maxSearchFiles ?? 20_000,
    maxSearchBytes: overrides.maxSearchBytes ?? 256 * 1024 * 1024,
    maxSearchMs: overrides.maxSearchMs ?? 10_000,
    maxSessionRoots: overrides.maxSessionRoots ?? 64,
    maxWatches: overrides.maxWatches ?? 16,
    maxWatchedEntries: overrides.maxWatchedEntries ?? 10_000,
    maxPendingChanges: overrides.maxPendingChanges ?? 500,
  }
}
