/**
 * Whether an error is the overflow of the call stack. Other errors of the class `RangeError`, such as
 * "Invalid string length", have another cause.
 */
export function isStackOverflow(thrown: unknown): boolean {
  return thrown instanceof RangeError && thrown.message.includes('call stack')
}
