import { McpError } from '@mcp/protocol'

/** A location in the params: the name of a parameter, or the path of a value in a parameter. */
export type ParamPath = string | readonly (string | number)[]

export interface InvalidParamOptions {
  /** Reason for programs, such as `path-escape`. It becomes `details.reason`. Default: none. */
  readonly reason?: string | undefined
  readonly cause?: unknown
}

/**
 * Creates the error for a parameter that matches its schema but cannot be used. The server adds the
 * name of the operation to the start of the message.
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
