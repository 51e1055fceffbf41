import { McpError } from '@mcp/protocol'

/** Where in the params: a parameter's name, or the way into it. */
export type ParamPath = string | readonly (string | number)[]

export interface InvalidParamOptions {
  /** Narrows the code, such as `path-escape`. */
  readonly reason?: string | undefined
  readonly cause?: unknown
}

/**
 * The error for one parameter that passes its schema and still cannot be worked with. The server puts
 * the operation's name in front of the message.
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
