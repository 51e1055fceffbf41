/** Log levels of the Model Context Protocol (RFC 5424), from the least to the most severe. */
export const logLevels = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const

export type LogLevel = (typeof logLevels)[number]

/** A standard MCP client, as it declared itself. */
export interface ClientDescription {
  /** `ClientCapabilities` of the Model Context Protocol, such as `{ elicitation: { form: {} } }`. */
  readonly capabilities: Readonly<Record<string, unknown>>
  /** Minimum level of the log messages that the client receives. Default: all levels. */
  readonly logLevel?: LogLevel | undefined
  readonly info?: { readonly name: string; readonly version: string } | undefined
}
