/** The operation every server has besides its own: reads a result that was too large to answer whole. */
export const readResultName = 'readResult'

// Not an interface: that would not fit a record of anything.
/** What a response's `data` holds in place of `result` where that was too large. */
export type LargeResultData = {
  /** The beginning of the result's JSON. */
  readonly preview: string
  /** What {@link readResultName} takes, until the session ends. */
  readonly resultRef: string
}
