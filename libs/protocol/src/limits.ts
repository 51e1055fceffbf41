/**
 * Default limits of the JSON body of a request. Every process that receives a request enforces them.
 * The environment variable `MCP_MAX_BODY_BYTES` of the apps and the option `maxBodyBytes` of the
 * libraries replace the maximum size. `listen` of `@mcp/node` accepts at most 256 KiB from anonymous callers
 * on other machines.
 */
export const defaultLimits = {
  /** Maximum size of a body, in bytes. */
  maxBodyBytes: 4 * 1024 * 1024,
  /** Maximum nesting of objects and arrays. */
  maxDepth: 128,
  /** Maximum number of values in a body. Parsing and copying 50,000 values takes about 50 ms. */
  maxValues: 50_000,
} as const

/** Timeout of a request without `metadata.timeoutMs`, in milliseconds. */
export const defaultTimeoutMs = 60_000

/** Maximum of `metadata.timeoutMs`: one day, in milliseconds. */
export const maxTimeoutMs = 86_400_000
