/**
 * Limits of a JSON body that every hop enforces by default. The apps take another size from
 * `MCP_MAX_BODY_BYTES`, and the libraries from their option `maxBodyBytes`.
 */
export const defaultLimits = {
  /** Maximum size of a body, in bytes. */
  maxBodyBytes: 4 * 1024 * 1024,
  /** Maximum nesting of objects and arrays. */
  maxDepth: 128,
  /** Maximum number of values in a body. Parsing and copying this many takes about 50 ms. */
  maxValues: 50_000,
} as const

/** Timeout of a request without `metadata.timeoutMs`, in milliseconds. */
export const defaultTimeoutMs = 60_000

/** Maximum of `metadata.timeoutMs`, in milliseconds: one day. */
export const maxTimeoutMs = 86_400_000
