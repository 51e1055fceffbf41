/** What every hop refuses before it reads on. */
export const defaultLimits = {
  /** The longest body, in bytes. */
  bodyBytes: 4 * 1024 * 1024,
  /** The deepest nesting of objects and arrays. */
  depth: 128,
} as const

/** How long a sender waits that does not say, in milliseconds. */
export const defaultTimeoutMs = 60_000

/** The longest a sender may say it will wait, in milliseconds: one day. */
export const maxTimeoutMs = 86_400_000
