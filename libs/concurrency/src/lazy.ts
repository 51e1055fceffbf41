/** A value that is created on first use. */
export interface Lazy<Value> {
  /** Returns the value. The first call creates it, and so does the first call after a failure. */
  get(this: void): Promise<Value>
  /**
   * Returns the value if it was created or is being created. Returns undefined if the value was not requested
   * yet, or if its creation failed.
   */
  settled(this: void): Promise<Value | undefined>
}

/**
 * Creates a value on first use, once for all concurrent calls. A failure is not cached, because its reason
 * may be gone before the next call.
 *
 * @example
 * const connection = createLazy(() => connect(url))
 * await (await connection.get()).send('text')
 * await (await connection.settled())?.close()
 */
export function createLazy<Value>(create: () => Promise<Value>): Lazy<Value> {
  let current: Promise<Value> | undefined
  return {
    get() {
      if (current === undefined) {
        current = create()
        current.catch(() => {
          current = undefined
        })
      }
      return current
    },
    settled: async () => current?.catch(() => undefined),
  }
}
