/** Replaces the spans of `@mcp/telemetry` in a session manager in which telemetry is not wired. */
export const isTracing = (): boolean => false
export const activeTrace = (): undefined => undefined
export const openSpan = (): undefined => undefined
export const inSpan = <Result>(
  _name: string,
  _options: object,
  step: (span: undefined) => Result,
): Result => step(undefined)
