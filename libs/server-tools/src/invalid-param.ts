import { McpError } from '@mcp/protocol'

/** Where in the params: a parameter's name, or the way into it. */
export type ParamPath = string | readonly (string | number)[]

/** The error for one parameter that passes its schema and still cannot be worked with. */
export function invalidParam(
  path: ParamPath,
  message: string,
  { reason, cause }: { reason?: string | undefined; cause?: unknown } = {},
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
