import { McpError } from '@mcp/protocol'

/** A location in the params: the name of a parameter, or a path to a value within it. */
export type ParamPath = string | readonly (string | number)[]

export interface InvalidParamOptions {
  /** Machine-readable reason in `details`, more specific than the code, such as `path-escape`. */
  readonly reason?: string | undefined
  readonly cause?: unknown
}

/**
 * Returns the error for a parameter that matches its schema but cannot be used. The server prefixes
 * the message with the operation's name.
 *
 * @example
 * throw invalidParam('pattern', 'the pattern has no closing bracket', { reason: 'pattern-syntax' })
 */
export function invalidParam(
  path: ParamPath,
  message: string,
  { reason, cause }: InvalidParamOptions = {},
): McpError {
  const full = ['params', ...(typeof path === 'string' ? [path] : path)]
  return new McpError('invalid-params', message, {
    details: {
      path: full,
      issues: [{ path: ['payload', ...full], message }],
      ...(reason === undefined ? {} : { reason }),
    },
    cause,
  })
}
